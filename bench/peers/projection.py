"""The log folded into objects, one record after the other, as a projection of a library would."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, cast

from schemas.events import EVENTS, Event
from schemas.events.deals import ContractAmended, DealSigned, JointSigningConfirmed
from schemas.events.decisions import RateOfExchangePublished
from schemas.events.journey import LeadCreated, LeadDisqualified, LeadQualified, LeadRecycled
from schemas.events.repair import FactCorrected, FactVoided
from schemas.recorded import microseconds

Name = tuple[str, str]
Row = tuple[str, str, int, str, str, str]
"""Type, stream, effective_at, source, id, state."""
Verdict = LeadQualified | LeadDisqualified | LeadRecycled

_AMENDMENTS: Final = {
    "renewal": 7,
    "upsell": 8,
    "reduction": 9,
    "correction": 10,
    "cancellation": 11,
}
WANTED: Final = tuple(
    model.type
    for model in (
        LeadCreated,
        LeadQualified,
        LeadDisqualified,
        LeadRecycled,
        DealSigned,
        ContractAmended,
        JointSigningConfirmed,
        RateOfExchangePublished,
    )
)
REPAIRS: Final = (FactCorrected.type, FactVoided.type)


@dataclass(slots=True)
class Fact[E]:
    """An event with its key and its place in the order of effect."""

    event: E
    at: int
    order: tuple[int, int, str, str, str]
    name: Name
    repair: Name | None

    @property
    def names(self) -> list[Name]:
        return [self.name] if self.repair is None else [self.name, self.repair]


@dataclass(slots=True)
class Lead:
    created: list[Fact[LeadCreated]] = field(default_factory=list)
    verdicts: list[Fact[Verdict]] = field(default_factory=list)


@dataclass(slots=True)
class Deal:
    signings: list[Fact[DealSigned]] = field(default_factory=list)
    amendments: list[Fact[ContractAmended]] = field(default_factory=list)
    joint: list[Fact[JointSigningConfirmed]] = field(default_factory=list)
