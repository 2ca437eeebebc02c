"""Decisions: recorded by people through commands, with source `evenhand`; never from a CRM."""

import re
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.calendar import PayoutPeriod
from schemas.events.base import Event, Rank
from schemas.plans import Plan
from schemas.values import Id, Instant, Text

RATE_PATTERN = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?$|^[1-9][0-9]{0,8}/[1-9][0-9]{0,8}$"
_RATE = re.compile(RATE_PATTERN.replace("$", r"\Z"), re.ASCII)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _rate(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", 'a rate of exchange is a string such as "7.1"')
    rate = Fraction(value) if _RATE.match(value) else Fraction(0)
    if not (0 < rate.numerator < 10**12 and rate.denominator <= 10**9):
        raise PydanticCustomError(
            "bad-rate", 'a rate of exchange is above zero and exact, as in "7.1234" or "1/7"'
        )
    return rate


ExchangeRate = Annotated[
    Fraction,
    PlainValidator(_rate),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": RATE_PATTERN}),
]


class Decision(Event):
    """A decision, with the person who took it."""

    rank: ClassVar[Rank] = Rank.RULES_AND_PEOPLE
    is_fact: ClassVar[bool] = False

    by: Id | None = None
    approved_by: Id | None = None
    reason: Text | None = None


class PlanPublished(Decision):
    """A version of a plan is the law from its `effective_from`; `document` is the plan as data."""

    type: ClassVar[str] = "plan-published"
    subjects: ClassVar[dict[str, str]] = {"plan": "plan"}

    plan: Id
    plan_version: int = Field(ge=1)
    document: dict[str, Any]

    @cached_property
    def as_plan(self) -> Plan:
        """The plan that the document is."""
        return Plan.model_validate(self.document)


class PlanAssigned(Decision):
    """A payee is paid under a plan, half-open from `from` to `to`."""

    type: ClassVar[str] = "plan-assigned"
    subjects: ClassVar[dict[str, str]] = {"payee": "payee"}

    payee: Id
    plan: Id
    starts: Instant = Field(alias="from")
    ends: Instant | None = Field(default=None, alias="to")


class RateOfExchangePublished(Decision):
    """From its time on, one unit of `base` is worth `rate` units of `quote`."""

    type: ClassVar[str] = "rate-of-exchange-published"
    subjects: ClassVar[dict[str, str]] = {"rate": "base"}

    base: Currency
    quote: Currency
    rate: ExchangeRate

    def stream(self) -> str:
        """`rate/USD-CNY`."""
        return f"rate/{self.base}-{self.quote}"


class PeriodClosed(Decision):
    """A payout period is closed: its lines are those of the log up to `position`, for ever.

    `lines` is the digest under which the lines are kept, `digest` that of their canonical bytes
    with the balances; `semantics` is the number of the engine's meaning that computed them.
    """

    type: ClassVar[str] = "period-closed"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"period": "period"}

    period: PayoutPeriod
    issue: int = Field(ge=1)
    position: int = Field(ge=0)
    digest: Digest
    semantics: int = Field(ge=1)


class PeriodReopened(Decision):
    """The latest closed period is open again: the next close issues only differences."""

    type: ClassVar[str] = "period-reopened"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"period": "period"}

    period: PayoutPeriod
    issue: int = Field(ge=1)


class SegmentSealed(Decision):
    """The records from `first` to `last` stand as columns in a file whose digest is `digest`.

    `root` is the Merkle root (RFC 6962, section 2.1) over their leaves, `facts` how many of them
    have columns of their own, `layout` the number of what those columns hold. No money follows.
    """

    type: ClassVar[str] = "segment-sealed"
    rank: ClassVar[Rank] = Rank.MONEY
    subjects: ClassVar[dict[str, str]] = {"segment": "first"}

    first: int = Field(ge=1)
    last: int = Field(ge=1)
    facts: int = Field(ge=0)
    digest: Digest
    root: Digest
    layout: int = Field(ge=1)

    def stream(self) -> str:
        """`segment/000000000001`: its first position."""
        return f"segment/{self.first:012}"
