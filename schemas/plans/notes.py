"""What is allowed in a plan and worth a second look: what it gives up, what nobody reads."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

from schemas.expressions import BadCondition, fields
from schemas.plans.deals import Commission, MatrixCommission, Override, Tiered
from schemas.plans.limits import Clawback
from schemas.plans.plan import Plan
from schemas.plans.reading import condition, conditions, kinds_of
from schemas.plans.targets import Bonus, Scorecard
from schemas.plans.wholes import quotas_named
from schemas.slips import Note, Place

_GIVEN_UP: Final = {
    "own-slice": "the sum of a tiered window is no longer the table's pay for what is left in it: "
    "deals that stay keep the slices they had",
    "current-window": "a cancelled contract no longer nets to zero, and what is taken back may be "
    "more than the deal was paid: decreases are priced where they fall",
}
_JUMPS: Final = (
    "retroactive: pay jumps where a row begins, and a decrease that falls back below it takes back "
    "pay of other deals"
)
_TIME_TWICE: Final = (
    "time counts twice, what is kept of a contract that ends waits for its months once more"
)


def notes(plan: Plan) -> Iterator[Note]:
    """All that is worth a second look."""
    given_up = _GIVEN_UP.get(plan.decreases)
    if given_up is not None:
        yield ("decreases",), f"{plan.decreases} gives up an invariant: {given_up}"
    for found in (_retroactive, _twice_paid, _time_twice, _unread, _always_open, _unshown):
        yield from found(plan)


def _retroactive(plan: Plan) -> Iterator[Note]:
    """Tables in which one more deal, or one less, moves the pay of all others."""
    for number, part in enumerate(plan.components):
        for place, table in _tables(part):
            if table.mode == "retroactive":
                yield ("components", number, *place, "mode"), _JUMPS


def _tables(part: Any) -> Iterator[tuple[Place, Any]]:
    match part:
        case Tiered():
            yield ("table",), part.table
        case Bonus():
            yield ("payout",), part.payout
        case Scorecard():
            for number, card in enumerate(part.cards):
                yield ("cards", number, "payout"), card.payout
        case _:
            pass


def _twice_paid(plan: Plan) -> Iterator[Note]:
    """Components that pay the same role for the same deals, by rates of its value."""
    rated = (Commission, Tiered, MatrixCommission)
    parts = [(n, part) for n, part in enumerate(plan.components) if isinstance(part, rated)]
    for (_, first), (number, second) in combinations(parts, 2):
        classes = {first.source, second.source} - {None}
        asked = {first.where, second.where} - {None}
        if first.credits == second.credits and len(classes) < 2 and len(asked) < 2:  # noqa: PLR2004 - they are the same, or one has none
            deals = f"deals of class {next(iter(classes))}" if classes else "every deal"
            both = f"{second.id} and {first.id} both pay {first.credits}"
            yield ("components", number), f"{both} for {deals}: it is paid twice"


def _time_twice(plan: Plan) -> Iterator[Note]:
    """Instalments by months of what a clawback takes back by the time served."""
    clawed = {
        name: part.id
        for part in plan.components
        if isinstance(part, Clawback)
        for name in part.applies_to
    }
    for number, spread in enumerate(plan.instalments):
        by_months = any(part.on == "months" for part in spread.parts)
        for name in spread.applies_to:
            if by_months and name in clawed:
                told = f"{name} is earned by months and kept by the time served ({clawed[name]})"
                yield ("instalments", number), f"{told}: {_TIME_TWICE}"


def _unread(plan: Plan) -> Iterator[Note]:
    """Measures, quotas and attributes that nothing reads."""
    measured = {quota.measure for quota in plan.quotas}
    aimed_at = {name for _, _, name in quotas_named(plan)}
    asked = _asked(plan)
    for number, measure in enumerate(plan.measures):
        if measure.id not in measured:
            yield ("measures", number), "no quota is set for this measure"
    for number, quota in enumerate(plan.quotas):
        if quota.id not in aimed_at:
            yield ("quotas", number), "nothing reads this quota"
    for name in plan.attributes:
        if name not in asked:
            yield ("attributes", name), "no condition and no table reads this attribute"


def _asked(plan: Plan) -> set[str]:
    """The names that conditions and axes read."""
    kinds = frozenset(kinds_of(plan).items())
    names: set[str] = set()
    for _, text in conditions(plan):
        try:
            names |= fields(condition(text, kinds))
        except BadCondition:
            continue
    for part in plan.components:
        if isinstance(part, MatrixCommission):
            names |= {part.table.rows.by, part.table.columns.by}
    return names


def _always_open(plan: Plan) -> Iterator[Note]:
    """Gates and rates that hold nothing back and pay nothing."""
    for number, gate in enumerate(plan.gates):
        if gate.threshold == 0 and gate.inclusive:
            yield ("gates", number, "threshold"), "everything passes a threshold of 0"
    for number, part in enumerate(plan.components):
        if isinstance(part, Commission) and part.rate == 0:
            yield ("components", number, "rate"), "it pays nothing"
        if isinstance(part, Override) and not any(level.rate for level in part.levels):
            yield ("components", number, "levels"), "it pays nothing"


def _unshown(plan: Plan) -> Iterator[Note]:
    """A plan without examples, or components that none of them shows."""
    if not plan.examples:
        yield ("examples",), "there are no examples: nobody has shown what it pays"
        return
    shown = {line.component for example in plan.examples for line in example.expect}
    for number, part in enumerate(plan.components):
        if part.id not in shown:
            yield ("components", number), "no example shows what it pays"
