"""What a condition may name: the fields of a deal with their kinds, and the words in between."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What the values of a field are, and so what may be asked of it."""

    TEXT = "text"
    NUMBER = "number"
    RATE = "rate"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes-no"


KIND_SAID: Final = {
    Kind.TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.RATE: "a rate",
    Kind.MONEY: "an amount",
    Kind.DATE: "a date",
    Kind.YES_NO: "a yes or no",
}
"""A kind as an error names it."""

NUMERIC: Final = frozenset({Kind.NUMBER, Kind.RATE, Kind.MONEY})
"""Kinds that can be computed with."""

ATTRIBUTE_KINDS: Final = frozenset(Kind) - {Kind.MONEY}
"""Kinds that a plan may declare; money needs a currency, and only the deal's value has one."""

FIELDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "product": Kind.TEXT,
        "customer type": Kind.TEXT,
        "class": Kind.TEXT,
        "role": Kind.TEXT,
        "side": Kind.TEXT,
        "channel": Kind.TEXT,
        "campaign": Kind.TEXT,
        "team": Kind.TEXT,
        "kind": Kind.TEXT,
        "business": Kind.TEXT,
        "amount": Kind.MONEY,
        "term": Kind.NUMBER,
    }
)
"""The fields that every deal has; `product` has a list of texts, the others one value."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "class": ("marketing", "self", "account", "partner", "house"),
        "role": ("marketing", "sales"),
        "side": ("marketing", "sales", "partner"),
        "kind": ("signing", "upsell", "renewal"),
        "business": ("first", "repeat"),
    }
)
"""The fields that have one of a few words, which stand without quotes."""

NAME_PATTERN: Final = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"
"""The name of an attribute, of at most `NAME_MAX` characters."""
NAME_MAX: Final = 64

WORDS: Final = frozenset(
    [
        "after",
        "and",
        "at",
        "before",
        "from",
        "is",
        "known",
        "least",
        "less",
        "more",
        "most",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "than",
        "to",
        "up",
        "yes",
        "customer",
        "type",
    ]
)
"""Words of the language, which no attribute is called."""

YEAR_MIN: Final = 1000
"""Dates are of the years 1000 to 9999, which have four digits everywhere."""
