"""Components that pay for what happened: points, awards, amounts per event, SPIFFs."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Cap, Day, Part, Role, SourceClass, Where, Window
from schemas.rates import Rate
from schemas.values import MINOR_MAX, Amount, Word

_ID = Field(description="its name, once in the plan")


class Points(Part):
    """Points for a valid lead, once, at its first qualification, with what one point is worth."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["points"], Field(description="which kind it is")]
    credits: Annotated[Role, Field(description="the side of the lead whose finder gets them")]
    on: Annotated[Literal["lead-qualified"], Field(description="the fact that earns them")]
    points: Annotated[int, Field(ge=0, le=1_000_000, description="how many")]
    value: Annotated[Amount, Field(description="what one point is worth")]

    @model_validator(mode="after")
    def _fits_a_line(self) -> Self:
        if abs(self.points * self.value.minor) >= MINOR_MAX:
            raise PydanticCustomError("bad-amount", "points are worth less than 10^15 minor units")
        return self


class Award(Part):
    """An amount for a deal, shared equally by those who worked together on it."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["award"], Field(description="which kind it is")]
    on: Annotated[
        Literal["joint-signing-confirmed", "referral-made"],
        Field(description="the fact that earns it, the first of a deal"),
    ]
    shared: Annotated[
        Literal["both", "referrer"],
        Field(
            default="both",
            description="a referral's award: for both sides equally, or for the referrer alone",
        ),
    ]
    amount: Annotated[Amount, Field(description="per deal")]
    cap: Annotated[Cap | None, Field(default=None, description="at most so much per payee")]

    @model_validator(mode="after")
    def _shares_what_can_be_shared(self) -> Self:
        if self.shared == "referrer" and self.on != "referral-made":
            raise PydanticCustomError("bad-award", "only a referral has a referrer")
        return self


class Limit(Part):
    """At most so many per payee and window, in order of effect."""

    per: Annotated[Window, Field(description="the window they are counted in")]
    count: Annotated[int, Field(ge=0, le=1_000_000, description="at most so many")]


class Flat(Part):
    """An amount for each event of a kind: a meeting held, a lead qualified, a deal signed."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["flat"], Field(description="which kind it is")]
    on: Annotated[
        Literal["touch-recorded", "lead-qualified", "deal-signed"],
        Field(description="the fact that earns it"),
    ]
    credits: Annotated[
        Literal["marketing", "sales", "doer"],
        Field(
            description="who is paid: the doer of a touch; of a lead its finder on that side; of a "
            "deal the payees credited in that role, each by their share"
        ),
    ]
    of: Annotated[
        Word | None, Field(default=None, description="a touch: its kind, such as meeting")
    ]
    once: Annotated[
        Literal["each", "lead", "customer"],
        Field(default="each", description="a touch: for each, or once a lead or customer"),
    ]
    source: Annotated[
        SourceClass | None, Field(default=None, description="a deal: the class it pays for")
    ]
    where: Where
    amount: Annotated[Amount, Field(description="for each")]
    limit: Annotated[Limit | None, Field(default=None, description="at most so many are paid")]
    cap: Annotated[Cap | None, Field(default=None, description="at most so much per payee")]

    @model_validator(mode="after")
    def _fits_its_fact(self) -> Self:
        if (self.on == "touch-recorded") != (self.credits == "doer"):
            raise PydanticCustomError("bad-flat", "a touch credits its doer, and nothing else does")
        if self.on != "touch-recorded" and (self.of is not None or self.once != "each"):
            raise PydanticCustomError("bad-flat", "only a touch has `of` and `once`")
        if self.on != "deal-signed" and (self.where is not None or self.source is not None):
            raise PydanticCustomError("bad-flat", "only a deal has `where` and `source`")
        return self


class Spiff(Part):
    """Extra pay for deals signed between two days: an amount for each, or a rate."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["spiff"], Field(description="which kind it is")]
    starts: Annotated[Day, Field(alias="from", description="the first day")]
    ends: Annotated[Day, Field(alias="to", description="the day after the last")]
    credits: Annotated[Role, Field(description="the role that is paid")]
    source: Annotated[SourceClass | None, Field(default=None, description="the class it pays for")]
    where: Where
    amount: Annotated[
        Amount | None, Field(default=None, description="for each deal, by the share of the payee")
    ]
    rate: Annotated[Rate | None, Field(default=None, description="of the value of the signing")]
    first: Annotated[
        int | None,
        Field(default=None, ge=1, le=1_000_000, description="only the first so many of a payee"),
    ]
    most: Annotated[
        Amount | None, Field(default=None, description="at most so much per payee in all")
    ]

    @model_validator(mode="after")
    def _pays_in_one_way(self) -> Self:
        if (self.amount is None) == (self.rate is None):
            raise PydanticCustomError("bad-spiff", "a SPIFF has an amount or a rate, and not both")
        if self.ends <= self.starts:
            raise PydanticCustomError("bad-spiff", "a SPIFF ends after it starts")
        return self
