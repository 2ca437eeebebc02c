"""Repair: nothing is edited; a fact about a fact says what was wrong with it."""

from typing import Any, ClassVar

from schemas.events.base import Event, FactName, Rank
from schemas.values import Instant, Text

_ANY_SUBJECT = {"lead": "", "deal": "", "payee": "", "customer": ""}


class FactCorrected(Event):
    """The fact named `target` should have read `data`; it moves only if `effective_at` is given.

    `data` is the whole new content, validated as an event of the target's type once that is known.
    """

    type: ClassVar[str] = "fact-corrected"
    rank: ClassVar[Rank] = Rank.REPAIR
    subjects: ClassVar[dict[str, str]] = _ANY_SUBJECT

    target: FactName
    data: dict[str, Any]
    effective_at: Instant | None = None
    reason: Text | None = None


class FactVoided(Event):
    """The fact named `target` never was; a void can be voided."""

    type: ClassVar[str] = "fact-voided"
    rank: ClassVar[Rank] = Rank.REPAIR
    subjects: ClassVar[dict[str, str]] = _ANY_SUBJECT

    target: FactName
    reason: Text | None = None
