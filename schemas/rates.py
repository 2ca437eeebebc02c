"""Rates as finance writes them: `4%`, `0.04` or `1/25`; exact, whatever the form."""

import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

RATE_PATTERN: Final = (
    r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?%?$|^(0|[1-9][0-9]{0,6})/[1-9][0-9]{0,6}$"
)
_RATE = re.compile(RATE_PATTERN, re.ASCII)
_DENOMINATOR_MAX = 10**9


def parse_rate(text: str) -> Fraction:
    """The exact rate that a text means. Raises `PydanticCustomError` with code `bad-rate`."""
    if not _RATE.match(text) or text.endswith("\n"):
        raise PydanticCustomError("bad-rate", "a rate is written 4%, 0.04 or 1/25")
    rate = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    if rate.denominator > _DENOMINATOR_MAX or rate.numerator > _DENOMINATOR_MAX:
        raise PydanticCustomError("bad-rate", "a rate has at most nine significant digits")
    return rate


def rate_text(rate: Fraction) -> str:
    """A rate as a percentage where that is exact in six digits, else as a fraction.

    >>> rate_text(Fraction(1, 25)), rate_text(Fraction(1, 3))
    ('4%', '1/3')
    """
    scaled = rate * 100 * 10**6
    if scaled.denominator != 1:
        return str(rate)
    whole, decimals = divmod(scaled.numerator, 10**6)
    tail = str(decimals).rjust(6, "0").rstrip("0")
    return f"{whole}.{tail}%" if tail else f"{whole}%"


def _rate(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", "a rate is a text such as 4% (in quotes in JSON)")
    return parse_rate(value)


Rate = Annotated[
    Fraction,
    PlainValidator(_rate),
    PlainSerializer(rate_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": RATE_PATTERN}),
]
"""An exact rate, zero or above."""
