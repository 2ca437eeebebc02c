"""Disputes: a payee contests a line, or a line that is missing; the ruling has two authors."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.calendar import PayoutPeriod
from schemas.events.base import Rank
from schemas.events.decisions import Decision, Digest
from schemas.events.rulings import Ruling
from schemas.values import Amount, Id, Text, Word

ReasonCode = Literal[
    "missing-line", "wrong-payee", "wrong-source", "wrong-split", "wrong-amount", "other"
]
Outcome = Literal["upheld", "partly-upheld", "rejected"]
LineName = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Position = Annotated[int, Field(ge=1)]


class File(BaseModel):
    """A file that is evidence: its name, and the SHA-256 of its content in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Text
    digest: Digest


class _InDispute(Decision):
    """Something that happened to a dispute."""

    rank: ClassVar[Rank] = Rank.DISPUTE
    subjects: ClassVar[dict[str, str]] = {"dispute": "dispute"}

    dispute: Id


class _Evidenced(_InDispute):
    """Evidence: positions of records in the log, and files by their hash."""

    positions: list[Position] | None = Field(default=None, max_length=1_000)
    files: list[File] | None = Field(default=None, max_length=100)


class DisputeRaised(_Evidenced):
    """A payee contests what is paid for a deal or a lead; the cash of it waits for the ruling."""

    type: ClassVar[str] = "dispute-raised"

    payee: Id
    deal: Id | None = None
    lead: Id | None = None
    line: LineName | None = None
    component: Word | None = None
    period: PayoutPeriod | None = None
    reason_code: ReasonCode
    expected: Amount | None = None
    actual: Amount | None = None
    proposed: Ruling | None = None

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        if (self.deal is None) == (self.lead is None):
            raise PydanticCustomError("missing-field", "a dispute is about a deal or a lead")
        if self.proposed is not None and self.deal is None:
            raise PydanticCustomError("bad-ruling", "a ruling is about a deal")
        return self

    @property
    def subject(self) -> str:
        """What it is about: `deal/D1` or `lead/L1`."""
        return f"lead/{self.lead}" if self.deal is None else f"deal/{self.deal}"


class EvidenceAdded(_Evidenced):
    """More evidence in a dispute."""

    type: ClassVar[str] = "evidence-added"

    note: Text | None = None


class DisputeSettled(_InDispute):
    """A dispute is ruled; what is upheld carries the ruling that changes the credit."""

    type: ClassVar[str] = "dispute-settled"

    deal: Id | None = None
    outcome: Outcome
    ruling: Ruling | None = None

    @model_validator(mode="after")
    def _says_what_it_rules(self) -> Self:
        if self.ruling is not None and self.outcome == "rejected":
            raise PydanticCustomError("bad-ruling", "what is rejected changes nothing")
        if self.ruling is not None and self.deal is None:
            raise PydanticCustomError("bad-ruling", "a ruling is about a deal")
        return self


class DisputeAppealed(_InDispute):
    """A party does not accept the ruling; others rule again."""

    type: ClassVar[str] = "dispute-appealed"


class DisputeWithdrawn(_InDispute):
    """Who raised it lets it go."""

    type: ClassVar[str] = "dispute-withdrawn"
