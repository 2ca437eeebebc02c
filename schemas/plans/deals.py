"""Components that pay for the value of deals: commissions, tiers, matrices, overrides, overlays."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Cap, Part, Role, SourceClass, Where, Window
from schemas.plans.tables import Matrix, RateTable
from schemas.rates import Rate
from schemas.values import Word

_ID = Field(description="its name, once in the plan")
_CREDITS = Field(description="the role that is paid: who found the lead, or who signed")
_CAP = Field(default=None, description="at most so much per payee")
_SOURCE = Field(default=None, description="the class of deals it pays for; without it all of them")


class Commission(Part):
    """A rate on the value of deals, for the payees credited in one role.

    One rate for everybody credited: the whole is rounded once and divided by largest remainder.
    """

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["commission"], Field(description="which kind it is")]
    credits: Annotated[Role, _CREDITS]
    source: Annotated[SourceClass | None, _SOURCE]
    where: Where
    rate: Annotated[
        Rate, Field(description="of the value of the deal's layer and the share of the class")
    ]
    cap: Annotated[Cap | None, _CAP]


class Tiered(Part):
    """A rate on the value of deals that depends on how much a payee was credited in a window.

    The deals of a window stand in order of effect; that of a deal is what it adds to the payout.
    """

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["tiered"], Field(description="which kind it is")]
    credits: Annotated[Role, _CREDITS]
    source: Annotated[SourceClass | None, _SOURCE]
    where: Where
    window: Annotated[
        Literal["deal", "month", "quarter", "year"],
        Field(description="over what the deals are added up; deal: by the size of each deal"),
    ]
    quota: Annotated[
        Word | None, Field(default=None, description="the quota that attainment is measured by")
    ]
    table: Annotated[RateTable, Field(description="the rate by what was credited")]
    cap: Annotated[Cap | None, _CAP]

    @model_validator(mode="after")
    def _has_what_it_reads(self) -> Self:
        if (self.table.by == "attainment") != (self.quota is not None):
            raise PydanticCustomError(
                "bad-table", "a table read by attainment names its `quota`, and no other does"
            )
        if self.window == "deal" and self.table.by != "amount":
            raise PydanticCustomError("bad-table", "a table over a deal is read by amount")
        return self


class MatrixCommission(Part):
    """A rate on the value of deals that is looked up by two figures or words."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["matrix"], Field(description="which kind it is")]
    credits: Annotated[Role, _CREDITS]
    source: Annotated[SourceClass | None, _SOURCE]
    where: Where
    quota: Annotated[
        Word | None, Field(default=None, description="the quota of an axis by attainment")
    ]
    table: Annotated[Matrix, Field(description="the rate by both")]
    cap: Annotated[Cap | None, _CAP]


class Level(Part):
    """How far above the payee who is credited, and the rate there."""

    above: Annotated[
        int, Field(ge=1, le=20, description="1: the manager; 2: the manager's manager")
    ]
    rate: Annotated[Rate, Field(description="of the credit of those below")]


class Override(Part):
    """A rate for the managers above a payee who is credited, by who reports to whom at the sale.

    A manager whom several paths of one deal meet is credited once for what comes together.
    """

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["override"], Field(description="which kind it is")]
    credits: Annotated[Role, Field(description="the role below whose deals are counted")]
    source: Annotated[SourceClass | None, _SOURCE]
    where: Where
    levels: Annotated[
        list[Level], Field(min_length=1, max_length=20, description="who above is paid, and how")
    ]
    basis: Annotated[
        Literal["gross", "net"],
        Field(
            description="gross: each level's rate of the whole credit; net: of what the levels "
            "below it have left"
        ),
    ]
    below: Annotated[
        Rate | None,
        Field(default=None, description="net: the rate of the payee credited, level 0"),
    ]
    cap: Annotated[Cap | None, _CAP]

    @model_validator(mode="after")
    def _levels_are_one_ladder(self) -> Self:
        if [level.above for level in self.levels] != list(range(1, len(self.levels) + 1)):
            raise PydanticCustomError("bad-levels", "levels are 1, 2, 3 and so on, each once")
        if self.below is not None and self.basis == "gross":
            raise PydanticCustomError("bad-levels", "only an override on net has `below`")
        rates = [level.rate for level in self.levels] + [self.below or Fraction(0)]
        if self.basis == "net" and max(rates) > 1:
            raise PydanticCustomError("bad-levels", "on net no level is paid more than 100 %")
        return self


class Overlay(Part):
    """A pool for those who helped with a deal: a rate of its value, beside all other credit."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["overlay"], Field(description="which kind it is")]
    part: Annotated[
        Word | None,
        Field(default=None, description="the part that participants declared; without it any"),
    ]
    source: Annotated[SourceClass | None, _SOURCE]
    where: Where
    rate: Annotated[Rate, Field(description="of the deal's value: the pool, shared equally")]
    cap: Annotated[Cap | None, _CAP]
    pool: Annotated[
        Cap | None,
        Field(default=None, description="at most so much for all together, per deal or window"),
    ]


__all__ = ["Commission", "Level", "MatrixCommission", "Overlay", "Override", "Tiered", "Window"]
