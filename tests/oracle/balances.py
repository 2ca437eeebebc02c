"""Cash: how the lines of one payee become money, close by close, straight from the page.

Slow, in fractions, one payee and one currency at a time. What is forfeited is a line and no matter
of balances; here only its holdback ends.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.deals import Deal
from tests.oracle.disputes import Line, Named, covers, open_disputes
from tests.oracle.metrics import own_amount
from tests.oracle.months import day_of, end_of, midnight, same_day_later, start_of
from tests.oracle.numbers import exact, minor, rounded
from tests.oracle.people import absence, days_taken_part, is_away, month_number
from tests.oracle.plans import Version
from tests.oracle.windows import Window
from tests.oracle.world import World

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Close:
    """A close of a month: what is known by then, and the lines it states.

    `named` are the lines of everybody that it and those before it state.
    """

    month: str
    world: World
    lines: Sequence[Line]
    named: Named = field(default_factory=dict[str, tuple[str, str, str]])


@dataclass(frozen=True)
class Balance:
    """What is paid out by a close, and what is left after it, in minor units."""

    cash: int = 0
    held: Mapping[str, int] = field(default_factory=dict[str, int])
    disputed: Mapping[str, int] = field(default_factory=dict[str, int])
    capped: int = 0
    carried: int = 0
    owed: int = 0


@dataclass(frozen=True)
class Payee:
    """One payee in one currency, as a close sees them."""

    name: str
    currency: str
    close: Close

    @property
    def version(self) -> Version | None:
        """In force at the last instant of the month, or before they left; only of the currency."""
        for zone in {version.zone for version in self.close.world.rules.published}:
            end = end_of(self.close.month, zone)
            if self.has_left(end):
                left = absence(self.close.world, self.name)
                assert left is not None
                end = left[0]
            found = self.close.world.rules.version_for(self.name, end - MOMENT)
            if found and found.zone == zone:
                return found if found.currency == self.currency else None
        return None

    def has_left(self, end: datetime) -> bool:
        return is_away(self.close.world, self.name, end - MOMENT)

    @property
    def is_enrolled(self) -> bool:
        return bool(self.close.world.of("payee-enrolled", self.name))


def balances(payee: str, currency: str, closes: Sequence[Close]) -> list[Balance]:
    """The balances after each close, all of different months."""
    told = [Balance()]
    stated: list[Line] = []
    for close in closes:
        stated += close.lines
        told.append(after(told[-1], Payee(payee, currency, close), stated))
    return told[1:]


def after(before: Balance, payee: Payee, stated: Sequence[Line]) -> Balance:
    """Steps 1 to 6 of the page."""
    version = payee.version
    payment: Mapping[str, Any] = (version.document.get("payment") or {}) if version else {}
    left = version is not None and payee.has_left(end_of(payee.close.month, version.zone))
    lines = sum(line.amount for line in payee.close.lines)
    held = held_now(payee, version, payment.get("holdback"), stated)
    x1 = lines - (sum(held.values()) - sum(before.held.values()))
    disputed = disputed_now(before, payee, stated, held)
    x2 = x1 - (sum(disputed.values()) - sum(before.disputed.values()))
    cap = minor(payment["cap"]) if payment.get("cap") else None
    x3 = x2 + before.capped if cap is None else min(x2 + before.capped, cap)
    capped = x2 + before.capped - x3
    x4 = x3 + before.carried
    draw = None if left else payment.get("draw")
    x5, owed = drawn(x4, before.owed, draw, payee, version)
    least = minor(payment["minimum"]) if payment.get("minimum") and not left else 0
    if x5 < 0 or x5 < least or not payee.is_enrolled:
        return Balance(0, held, disputed, capped, x5, owed)
    return Balance(x5, held, disputed, capped, 0, owed)


def disputed_now(
    before: Balance, payee: Payee, stated: Sequence[Line], held: Mapping[str, int]
) -> dict[str, int]:
    """Per deal or lead, what was stated of disputed lines and is not held back anyway."""
    close = payee.close
    disputes = open_disputes(close.world.facts)
    told: dict[str, int] = {}
    for subject in {line.subject for line in stated} - {None}:
        new, so_far = (
            sum(
                line.amount
                for line in lines
                if line.subject == subject
                and any(covers(each, line, payee.name, close.named) for each in disputes)
            )
            for lines in (close.lines, stated)
        )
        assert subject is not None
        deal = subject.removeprefix("deal/")
        waits = before.held.get(deal, 0) - held.get(deal, 0)
        since = before.disputed.get(subject, 0) + new + max(waits, -max(new, 0))
        told[subject] = max(0, min(since, so_far))
    return {subject: amount for subject, amount in told.items() if amount}


def held_now(
    payee: Payee,
    version: Version | None,
    holdback: Mapping[str, Any] | None,
    stated: Sequence[Line],
) -> dict[str, int]:
    """Per deal, max(0, round(share x stated so far)) while it is not released."""
    if version is None or holdback is None:
        return {}
    end = end_of(payee.close.month, version.zone)
    if payee.has_left(end) and holdback["leaving"] in {"released", "forfeited"}:
        return {}
    so_far: Counter[str] = Counter()
    for line in stated:
        if line.deal is not None and line.component in holdback["applies_to"]:
            so_far[line.deal] += line.amount
    held = {
        deal: max(0, rounded(exact(holdback["share"]) * amount, version.rounding))
        for deal, amount in so_far.items()
        if not is_released(payee.close.world, deal, holdback, end, version)
    }
    return {deal: amount for deal, amount in held.items() if amount}


def is_released(
    world: World, deal: str, holdback: Mapping[str, Any], end: datetime, version: Version
) -> bool:
    """Whether the condition of a holdback holds just before an instant."""
    known = world.deals.get(deal)
    if known is None:
        return False
    match holdback["until"]:
        case "cash":
            value = known.value_at(end)
            return value > 0 and net_cash(world, known, end) >= value
        case "milestone":
            reached = [fact for fact in world.of("milestone-reached") if fact.at < end]
            wanted = (deal, holdback["milestone"])
            return wanted in {(fact.data["deal"], fact.data["milestone"]) for fact in reached}
        case _:
            later = same_day_later(day_of(known.signing.at, version.zone), holdback["months"])
            return midnight(later, version.zone) < end


def net_cash(world: World, deal: Deal, end: datetime) -> int:
    """Payments less refunds of a deal in its currency, before an instant."""
    net = 0
    for sign, kind in ((1, "payment-received"), (-1, "refund-issued")):
        for fact in world.of(kind):
            its = fact.data["deal"] == deal.id
            if its and fact.at < end and fact.data["amount"]["currency"] == deal.currency:
                net += sign * minor(fact.data["amount"])
    return net


def drawn(
    x4: int, owed: int, draw: Mapping[str, Any] | None, payee: Payee, version: Version | None
) -> tuple[int, int]:
    """What is left to pay after a draw, and what is owed then."""
    if draw is None or version is None:
        recovered = min(owed, max(0, x4))
        return x4 - recovered, owed - recovered
    month = month_number(payee.close.world, payee.name, version, payee.close.month) or 0
    level = level_of(draw, payee, version, month)
    recovered = 0
    if month + 1 >= draw.get("recovered_from", 1) and x4 > level:
        most = [owed, x4 - level]
        if draw.get("share"):
            most.append(floor(exact(draw["share"]) * (x4 - level)))
        if draw.get("most"):
            most.append(minor(draw["most"]))
        recovered = min(most)
    if draw["basis"] == "on-top":
        return x4 + level - recovered, owed + level - recovered
    if level > 0 and x4 < level:
        return level, owed + level - x4
    return x4 - recovered, owed - recovered


def level_of(draw: Mapping[str, Any], payee: Payee, version: Version, month: int) -> int:
    """The amount of a draw in the month: by the days under the plan, or for any day at all."""
    if draw.get("months") and month >= draw["months"]:
        return 0
    part = part_of_month(payee, version)
    if draw["prorate"] == "none":
        part = Fraction(part > 0)
    close = payee.close
    own = own_amount(close.world, payee.name, version, close.month, draw.get("own"))
    amount = Fraction(minor(draw["amount"])) if own is None else own
    return rounded(amount * part, version.rounding)


def part_of_month(payee: Payee, version: Version) -> Fraction:
    """Days under the plan, over the days of the month."""
    month, zone = payee.close.month, version.zone
    since = payee.close.world.rules.windows_from(version)
    starts = max(since, start_of(month, zone))
    window = Window("month", month, version.year_starts, starts, end_of(month, zone), zone)
    days = days_taken_part(payee.close.world, payee.name, version, window)
    return Fraction(len(days), window.calendar_days)
