"""The questions: what is earned, what is payable, what the statements said."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.oracle.entitlement import Key, Line, entitlements
from tests.oracle.facts import DECISIONS, Record, recorded
from tests.oracle.months import month_of, months_later
from tests.oracle.world import World, world_of

Purse = tuple[str, str]  # payee, currency


@dataclass(frozen=True)
class Stated:
    """A payable line: a key, what is still to pay for it, and the statement that says so."""

    key: Key
    stated_in: str
    issue: int
    amount: int


@dataclass(frozen=True)
class Balance:
    """What a payee's lines come to in a statement, what is paid out, and what is carried on."""

    lines: int
    cash: int
    carried: int


@dataclass(frozen=True)
class Statement:
    """The issue of one close: the payable lines, and the balance per payee and currency."""

    period: str
    issue: int
    position: int
    lines: tuple[Stated, ...]
    balances: dict[Purse, Balance]


def earned(records: Sequence[Record], through: str | None = None) -> list[Line]:
    """All earned lines that are not zero, of every period up to `through`, in order of key.

    earned(Q) = entitlement(; end of Q) - entitlement(; end of Q-1). Without `through`: up to the
    last month in which any known fact has effect.
    """
    world = world_of(records)
    months = months_through(world, through)
    before: dict[Key, Line] = {}
    lines = []
    for month in months:
        # The key of an entitlement has no period: the same layer is compared month with month.
        now = {replace(x.key, period=""): x for x in entitlements(world, month)}
        lines += [difference(line, before.get(key)) for key, line in now.items()]
        gone = [line for key, line in before.items() if key not in now]
        lines += [difference(replace(x, period=month, amount=0), x) for x in gone]
        before = now
    return sorted((line for line in lines if line.amount), key=lambda line: line.key.order)


def difference(now: Line, before: Line | None) -> Line:
    """A line with the change of its amount and base since the month before."""
    if before is None:
        return now
    base = None if now.base is None else base_of(now) - base_of(before)
    return replace(now, amount=now.amount - before.amount, base=base)


def base_of(entitled: Line) -> int:
    """What entitles to nothing has a base of 0."""
    return (entitled.base or 0) if entitled.amount else 0


def months_through(world: World, through: str | None) -> list[str]:
    """The months from the first in which any fact has effect, in any plan's zone.

    A version that pays for windows has effect from its start.
    """
    zones = [version.zone for version in world.rules.published]
    facts = [fact for fact in world.facts if fact.type not in DECISIONS]
    touched = [month_of(fact.at, zone) for fact in facts for zone in zones]
    starts = [
        month_of(version.starts, version.zone)
        for version in world.rules.published
        if any("window" in component for component in version.components)
    ]
    if not touched + starts:
        return []
    months = [min(touched + starts)]
    while months[-1] < (through or max(touched + starts)):
        months.append(months_later(months[-1], 1))
    return [month for month in months if through is None or month <= through]


def payable(records: Sequence[Record], period: str, position: int) -> list[Stated]:
    """What a close of `period` using records up to `position` states, after all issues recorded.

    payable(key) = earned(key, as known at this close) - sum of stated(key), over all keys with an
    earned period at or before the one that is closed.
    """
    return differences(records, period, position, statements(records))


def statements(records: Sequence[Record]) -> list[Statement]:
    """What each close in the log stated, in the order of the log."""
    issued: list[Statement] = []
    for close in recorded(records):
        if close.type == "period-closed":
            period, position = close.data["period"], close.data["position"]
            lines = differences(records, period, position, issued)
            issue = 1 + sum(statement.period == period for statement in issued)
            balances = balances_after(lines, issued, enrolled(records[:position]))
            issued.append(Statement(period, issue, position, tuple(lines), balances))
    return issued


def differences(
    records: Sequence[Record], period: str, position: int, issued: Sequence[Statement]
) -> list[Stated]:
    """Earned, less stated, without zeros, in order of key."""
    left: Counter[Key] = Counter()
    for line in earned(records[:position], through=period):
        left[line.key] += line.amount
    for statement in issued:
        for stated in statement.lines:
            left[stated.key] -= stated.amount
    issue = 1 + sum(statement.period == period for statement in issued)
    return [
        Stated(key, period, issue, left[key])
        for key in sorted(left, key=lambda key: key.order)
        if left[key] and key.period <= period
    ]


def enrolled(records: Sequence[Record]) -> set[str]:
    """The payees whose enrolment is known, from whatever date."""
    return {fact.data["payee"] for fact in world_of(records).of("payee-enrolled")}


def balances_after(
    lines: Sequence[Stated], issued: Sequence[Statement], payable_to: set[str]
) -> dict[Purse, Balance]:
    """Below zero is carried and nothing is paid; else everything is paid and nothing carried.

    Who is not enrolled is paid nothing: all of it is carried, above zero too.
    """
    carried = {
        purse: balance.carried for s in issued for purse, balance in s.balances.items()
    }  # of the latest statement that has the purse
    total: Counter[Purse] = Counter()
    for line in lines:
        total[line.key.payee, line.key.currency] += line.amount
    balances = {}
    for purse in sorted({*total, *(p for p, amount in carried.items() if amount)}):
        after = total[purse] + carried.get(purse, 0)
        cash = max(0, after) if purse[0] in payable_to else 0
        balances[purse] = Balance(total[purse], cash, after - cash)
    return balances
