"""Rates and figures as finance writes them: `4%`, `0.04` or `1/25`; exact, whatever the form."""

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


FIGURE_PATTERN: Final = (
    r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,6})?%?$|^(0|[1-9][0-9]{0,12})/[1-9][0-9]{0,6}$"
)
_FIGURE = re.compile(FIGURE_PATTERN.replace("$", r"\Z"), re.ASCII)


def _figure(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", "a figure is a text such as 100000.00 or 80%")
    if not _FIGURE.match(value):
        raise PydanticCustomError("bad-figure", "a figure is written 100000.00, 80% or 1/3")
    return Fraction(value[:-1]) / 100 if value.endswith("%") else Fraction(value)


def figure_text(figure: Fraction) -> str:
    """A figure as a decimal where that is exact in six digits, else as a fraction.

    >>> figure_text(Fraction(4, 5)), figure_text(Fraction(100000)), figure_text(Fraction(1, 3))
    ('0.8', '100000', '1/3')
    """
    scaled = figure * 10**6
    if scaled.denominator != 1:
        return str(figure)
    whole, decimals = divmod(scaled.numerator, 10**6)
    tail = str(decimals).rjust(6, "0").rstrip("0")
    return f"{whole}.{tail}" if tail else str(whole)


Figure = Annotated[
    Fraction,
    PlainValidator(_figure),
    PlainSerializer(figure_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": FIGURE_PATTERN}),
]
"""An exact number, zero or above, up to 13 digits before the point: a bound of a table."""
