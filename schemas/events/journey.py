"""The journey of a customer before the deal: leads, touches, qualifications."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.events.base import Rank, Remarks
from schemas.values import Id, Text, Word

Side = Literal["marketing", "sales", "partner"]


class LeadCreated(Remarks):
    """A lead came in. `by` found it for `side`; without `by`, nobody is paid for finding it."""

    type: ClassVar[str] = "lead-created"
    rank: ClassVar[Rank] = Rank.LEAD
    subjects: ClassVar[dict[str, str]] = {"lead": "lead"}

    lead: Id
    customer: Id | None = None
    by: Id | None = None
    side: Side | None = None
    keys: dict[Word, Text] | None = Field(default=None, max_length=20)


class TouchRecorded(Remarks):
    """Somebody was in contact with a lead or a customer."""

    type: ClassVar[str] = "touch-recorded"
    rank: ClassVar[Rank] = Rank.TOUCH
    subjects: ClassVar[dict[str, str]] = {"lead": "lead", "customer": "customer"}

    lead: Id | None = None
    customer: Id | None = None
    kind: Text
    side: Side | None = None
    by: Id | None = None

    @model_validator(mode="after")
    def _touches_somebody(self) -> Self:
        if self.lead is None and self.customer is None:
            raise PydanticCustomError("missing-field", "a touch names a lead or a customer")
        return self


class LeadQualified(Remarks):
    """A lead was found valid against named criteria."""

    type: ClassVar[str] = "lead-qualified"
    rank: ClassVar[Rank] = Rank.QUALIFICATION
    subjects: ClassVar[dict[str, str]] = {"lead": "lead"}

    lead: Id
    criteria: Text | None = None
    by: Id | None = None


class LeadDisqualified(Remarks):
    """A lead was found invalid; while it is, it is no claim to a deal."""

    type: ClassVar[str] = "lead-disqualified"
    rank: ClassVar[Rank] = Rank.QUALIFICATION
    subjects: ClassVar[dict[str, str]] = {"lead": "lead"}

    lead: Id
    criteria: Text | None = None
    by: Id | None = None
    reason: Text | None = None


class LeadAssigned(Remarks):
    """Who works on a lead from now on."""

    type: ClassVar[str] = "lead-assigned"
    rank: ClassVar[Rank] = Rank.ASSIGNMENT
    subjects: ClassVar[dict[str, str]] = {"lead": "lead"}

    lead: Id
    to: Id
    by: Id | None = None


class LeadRecycled(Remarks):
    """A lead that was given up or disqualified is taken up again."""

    type: ClassVar[str] = "lead-recycled"
    rank: ClassVar[Rank] = Rank.QUALIFICATION
    subjects: ClassVar[dict[str, str]] = {"lead": "lead"}

    lead: Id
    by: Id | None = None
    reason: Text | None = None
