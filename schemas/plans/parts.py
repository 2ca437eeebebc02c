"""What every part of a plan is made of: roles, classes, windows, days, money and limits."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from schemas.values import Amount, Id, Word

Role = Literal["marketing", "sales"]
SourceClass = Literal["marketing", "self", "account", "partner", "house"]
Rounding = Literal["half-even", "half-up", "half-down"]
Window = Literal["month", "quarter", "year"]

MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12}
"""How many payout periods a window has."""

DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAY = re.compile(DAY_PATTERN.replace("$", r"\Z"), re.ASCII)


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = value if isinstance(value, str) and _DAY.match(value) else ""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad-date", "a date is written 2026-01-31") from None


Day = Annotated[
    date,
    PlainValidator(_date),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DAY_PATTERN}),
]
"""A calendar date, in the plan's zone."""


def known_zone(name: str) -> str:
    """The name of a time zone, if there is one. Raises `PydanticCustomError`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise PydanticCustomError(
            "unknown-zone", "a time zone is an IANA name such as Asia/Shanghai"
        ) from None
    return name


Where = Annotated[
    str | None,
    Field(
        default=None,
        max_length=2_000,
        description='a condition on the deal, as in: product is "Cloud" and term is at least 12',
    ),
]
"""The text of a condition; what it may name depends on the plan's attributes."""

Own = Annotated[
    Id | None,
    Field(
        default=None,
        description="the metric that gives a payee an amount of their own, in units of the "
        "currency; who has none reported has the plan's",
    ),
]
"""The metric by which an amount of the plan differs from payee to payee."""


AttributeKind = Literal["text", "number", "rate", "date", "yes-no"]
Attributes = Annotated[
    dict[Word, AttributeKind],
    Field(
        default_factory=dict[str, AttributeKind],
        description="of deals, that conditions may name",
    ),
]
"""The attributes of deals that a plan or a policy declares, each with its kind."""


class Part(BaseModel):
    """A piece of a plan: frozen, and a key that it does not have is refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Cap(Part):
    """At most so much per payee and window or deal, in order of effect; the rest is lost."""

    per: Annotated[
        Literal["deal", "month", "quarter", "year"],
        Field(description="what it is counted over: a deal, or a window of the plan"),
    ]
    amount: Annotated[Amount, Field(description="at most so much")]
