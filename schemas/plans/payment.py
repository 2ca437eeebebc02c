"""When money moves: holdback, refundable cap, draw, minimum payment, and what leavers are paid.

None of these creates or destroys what is earned, but for what a leaver forfeits.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Own, Part
from schemas.rates import Rate
from schemas.values import Amount, Word


class Holdback(Part):
    """A share of each deal's lines that is kept back until a condition holds."""

    id: Annotated[Word, Field(description="its name, once in the plan")]
    applies_to: Annotated[list[Word], Field(min_length=1, description="components that pay deals")]
    share: Annotated[Rate, Field(description="the part kept back")]
    until: Annotated[
        Literal["cash", "milestone", "months"],
        Field(description="released when the customer has paid all, a milestone, or after months"),
    ]
    milestone: Annotated[Word | None, Field(default=None, description="the milestone")]
    months: Annotated[
        int | None, Field(default=None, ge=1, le=600, description="so many months after signing")
    ]
    leaving: Annotated[
        Literal["kept", "released", "forfeited"],
        Field(description="what becomes of it when the payee leaves: waits on, paid, or lost"),
    ]

    @model_validator(mode="after")
    def _names_what_it_waits_for(self) -> Self:
        if (self.until == "milestone") != (self.milestone is not None):
            raise PydanticCustomError("bad-holdback", "a milestone is named, and only there")
        if (self.until == "months") != (self.months is not None):
            raise PydanticCustomError("bad-holdback", "`months` says how many, and only there")
        return self


class Draw(Part):
    """Pay ahead of what will be earned, owed back from later pay."""

    basis: Annotated[
        Literal["top-up", "on-top"],
        Field(description="top-up: what is short of the amount; on-top: all of it, beside the pay"),
    ]
    amount: Annotated[Amount, Field(description="per payout period")]
    own: Own
    months: Annotated[
        int | None,
        Field(default=None, ge=1, le=600, description="only in a payee's first so many months"),
    ]
    recovered_from: Annotated[
        int,
        Field(default=1, ge=1, le=600, description="from a payee's so-and-so-many-th month on"),
    ]
    share: Annotated[
        Rate | None,
        Field(default=None, description="at most this part of the pay above the draw is recovered"),
    ]
    most: Annotated[
        Amount | None, Field(default=None, description="at most so much is recovered a period")
    ]
    prorate: Annotated[
        Literal["none", "days"],
        Field(description="whether it shrinks by the days a payee is not under the plan"),
    ]


class Payment(Part):
    """How the lines of a period become cash."""

    holdback: Annotated[Holdback | None, Field(default=None, description="kept back per deal")]
    cap: Annotated[
        Amount | None,
        Field(default=None, description="at most so much a period; the excess waits, refundable"),
    ]
    draw: Annotated[Draw | None, Field(default=None, description="paid ahead and owed")]
    minimum: Annotated[
        Amount | None, Field(default=None, description="less than this is carried, not paid")
    ]


class Leaving(Part):
    """What a payee who left is still worth."""

    later_deals: Annotated[
        Literal["earned", "lost"],
        Field(description="whether what is dated after they left earns anything"),
    ]
    instalments: Annotated[
        Literal["earned", "lost"],
        Field(description="whether instalments reached after they left are earned"),
    ]
