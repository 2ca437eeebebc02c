"""Values: ids, instants, money and shares, as they may be said and as they are kept.

Everything is exact and compared by value. An amount travels as a string and is an integer of minor
units from then on; a share or a rate is a `Fraction`. A JSON number is refused for either, because
it may have been a float on its way.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Annotated, Any, Final, cast

from pydantic import (
    GetPydanticSchema,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import (
    chain_schema,
    custom_error_schema,
    str_schema,
)

from schemas.currencies import DIGITS

AMOUNT_PATTERN: Final = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
ID_PATTERN: Final = r"^[A-Za-z0-9._:-]{1,64}$"
SHARE_PATTERN: Final = r"^(0|[1-9][0-9]{0,6})(\.[0-9]{1,6}|/[1-9][0-9]{0,6})?$"
INSTANT_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)

MINOR_MAX: Final = 10**15
"""A line's amount is below this many minor units, whatever its currency."""
DENOMINATOR_MAX: Final = 10**6
"""The largest denominator of a share, and of the shares of one deal brought together."""
TEXT_MAX: Final = 4_000
"""Free text is at most this many characters."""
YEAR_MIN, YEAR_MAX = 1990, 2100
"""Facts outside these years are slips of a keyboard or a clock, not history."""

_AMOUNT = re.compile(AMOUNT_PATTERN, re.ASCII)
_SHARE = re.compile(SHARE_PATTERN, re.ASCII)
_INSTANT = re.compile(INSTANT_PATTERN, re.ASCII)


def _refusing(schema: CoreSchema, code: str, message: str) -> CoreSchema:
    return custom_error_schema(schema, code, custom_error_message=message)


def _id(_source: Any, _handler: object) -> CoreSchema:
    """Judged in pydantic's core alone: ids are most of what a fact says."""
    return chain_schema(
        [
            _refusing(str_schema(strict=True), "wrong-type", "an id is a string"),
            _refusing(
                str_schema(pattern=ID_PATTERN, strict=True),
                "bad-id",
                "an id has 1 to 64 of the ASCII characters A-Z a-z 0-9 . _ : -",
            ),
        ]
    )


Id = Annotated[
    str, GetPydanticSchema(_id), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})
]
"""A name in another system: ASCII, so that every machine sorts it alike."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(value: Any) -> str:
    """A text, if it is one that can be kept and shown. Raises `PydanticCustomError`."""
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", "a text is a string")
    if not value.isprintable() and _UNPRINTABLE.search(value):
        raise PydanticCustomError("bad-text", "a text has no control characters or lone surrogates")
    if len(value) > TEXT_MAX:
        raise PydanticCustomError("bad-text", "a text has at most 4,000 characters")
    return value


Text = Annotated[str, PlainValidator(text), WithJsonSchema({"type": "string", "maxLength": 4_000})]
"""Free text: a name, a note, a reason."""

Word = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A word of ours in kebab-case: a component, a kind."""


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", "an instant is a string in RFC 3339")
    if not _INSTANT.match(value):
        naive = _INSTANT.match(value + "Z") is not None
        raise PydanticCustomError(
            "naive-time" if naive else "bad-time",
            "an instant carries its offset, as in 2026-01-20T15:00:00+08:00"
            if naive
            else "an instant is written as in 2026-01-20T15:00:00+08:00",
        )
    try:
        parsed = datetime.fromisoformat(value.upper())
    except ValueError:
        raise PydanticCustomError("bad-time", "there is no such date or time of day") from None
    if not YEAR_MIN < parsed.year < YEAR_MAX - 1:  # only then may the offset change the year
        return _in_range(parsed)
    return parsed.astimezone(UTC)


def _in_range(written: datetime) -> datetime:
    try:
        parsed = written.astimezone(UTC)
    except OverflowError:
        parsed = written
    if not YEAR_MIN <= parsed.year < YEAR_MAX:
        raise PydanticCustomError(
            "time-out-of-range",
            "an instant lies in the years {first} to {last}",
            {"first": YEAR_MIN, "last": YEAR_MAX - 1},
        )
    return parsed


def instant_text(value: datetime) -> str:
    """An instant as it is written: `2026-01-20T07:00:00Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN}),
]
"""An aware instant, kept in UTC to the microsecond; finer digits are cut off."""


def _share(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", 'a share is a string such as "0.6" or "1/3"')
    return _parsed_share(value)


@lru_cache(maxsize=4_096)
def _parsed_share(value: str) -> Fraction:
    if not _SHARE.match(value) or value.endswith("\n"):
        raise PydanticCustomError(
            "bad-share", 'a share is written "1", "0.6" or "1/3", its denominator up to 1,000,000'
        )
    share = Fraction(value)
    if not 0 < share <= 1 or share.denominator > DENOMINATOR_MAX:
        raise PydanticCustomError("bad-share", "a share is above 0 and at most 1")
    return share


Share = Annotated[
    Fraction,
    PlainValidator(_share),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": SHARE_PATTERN}),
]
"""An exact part of a whole, above 0 and at most 1."""


def minor_units(amount: str, currency: str) -> int:
    """The integer of minor units that an amount is, exactly: `minor_units("12.5", "CNY")` is 1250.

    Raises `PydanticCustomError` with the codes `bad-amount`, `unknown-currency`, `no-such-unit`.
    """
    if not _AMOUNT.match(amount) or amount.endswith("\n"):
        raise PydanticCustomError(
            "bad-amount",
            "an amount is written in ASCII digits, at most 15 before and 6 after the point, "
            'as in "100000.00"',
        )
    digits = DIGITS.get(currency)
    if digits is None:
        raise PydanticCustomError(
            "unknown-currency", "a currency is an ISO 4217 code in capitals, such as CNY"
        )
    whole, _, decimals = amount.partition(".")
    if len(decimals) > digits:
        raise PydanticCustomError(
            "no-such-unit",
            "{currency} has {digits} digits after the point",
            {"currency": currency, "digits": digits},
        )
    minor = int(whole + decimals.ljust(digits, "0"))
    if amount.startswith("-") and minor == 0:
        raise PydanticCustomError("bad-amount", "minus zero is not an amount")
    if abs(minor) >= MINOR_MAX:
        raise PydanticCustomError("bad-amount", "an amount is below 10^15 minor units")
    return minor


def amount_text(minor: int, currency: str) -> str:
    """An integer of minor units as it is written: `amount_text(1250, "CNY")` is `"12.50"`."""
    digits = DIGITS[currency]
    if not digits:
        return str(minor)
    sign, text = "-" if minor < 0 else "", str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of one currency, in minor units."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{amount_text(self.minor, self.currency)} {self.currency}"


def _money(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "wrong-type", 'money is written {{"amount": "100000.00", "currency": "CNY"}}'
        )
    fields = cast("dict[str, Any]", value)
    for name in fields.keys() - {"amount", "currency"}:
        raise PydanticCustomError("unknown-field", "money has no field {name}", {"name": name})
    amount, currency = fields.get("amount"), fields.get("currency")
    if not isinstance(amount, str):
        raise PydanticCustomError(
            "amount-is-not-a-string", 'an amount is a string, as in "100000.00", never a number'
        )
    if not isinstance(currency, str):
        raise PydanticCustomError("unknown-currency", "money names its currency")
    return Money(minor=minor_units(amount, currency), currency=currency)


def money_fields(value: Money) -> dict[str, str]:
    """Money as it travels."""
    return {"amount": amount_text(value.minor, value.currency), "currency": value.currency}


Amount = Annotated[
    Money,
    PlainValidator(_money),
    PlainSerializer(money_fields, return_type=dict[str, str]),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": AMOUNT_PATTERN},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }
    ),
]
"""Money as it travels: `{"amount": "100000.00", "currency": "CNY"}`."""


def common_denominator(shares: Iterable[Fraction]) -> int:
    """The least number that all shares have a whole number of parts of; 1 for none."""
    return lcm(*(share.denominator for share in shares))
