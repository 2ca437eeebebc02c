"""People: who is paid, in which position, with which target; and statements they have seen."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.calendar import PayoutPeriod
from schemas.events.base import Event, Rank, Remarks
from schemas.events.decisions import Digest
from schemas.values import Amount, Id, Instant, Text


class PayeeEnrolled(Remarks):
    """A person can be paid out from now on."""

    type: ClassVar[str] = "payee-enrolled"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    name: Text | None = None
    role: Text | None = None


class PayeeAssigned(Remarks):
    """A person holds a position for a time: half-open from `from` to `to`."""

    type: ClassVar[str] = "payee-assigned"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    role: Text | None = None
    starts: Instant = Field(alias="from")
    ends: Instant | None = Field(default=None, alias="to")


class PayeeLeft(Remarks):
    """A person left."""

    type: ClassVar[str] = "payee-left"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    reason: Text | None = None


class QuotaSet(Remarks):
    """A target for a payee in a period: an amount of money or a number of something."""

    type: ClassVar[str] = "quota-set"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    measure: Id
    period: PayoutPeriod
    per: Literal["month", "quarter", "year"] = "month"
    amount: Amount | None = None
    count: int | None = Field(default=None, ge=0, le=10**9)

    @model_validator(mode="after")
    def _is_one_target(self) -> Self:
        if (self.amount is None) == (self.count is None):
            raise PydanticCustomError("missing-field", "a quota is an amount or a count")
        return self


class MetricReported(Remarks):
    """A measured figure of a payee: an exact fraction, written as text."""

    type: ClassVar[str] = "metric-reported"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    metric: Id
    period: PayoutPeriod | None = None
    value: str = Field(pattern=r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6}|/[1-9][0-9]{0,6})?$")


class PlanAccepted(Remarks):
    """A payee accepts a version of a plan, as they were shown it: `digest` is that document's."""

    type: ClassVar[str] = "plan-accepted"
    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    plan: Id
    plan_version: int = Field(ge=1, le=1_000_000)
    digest: Digest
    language: Literal["en", "zh"] | None = None

    @property
    def name(self) -> str:
        """The version that is accepted: `seed-4-2-5@1`."""
        return f"{self.plan}@{self.plan_version}"


class StatementAcknowledged(Remarks):
    """A payee has seen a statement."""

    type: ClassVar[str] = "statement-acknowledged"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    period: PayoutPeriod
    issue: int = Field(default=1, ge=1)


class _Identity(Event):
    """Two ids of one customer, or of one person."""

    rank: ClassVar[Rank] = Rank.IDENTITY
    subjects: ClassVar[dict[str, str]] = {"customer": "customer", "payee": "payee"}

    customer: Id | None = None
    payee: Id | None = None
    other: Id
    kind: Literal["same"] = "same"
    reason: Text | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if (self.customer is None) == (self.payee is None):
            raise PydanticCustomError("missing-field", "an identity joins customers or payees")
        return self


class IdentityLinked(_Identity):
    """Two ids name one customer or one person."""

    type: ClassVar[str] = "identity-linked"


class IdentityUnlinked(_Identity):
    """Two ids that were taken for one are not."""

    type: ClassVar[str] = "identity-unlinked"
