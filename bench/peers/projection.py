"""The log folded into objects, one record after the other, as a projection of a library would.

The objects are made from columns that were read before, not from JSON: that is left to nobody.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from bench.peers.objects import Row, event_of
from schemas.events import EVENTS
from schemas.events.repair import FactCorrected, FactVoided
from schemas.recorded import microseconds

Name = tuple[str, str]

REPAIRS: Final = (FactCorrected.type, FactVoided.type)
FACTS: Final = (
    *("lead-created", "lead-qualified", "lead-disqualified", "lead-recycled"),
    *("deal-signed", "contract-amended", "joint-signing-confirmed"),
)
RATES: Final = "rate-of-exchange-published"


@dataclass(slots=True)
class Fact:
    """An event with its key and its place in the order of effect."""

    event: Any
    at: int
    order: tuple[int, int, str, str, str]
    names: tuple[Name, ...]  # its own, and that of the correction that decided


@dataclass(slots=True)
class Lead:
    created: list[Fact] = field(default_factory=list)
    verdicts: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class Deal:
    signings: list[Fact] = field(default_factory=list)
    amendments: list[Fact] = field(default_factory=list)
    joint: list[Fact] = field(default_factory=list)


class Projection:
    """Leads, deals and rates as they stand after the records applied so far."""

    def __init__(self, repairs: Sequence[Row]) -> None:
        self.leads: dict[str, Lead] = defaultdict(Lead)
        self.deals: dict[str, Deal] = defaultdict(Deal)
        self.rates: dict[str, list[tuple[int, Fraction]]] = defaultdict(list)
        self._repairs = _Repairs(repairs)
        self._places = {
            "lead-created": lambda event: self.leads[event.lead].created,
            "lead-qualified": lambda event: self.leads[event.lead].verdicts,
            "lead-disqualified": lambda event: self.leads[event.lead].verdicts,
            "lead-recycled": lambda event: self.leads[event.lead].verdicts,
            "deal-signed": lambda event: self.deals[event.deal].signings,
            "contract-amended": lambda event: self.deals[event.deal].amendments,
            "joint-signing-confirmed": lambda event: self.deals[event.deal].joint,
        }

    def apply(self, row: Row) -> None:
        """Take one record in."""
        if row.type == RATES:
            published: Any = EVENTS[RATES].model_validate(json.loads(row.state))
            self.rates[published.base].append((row.effective_at, published.rate))
            return
        name = (row.source, row.id)
        repair = self._repairs.deciding(name)
        names: tuple[Name, ...] = (name,)
        at, event = row.effective_at, None
        if repair is not None:
            if isinstance(repair.event, FactVoided):
                return
            event = EVENTS[row.type].model_validate(repair.event.data)
            names = (name, repair.names[0])
            if repair.event.effective_at is not None:
                at = microseconds(repair.event.effective_at)
        order = (at, row.rank, row.stream, *name)
        said = event_of(row) if event is None else event
        self._places[row.type](said).append(Fact(said, at, order, names))

    def arrange(self) -> None:
        """Put everything in order of effect once the log has ended."""
        for lead in self.leads.values():
            lead.created.sort(key=_order)
            lead.verdicts.sort(key=_order)
        for deal in self.deals.values():
            deal.signings.sort(key=_order)
            deal.amendments.sort(key=_order)
            deal.joint.sort(key=_order)
        for rates in self.rates.values():
            rates.sort(key=lambda rate: rate[0])


class _Repairs:
    """Which repair decides a fact: the last live one; a repair may be repaired."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._of: dict[Name, list[Fact]] = defaultdict(list)
        for row in rows:
            event: Any = EVENTS[row.type].model_validate(json.loads(row.state))
            at, name = row.effective_at, (row.source, row.id)
            repair = Fact(event, at, (at, 15, row.stream, *name), (name,))
            self._of[event.target.source, event.target.id].append(repair)
        for repairs in self._of.values():
            repairs.sort(key=lambda repair: (repair.at, repair.names[0]))

    def deciding(self, name: Name) -> Fact | None:
        for repair in reversed(self._of.get(name, ())):
            over = self.deciding(repair.names[0])
            if over is None or not isinstance(over.event, FactVoided):
                return repair
        return None


def _order(fact: Fact) -> tuple[int, int, str, str, str]:
    return fact.order
