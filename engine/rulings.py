"""Rulings in force: what people decided about the source and the credit of deals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.disputes import Disputes
from engine.facts import RuleFact
from engine.repairs import Name
from schemas.events.disputes import DisputeSettled
from schemas.events.rulings import CreditOverridden, OverrideRevoked, Ruling


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling, and the fact that says it: an override, or the settlement of a dispute."""

    ruling: Ruling
    order: int
    source: str
    id: str
    at: int


def rulings(rules: Sequence[RuleFact], told: Disputes) -> Mapping[str, Ruled]:
    """Deal to the ruling in force: of those not revoked, the last in order of effect.

    Of the settlements of one dispute the last that is not revoked counts, and it may rule nothing.
    A settlement of a dispute that was not open has no effect; `told` are the disputes of the rules.
    """
    idle = _revoked(rules) | _out_of_place(rules, told)
    standing: dict[str, tuple[str | None, Ruled | None]] = {}
    for order, rule in enumerate(rules):
        event = rule.event
        if not isinstance(event, CreditOverridden | DisputeSettled):
            continue
        if (event.deal, (rule.source, rule.id)) in idle:
            continue
        ruled = None
        if event.ruling is not None:
            ruled = Ruled(event.ruling, order, rule.source, rule.id, rule.effective_at)
        standing[_cause(rule)] = (event.deal, ruled)
    return _by_deal(standing.values())


def _cause(rule: RuleFact) -> str:
    """What a ruling replaces: that of its dispute before, or nothing but by coming later."""
    event = rule.event
    if isinstance(event, DisputeSettled):
        return f"dispute {event.dispute}"
    return f"override {rule.source} {rule.id}"


def _by_deal(standing: Iterable[tuple[str | None, Ruled | None]]) -> Mapping[str, Ruled]:
    found = [(deal, ruled) for deal, ruled in standing if deal is not None and ruled is not None]
    return dict(sorted(found, key=lambda told: told[1].order))


def _revoked(rules: Iterable[RuleFact]) -> frozenset[tuple[str | None, Name]]:
    """What was revoked: the deal it is about, and the fact."""
    return frozenset(
        (rule.event.deal, (rule.event.override.source, rule.event.override.id))
        for rule in rules
        if isinstance(rule.event, OverrideRevoked)
    )


def _out_of_place(rules: Sequence[RuleFact], told: Disputes) -> frozenset[tuple[str | None, Name]]:
    """Settlements that their dispute was not open for: the deal, and the fact."""
    counted = {
        (each.source, each.id) for state in told.states.values() for each in state.case.settlements
    }
    return frozenset(
        (rule.event.deal, (rule.source, rule.id))
        for rule in rules
        if isinstance(rule.event, DisputeSettled) and (rule.source, rule.id) not in counted
    )
