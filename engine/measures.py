"""Measures and attainment: what a payee reached in a window, and how much of the quota that is.

Few rows: a payee and window each, so the sums of what `engine.counts` finds are exact fractions.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from engine.attendance import Attendance, Window, local_day
from engine.coefficients import figure_of_month
from engine.counts import changes
from engine.ground import Ground
from engine.people import Figure
from engine.quotas import Targets, in_128_bits
from engine.rulebook import Version
from engine.valued import dated_credits
from engine.zones import period_end
from schemas.calendar import PayoutPeriod
from schemas.frames import Schema
from schemas.plans import Measure, Plan, Quota

Course = Sequence[tuple[int, Fraction]]
"""What holds from the end of a period on, until the next: periods rise."""

TOTALS: Final[Schema] = {
    "payee": pl.String(),
    "window": pl.Int64(),
    "period": pl.Int64(),
    "num": pl.Int128(),
    "den": pl.Int128(),
}


def held(course: Course, period: int) -> Fraction:
    """What a course holds at the end of a period, 0 before its first.

    >>> held([(5, Fraction(1, 2)), (7, Fraction(1))], 6)
    Fraction(1, 2)
    """
    told = [figure for since, figure in course if since <= period]
    return told[-1] if told else Fraction(0)


def since(course: Course, period: int) -> Course:
    """The course from a period on: what it holds then, and what changes later.

    >>> since([(5, Fraction(1, 2)), (7, Fraction(1))], 6)
    [(6, Fraction(1, 2)), (7, Fraction(1, 1))]
    """
    return [(period, held(course, period)), *(told for told in course if told[0] > period)]


def measured(ground: Ground, version: Version, measure: Measure, window_kind: str) -> pl.DataFrame:
    """The total of a measure (TOTALS), a row for each period at whose end it is another.

    Money in minor units of the plan's currency. Windows are those of the version; a payee and
    window without rows has a total of 0. Raises `AmountTooLarge`.
    """
    return _as_frame(totals(Attendance(ground, version), measure, window_kind))


def attained(ground: Ground, version: Version, quota_id: str, window_kind: str) -> pl.DataFrame:
    """Attainment of a quota (TOTALS), a row for each period at whose end it is another.

    The rows of a payee and window begin with its first month. They stand for everybody who takes
    part in the window or is credited in it; who has none attained 0. Raises `AmountTooLarge`.
    """
    return _as_frame(Attainments(Attendance(ground, version), quota_id, window_kind).courses)


@dataclass(frozen=True)
class Attainments:
    """How much of one quota of a version payees attain in the windows of one kind."""

    attendance: Attendance
    quota_id: str
    kind: str

    @cached_property
    def courses(self) -> Mapping[tuple[str, int], Course]:
        """(payee, window) to the attainment of the whole window's quota."""
        return {
            (payee, number): self.course(payee, self.attendance.window(self.kind, number))
            for payee, number in sorted(self.concerned)
        }

    def course(self, payee: str, window: Window) -> Course:
        """The attainment of a payee, as at the end of each period in which it changed."""
        totals, target = self._totals_of(payee, window), self._targets.of_window(payee, window)
        periods = sorted({window.first, *(period for period, _ in totals)})
        return [(period, self._of(totals, period, target)) for period in periods]

    def so_far(self, payee: str, window: Window) -> Course:
        """The same against the quota of the window's months up to the period one looks at."""
        totals = self._totals_of(payee, window)
        periods = sorted({*window.months, *(period for period, _ in totals)})
        return [
            (period, self._of(totals, period, self._target_to(payee, window, period)))
            for period in periods
        ]

    def _target_to(self, payee: str, window: Window, period: int) -> Fraction:
        months = (month for month in window.months if month <= period)
        return self._targets.of_months(payee, months)

    def target(self, payee: str, number: int) -> Fraction:
        """The quota of a payee and window."""
        return self._targets.of_window(payee, self.attendance.window(self.kind, number))

    def untouched(self, payee: str, number: int) -> Fraction:
        """What a payee attains in a window of which nothing is counted."""
        return self._of((), 0, self.target(payee, number))

    def of_total(self, total: Fraction, payee: str, window: Window) -> Fraction:
        """What a payee attains in a window in which the measure comes to a total."""
        told = [(window.first, total)]
        return self._of(told, window.first, self._targets.of_window(payee, window))

    def _of(self, totals: Course, period: int, target: Fraction) -> Fraction:
        """Attainment: of a target of zero what the quota says it is; never below zero.

        Where less is better nothing is attained while nothing is reported, nor of a target of zero
        that is exceeded.
        """
        total = max(held(totals, period), Fraction(0))
        if self.quota.lower_is_better:
            reported = any(first <= period for first, _ in totals)
            if not reported or (target == 0 and total > 0):
                return Fraction(0)
        if target == 0:
            return Fraction(self.quota.zero == "reached")
        part = total / target
        return max(Fraction(0), 2 - part) if self.quota.lower_is_better else part

    def _totals_of(self, payee: str, window: Window) -> Course:
        return self._totals.get((payee, window.number), ())

    @cached_property
    def quota(self) -> Quota:
        """The quota itself."""
        return next(part for part in self._plan.quotas if part.id == self.quota_id)

    @cached_property
    def _targets(self) -> Targets:
        return Targets(self.attendance, self.quota)

    @cached_property
    def _totals(self) -> Mapping[tuple[str, int], Course]:
        measure = next(part for part in self._plan.measures if part.id == self.quota.measure)
        return totals(self.attendance, measure, self.kind)

    @property
    def concerned(self) -> set[tuple[str, int]]:
        """Payees and windows: measured, credited, or taken part in."""
        attendance = self.attendance
        attending = {
            (payee, window.number)
            for payee in attendance.payees
            for window in attendance.windows(payee, self.kind)
        }
        credited = (
            dated_credits(attendance.ground)
            .filter(pl.col("plan").is_in(attendance.names))
            .select("payee", "dated")
            .unique()
        )
        dated = {
            (payee, self._plan.window_of(month, self.kind)) for payee, month in credited.iter_rows()
        }
        return attending | dated | set(self._totals)

    @property
    def _plan(self) -> Plan:
        return self.attendance.version.plan


def totals(attendance: Attendance, measure: Measure, kind: str) -> Mapping[tuple[str, int], Course]:
    """(payee, window) to the total of a measure, by the periods at whose end it changed."""
    if measure.of == "metric":
        return _figures(attendance, measure, kind)
    plan = attendance.version.plan
    moved: dict[tuple[str, int], dict[int, Fraction]] = defaultdict(dict)
    rows = changes(attendance, measure).filter(pl.col("period") <= attendance.ground.through)
    for payee, dated, period, num, den in rows.select(
        "payee", "dated", "period", "num", "den"
    ).iter_rows():
        of_window = moved[payee, plan.window_of(dated, kind)]
        of_window[period] = of_window.get(period, Fraction(0)) + Fraction(num, den)
    return {key: list(_summed(of_window)) for key, of_window in moved.items()}


def _summed(moved: Mapping[int, Fraction]) -> Iterator[tuple[int, Fraction]]:
    total = Fraction(0)
    for period in sorted(moved):
        total += moved[period]
        yield period, total


def _figures(
    attendance: Attendance, measure: Measure, kind: str
) -> Mapping[tuple[str, int], Course]:
    """The totals of a reported metric, of the figures reported by then for the months by then."""
    people, zone = attendance.ground.world.people, attendance.ground.zone
    courses: dict[tuple[str, int], Course] = {}
    for (payee, metric), figures in people.figures.items():
        if metric != measure.metric:
            continue
        reported = {PayoutPeriod.of(local_day(told.at, zone)).number for told in figures}
        told_of = {told.period for told in figures if told.period is not None}
        for window in attendance.windows_since(min(reported | told_of), kind):
            later = (month for month in reported if month > window.last)
            periods = sorted(
                month for month in {*window.months, *later} if month <= attendance.ground.through
            )
            known = ((period, _known(figures, window, period, zone)) for period in periods)
            courses[payee, window.number] = [
                (period, _total(measure, monthly)) for period, monthly in known if monthly
            ]
    return courses


def _known(
    figures: Sequence[Figure], window: Window, period: int, zone: ZoneInfo
) -> Sequence[Fraction]:
    """The figures of the months of a window up to a period, as reported before its end."""
    told = [figure for figure in figures if figure.at < period_end(period, zone)]
    months = (month for month in window.months if month <= period)
    monthly = (figure_of_month(told, month, zone) for month in months)
    return [figure for figure in monthly if figure is not None]


def _total(measure: Measure, monthly: Sequence[Fraction]) -> Fraction:
    """One figure of those of several months, of one at least."""
    if measure.over == "last":
        return monthly[-1]
    total = sum(monthly, Fraction(0))
    return total / len(monthly) if measure.over == "mean" else total


def _as_frame(courses: Mapping[tuple[str, int], Course]) -> pl.DataFrame:
    rows = [
        (payee, number, period, *in_128_bits(figure))
        for (payee, number), course in courses.items()
        for period, figure in course
    ]
    return pl.DataFrame(rows, schema=TOTALS, orient="row")
