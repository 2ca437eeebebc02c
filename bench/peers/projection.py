"""The log folded into objects, one record after the other, as a projection of a library would."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from schemas.events import EVENTS
from schemas.events.repair import FactCorrected, FactVoided
from schemas.recorded import microseconds

Name = tuple[str, str]
Row = tuple[str, str, int, str, str, str]
"""Type, stream, effective_at, source, id, state."""

REPAIRS: Final = (FactCorrected.type, FactVoided.type)
_RANKS: Final = {"lead-created": 2, "deal-signed": 6, "joint-signing-confirmed": 13}
_AMENDMENTS: Final = {
    "renewal": 7,
    "upsell": 8,
    "reduction": 9,
    "correction": 10,
    "cancellation": 11,
}


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
        """Take one record in; types that move no money are passed over unread."""
        kind, stream, at, source, id_, state = row
        if kind == "rate-of-exchange-published":
            published = EVENTS[kind].model_validate(json.loads(state))
            self.rates[published.base].append((at, published.rate))  # type: ignore[attr-defined]
        place = self._places.get(kind)
        if place is None:
            return
        name = (source, id_)
        repair = self._repairs.deciding(name)
        names: tuple[Name, ...] = (name,)
        content = json.loads(state)
        if repair is not None:
            if isinstance(repair.event, FactVoided):
                return
            content = repair.event.data
            names = (name, repair.names[0])
            if repair.event.effective_at is not None:
                at = microseconds(repair.event.effective_at)
        event: Any = EVENTS[kind].model_validate(content)
        rank = _AMENDMENTS[event.kind] if kind == "contract-amended" else _RANKS.get(kind, 4)
        place(event).append(Fact(event, at, (at, rank, stream, source, id_), names))

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
        for kind, stream, at, source, id_, state in rows:
            event: Any = EVENTS[kind].model_validate(json.loads(state))
            repair = Fact(event, at, (at, 15, stream, source, id_), ((source, id_),))
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
