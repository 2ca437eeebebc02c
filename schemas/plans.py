"""Plans: data that finance can read. What a payee is promised, from when, under which conventions.

Unknown keys are refused, rates are exact, and a plan carries worked examples that are executed
before it is published.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas.calendar import PayoutPeriod
from schemas.currencies import DIGITS
from schemas.rates import Rate
from schemas.values import MINOR_MAX, Amount, Id, Text, Word, minor_units

Role = Literal["marketing", "sales"]
SourceClass = Literal["marketing", "self", "account", "partner", "house"]
Rounding = Literal["half-even", "half-up", "half-down"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise PydanticCustomError(
            "unknown-zone", "a time zone is an IANA name such as Asia/Shanghai"
        ) from None
    return name


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = value if isinstance(value, str) and _DAY.match(value) else ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad-date", "a date is written 2026-01-31") from None


DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAY = re.compile(DAY_PATTERN.replace("$", r"\Z"), re.ASCII)
Day = Annotated[
    date,
    PlainValidator(_date),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DAY_PATTERN}),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Commission(_Part):
    """A rate on the value of deals of one source class, for the payees credited in one role."""

    id: Word
    kind: Literal["commission"]
    credits: Role
    source: SourceClass
    rate: Rate


class Points(_Part):
    """Points for a valid lead, once, with the value of one point in money."""

    id: Word
    kind: Literal["points"]
    credits: Role
    on: Literal["lead-qualified"]
    points: int = Field(ge=0, le=1_000_000)
    value: Amount

    @model_validator(mode="after")
    def _fits_a_line(self) -> Self:
        if abs(self.points * self.value.minor) >= MINOR_MAX:
            raise PydanticCustomError("bad-amount", "points are worth less than 10^15 minor units")
        return self


class Cap(_Part):
    """At most so much per payee and calendar month, in order of effect; the rest is lost."""

    per: Literal["month"]
    amount: Amount


class Award(_Part):
    """An amount per deal, shared equally by those who worked together on it."""

    id: Word
    kind: Literal["award"]
    on: Literal["joint-signing-confirmed"]
    amount: Amount
    cap: Cap | None = None


Component = Annotated[Commission | Points | Award, Field(discriminator="kind")]


MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
"""How many payout periods a window has."""


class Gate(_Part):
    """A payee's conversion that must be reached before the named components pay anything.

    `flow` counts the payee's leads first signed in the window over those qualified in it.
    """

    id: Word
    applies_to: list[Word] = Field(min_length=1)
    count: Literal["flow"]
    window: Literal["month", "quarter", "year"]
    threshold: Rate
    inclusive: bool
    zero_qualified: Literal["open", "closed"]
    missed: Literal["lost", "deferred"]


class Expected(_Part):
    """A line that an example expects; `amount` is the sum of the lines it names."""

    payee: Id
    period: PayoutPeriod
    component: Word
    amount: str


class Example(_Part):
    """A worked example: facts, one a line, and the lines that must follow."""

    name: Text
    events: str
    expect: list[Expected] = Field(min_length=1)


class Plan(_Part):
    """One version of a plan."""

    plan: Id
    version: int = Field(ge=1, le=1_000_000)
    effective_from: Day
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    period: Literal["month"]
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    rounding: Rounding = "half-even"
    mid_period: Literal["split", "carry"] | None = None
    components: list[Component] = Field(min_length=1, max_length=200)
    gates: list[Gate] = Field(default_factory=list[Gate])
    examples: list[Example] = Field(default_factory=list[Example])

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.currency not in DIGITS:
            raise PydanticCustomError("unknown-currency", "currency is a current ISO 4217 code")
        names = [part.id for part in (*self.components, *self.gates)]
        _refuse_twice(names)
        commissions = {part.id for part in self.components if part.kind == "commission"}
        for gate in self.gates:
            for name in gate.applies_to:
                if name not in commissions:
                    raise PydanticCustomError(
                        "unknown-component",
                        "gate {gate} applies to {name}, which is no commission of this plan",
                        {"gate": gate.id, "name": name},
                    )
        for money in _amounts(self.components):
            if money != self.currency:
                raise PydanticCustomError(
                    "mixed-currency", "every amount of a plan is in the plan's currency"
                )
        if self.mid_period is None and not _begins(self.effective_from, self.gates):
            raise PydanticCustomError(
                "mid-period",
                "a version that starts inside a payout period or a window says mid_period: "
                "split (windows start anew) or carry (windows go on)",
            )
        for example in self.examples:
            for line in example.expect:
                minor_units(line.amount, self.currency)
        return self

    @property
    def name(self) -> str:
        """The plan with its version, as lines name it: `seed-4-2-5@1`."""
        return f"{self.plan}@{self.version}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its payout periods are cut."""
        return ZoneInfo(self.time_zone)


def _begins(day: date, gates: Iterable[Gate]) -> bool:
    """Whether a date begins the payout period and every window of the gates."""
    months = max((MONTHS_OF[gate.window] for gate in gates), default=1)
    return day.day == 1 and (day.month - 1) % months == 0


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PydanticCustomError(
                "name-twice", "two parts are called {name}; each id stands once", {"name": name}
            )


def _amounts(components: Iterable[Commission | Points | Award]) -> Iterable[str]:
    for part in components:
        match part:
            case Points():
                yield part.value.currency
            case Award():
                yield part.amount.currency
                if part.cap is not None:
                    yield part.cap.amount.currency
            case Commission():
                pass
