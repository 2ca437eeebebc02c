"""The rules that decide a deal, tried in order."""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Part, SourceClass
from schemas.rates import Rate
from schemas.values import DENOMINATOR_MAX, Word, common_denominator

NamedRule = Literal[
    "named-lead", "existing-account", "tie", "first-claim", "last-claim", "no-claim"
]


def _whole(shares: dict[SourceClass, Fraction]) -> dict[SourceClass, Fraction]:
    total = sum(shares.values(), Fraction(0))
    if total != 1 or not all(shares.values()):
        raise PydanticCustomError(
            "shares-not-one",
            "the shares of classes are above zero and sum to exactly 1, these to {total}",
            {"total": str(total)},
        )
    if common_denominator(shares.values()) > DENOMINATOR_MAX:
        raise PydanticCustomError(
            "bad-share", "the shares have a common denominator of at most 1,000,000"
        )
    return {name: shares[name] for name in sorted(shares)}


Vector = Annotated[dict[SourceClass, Rate], AfterValidator(_whole)]
"""Exact shares of classes that sum to 1; never normalised."""


class FixedRule(Part):
    """A rule of one's own: where a condition holds for the deal, its classes have these shares."""

    id: Annotated[Word, Field(description="its name, once in the policy")]
    where: Annotated[
        str, Field(max_length=2_000, description='a condition on the deal: customer type is "key"')
    ]
    shares: Annotated[Vector, Field(description="the shares of classes")]


def _as_words(value: Any) -> str:
    """Which of two forms something is written in, so that only that form is looked at."""
    return "words" if isinstance(value, str) else "parts"


Rule = Annotated[
    Annotated[NamedRule, Tag("words")] | Annotated[FixedRule, Tag("parts")],
    Discriminator(_as_words),
]
"""A rule by its name, or one of one's own."""
TieShares = Annotated[
    Annotated[Literal["equal"], Tag("words")] | Annotated[Vector, Tag("parts")],
    Discriminator(_as_words),
]
SameCustomer = Annotated[
    Annotated[Word, Tag("words")]
    | Annotated[list[Word], Field(min_length=1, max_length=20), Tag("parts")],
    Discriminator(_as_words),
]
"""A key by which customers are the same, or several that must agree."""


class ExistingAccount(Part):
    """A customer who signed before is an account."""

    days: Annotated[int, Field(ge=1, le=3_650, description="signed in so many days before")]
    cancelled: Annotated[
        Literal["counts", "does-not-count"],
        Field(default="counts", description="an earlier deal that was cancelled by then"),
    ]


class Tie(Part):
    """Claims of several sides, opened almost together, share the deal."""

    hours: Annotated[int, Field(ge=1, le=8_760, description="opened within so many hours")]
    shares: Annotated[
        TieShares,
        Field(default="equal", description="equal, or the shares of just the classes that tie"),
    ]
