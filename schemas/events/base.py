"""What every event model shares."""

from enum import IntEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from schemas.values import Id, Text


class Rank(IntEnum):
    """The order of effect of facts that count at the same instant.

    A date-only import puts a lead and its signing at the same midnight: the lead comes first.
    """

    RULES_AND_PEOPLE = 0
    IDENTITY = 1
    LEAD = 2
    TOUCH = 3
    QUALIFICATION = 4
    ASSIGNMENT = 5
    SIGNING = 6
    RENEWAL = 7
    UPSELL = 8
    REDUCTION = 9
    CORRECTION = 10
    CANCELLATION = 11
    MONEY = 12
    AWARD = 13
    DISPUTE = 14
    REPAIR = 15


class Event(BaseModel):
    """The content of an event: what happened, without when, from whom, or where in the log.

    `type` is our word for it, never renamed. `subjects` says which stream it belongs to: prefix of
    the stream and the field that names it. A fact may come from a CRM; a decision may not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: ClassVar[str]
    version: ClassVar[int] = 1
    rank: ClassVar[Rank]
    subjects: ClassVar[dict[str, str]]
    is_fact: ClassVar[bool] = True

    def stream(self) -> str:
        """The stream the event belongs to, such as `deal/D1`."""
        for prefix, field in self.subjects.items():
            value: Any = getattr(self, field)
            if value is not None:
                return f"{prefix}/{value}"
        raise AssertionError("a validator of the event lets no subject be absent")


class Remarks(Event):
    """Fields that most facts may carry beside what they say."""

    note: Text | None = None
    evidence: Text | None = None
    channel: Text | None = None
    campaign: Text | None = None
    team: Text | None = None
    manager: Id | None = None


class FactName(BaseModel):
    """A fact by its key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: Text
    id: Id
