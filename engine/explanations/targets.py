"""Quotas and attainment, as reasons: what was to be reached, month by month, and what was."""

from collections.abc import Iterator
from fractions import Fraction

from engine.attendance import Attendance, Window, window_name
from engine.explanations.asked import Asked
from engine.explanations.words import figure, month_name, percent
from engine.measures import Attainments, held, totals
from engine.quotas import Targets
from engine.reasons import Reason
from engine.rulebook import Version
from schemas.calendar import PayoutPeriod
from schemas.plans import MONTHS_OF, Quota


def attainments(asked: Asked, quota: str, kind: str, version: Version | None = None) -> Attainments:
    """How much of a quota payees attain in windows of a kind."""
    return Attainments(Attendance(asked.ground, version or asked.version), quota, kind)


def attained(of: Attainments, payee: str, window: Window, period: int) -> Fraction:
    """The attainment of a window as at the end of a period; before it nothing is counted."""
    if period < window.first:
        return of.untouched(payee, window.number)
    return held(of.course(payee, window), period)


def quota_reason(
    of: Attainments, payee: str, window: Window, period: int, paid_for: Fraction | None = None
) -> Reason:
    """The quota of a window, what was reached of it, and from which months it comes.

    `paid_for` is what is reached by who goes by that and by no measure.
    """
    targets = Targets(of.attendance, of.quota)
    target = targets.of_window(payee, window)
    reached = _reached(of, payee, window, period) if paid_for is None else paid_for
    quota, named = of.quota, window_name(of.attendance.version.plan, window)
    currency = None if quota.amount is None else quota.amount.currency
    told = attained(of, payee, window, period)
    share = percent(told if paid_for is None else of.of_total(paid_for, payee, window))
    zero = f"; a quota of nothing is {quota.zero}" if target == 0 else ""
    text = (
        f"Quota {quota.id} of {payee} for {named}: {figure(target, currency)}; "
        f"{figure(reached, currency)} is reached by the end of {month_name(period)}, "
        f"attainment {share}{zero}"
    )
    return Reason(text, (), tuple(_months(targets, payee, window, currency)))


def _reached(of: Attainments, payee: str, window: Window, period: int) -> Fraction:
    plan = of.attendance.version.plan
    measure = next(part for part in plan.measures if part.id == of.quota.measure)
    told = totals(of.attendance, measure, of.kind).get((payee, window.number), ())
    return held(told, period)


def _months(targets: Targets, payee: str, window: Window, currency: str | None) -> Iterator[Reason]:
    for month in window.months:
        told = ", ".join(_terms(targets, payee, month))
        text = f"{month_name(month)}: {figure(targets.of_month(payee, month), currency)}"
        yield Reason(f"{text} ({told})" if told else text, _set_by(targets, payee, month))


def _terms(targets: Targets, payee: str, month: int) -> Iterator[str]:
    """What scales the target of a month: who set it, the season, the ramp, the days."""
    quota, plan = targets.quota, targets.attendance.version.plan
    if _set_by(targets, payee, month):
        yield f"set for {payee}"
    if quota.season is not None:
        place = (month - plan.year_starts + 1) % MONTHS_OF[quota.per]
        yield f"season {percent(quota.season[place])}"
    since = targets.attendance.months_since_start(payee, month)
    if quota.ramp is not None and since is not None and since < len(quota.ramp):
        yield f"ramp {percent(quota.ramp[max(since, 0)])}"
    if quota.prorate != "none":
        yield _days(targets, quota, payee, month)


def _days(targets: Targets, quota: Quota, payee: str, month: int) -> str:
    days = (PayoutPeriod(month).first_day, PayoutPeriod(month).following.first_day)
    counted = quota.first_day != "does-not-count"
    taken = targets.attendance.days_in(payee, days, first_day=counted)
    return f"{taken} of {(days[1] - days[0]).days} days under the plan"


def _set_by(targets: Targets, payee: str, month: int) -> tuple[tuple[str, str], ...]:
    """The fact that set the payee's own target of a month, if one did."""
    plan, world = targets.attendance.version.plan, targets.attendance.ground.world
    amount = targets.quota.amount
    currency = None if amount is None else amount.currency
    told = world.people.targets.get((payee, targets.quota.measure), ())
    for per in MONTHS_OF:
        of_window = [
            target.fact
            for target in told
            if target.per == per
            and target.currency == currency
            and plan.window_of(target.period, per) == plan.window_of(month, per)
        ]
        if of_window:
            source, id_ = world.names.select("source", "id").row(of_window[-1])
            return ((source, id_),)
    return ()
