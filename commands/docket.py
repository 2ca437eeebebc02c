"""The docket: what was raised, ruled and revoked before, by which a new decision is judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from engine import disputes
from engine.disputes import Disputes
from engine.facts import RuleFact, rule_fact
from engine.repairs import Name
from schemas.events import EVENTS, Rank
from schemas.events.disputes import DisputeSettled
from schemas.events.rulings import CreditOverridden, OverrideRevoked

TYPES: Final = [name for name, model in EVENTS.items() if model.rank is Rank.DISPUTE]
"""The types of events that are on the docket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """All disputes, all rulings by the deal they are about, and those that were revoked.

    `same` says of the ids of one person which of them stands for all.
    """

    disputes: Disputes = field(default_factory=Disputes)
    rulings: Mapping[Name, str] = field(default_factory=dict[Name, str])
    revoked: frozenset[Name] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict[str, str])

    def person(self, id_: str | None) -> str:
        """Who somebody is, whichever of their ids is used."""
        return self.same.get(id_ or "", id_ or "")

    def people(self, ids: Iterable[str | None]) -> frozenset[str]:
        """Who some are, of those that were named."""
        return frozenset(self.person(id_) for id_ in ids if id_)


def evolve(docket: Docket, fact: RuleFact) -> Docket:
    """The docket after a fact; history is not up for debate, so it never raises."""
    event = fact.event
    dispute = disputes.dispute_of(fact)
    if dispute is not None:
        state = disputes.evolve(docket.disputes.states.get(dispute), fact)
        if state is not None:
            states = {**docket.disputes.states, dispute: state}
            docket = replace(docket, disputes=Disputes(states))
    match event:
        case CreditOverridden() | DisputeSettled() if event.ruling is not None:
            assert event.deal is not None
            return replace(docket, rulings={**docket.rulings, (fact.source, fact.id): event.deal})
        case OverrideRevoked():
            name = (event.override.source, event.override.id)
            return replace(docket, revoked=docket.revoked | {name})
        case _:
            return docket


def docket_after(facts: Iterable[RuleFact], same: Mapping[str, str]) -> Docket:
    """The docket that a history in order of effect leads to."""
    docket = Docket(same=same)
    for fact in facts:
        docket = evolve(docket, fact)
    return docket


def docket_of(records: pl.DataFrame, same: Mapping[str, str]) -> Docket:
    """The docket of a log prefix (RECORDS). No repair touches it: decisions cannot be repaired."""
    rows = records.filter(pl.col("type").is_in(TYPES)).iter_rows(named=True)
    facts = sorted((rule_fact(row) for row in rows), key=lambda fact: fact.order)
    return docket_after(facts, same)
