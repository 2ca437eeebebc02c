"""What is counted and aimed at: measures, quotas, pay by attainment, coefficients."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Own, Part, Role, SourceClass, Where, Window
from schemas.plans.tables import Deduction, PayoutTable, half_open
from schemas.rates import Figure, Rate
from schemas.values import Amount, Id, Word

_ID = Field(description="its name, once in the plan")


class Measure(Part):
    """A figure of a payee that is counted: value, deals, leads, touches, cash, a metric."""

    id: Annotated[Word, _ID]
    of: Annotated[
        Literal["value", "deals", "qualified-leads", "touches", "cash", "metric"],
        Field(
            description="value: credited value of layers; deals: signed deals with a value, by "
            "share; qualified-leads: leads found and qualified; touches: touches made; cash: "
            "customers' payments less refunds, by share of the signing; metric: a reported figure"
        ),
    ]
    credits: Annotated[
        Role | None, Field(default=None, description="value, deals, cash: the role credited")
    ]
    source: Annotated[
        SourceClass | None, Field(default=None, description="value, deals, cash: the class")
    ]
    where: Where
    kind: Annotated[
        Word | None, Field(default=None, description="touches: their kind, such as meeting")
    ]
    metric: Annotated[Id | None, Field(default=None, description="metric: the name reported")]
    over: Annotated[
        Literal["sum", "mean", "last"] | None,
        Field(default=None, description="metric: how the months of a window become one figure"),
    ]

    @model_validator(mode="after")
    def _fits_what_it_counts(self) -> Self:
        of_deals = self.of in ("value", "deals", "cash")
        wanted = {
            "credits": of_deals,
            "metric": self.of == "metric",
            "over": self.of == "metric",
        }
        for name, needed in wanted.items():
            if (getattr(self, name) is not None) != needed:
                raise PydanticCustomError(
                    "bad-measure",
                    "a measure of {of} {has} `{name}`",
                    {"of": self.of, "has": "needs" if needed else "has no", "name": name},
                )
        if (self.where is not None or self.source is not None) and not of_deals:
            raise PydanticCustomError("bad-measure", "only measures of deals have a condition")
        if self.kind is not None and self.of != "touches":
            raise PydanticCustomError("bad-measure", "only touches have a `kind`")
        return self


class Quota(Part):
    """A target of a measure for every payee; `quota-set` facts give a payee their own."""

    id: Annotated[Word, _ID]
    measure: Annotated[Word, Field(description="the measure it is a target of")]
    per: Annotated[Window, Field(description="the window that the target is for")]
    amount: Annotated[
        Amount | None, Field(default=None, description="the target, of value or cash")
    ]
    count: Annotated[Figure | None, Field(default=None, description="the target, of anything else")]
    season: Annotated[
        list[Rate] | None,
        Field(
            default=None,
            description="the part of each month of the window, in order; without it equal parts",
        ),
    ]
    ramp: Annotated[
        list[Rate] | None,
        Field(
            default=None,
            min_length=1,
            max_length=60,
            description="what of a month's target holds in the first, second, ... month of a payee",
        ),
    ]
    prorate: Annotated[
        Literal["none", "days", "months"],
        Field(
            description="what becomes of the target of a month that a payee is under the plan for "
            "a part of: nothing, the part of its days, or nothing of a month not whole"
        ),
    ]
    first_day: Annotated[
        Literal["counts", "does-not-count"] | None,
        Field(default=None, description="days: whether the day somebody starts is counted"),
    ]
    zero: Annotated[
        Literal["reached", "missed"],
        Field(description="what a target of zero is: reached (attainment 100%) or missed (0%)"),
    ]
    lower_is_better: Annotated[
        bool | None,
        Field(
            default=None,
            description="a metric of which less is better: attainment is 2 - measure / target, not "
            "below 0",
        ),
    ]

    @model_validator(mode="after")
    def _is_one_target(self) -> Self:
        if (self.amount is None) == (self.count is None):
            raise PydanticCustomError("bad-quota", "a quota has an amount or a count")
        if (self.prorate == "days") != (self.first_day is not None):
            raise PydanticCustomError("bad-quota", "`first_day` is said where days are prorated")
        months = {"month": 1, "quarter": 3, "year": 12}[self.per]
        if self.season is not None and (
            len(self.season) != months or sum(self.season, Fraction(0)) != 1
        ):
            raise PydanticCustomError(
                "bad-quota",
                "a season has the part of each of {months} months, and they sum to 1",
                {"months": months},
            )
        return self


_PAID = Field(
    description="at-end: with the last month of the window; to-date: each month what the window to "
    "that month comes to, less what was paid (a true-up)"
)
_AGAINST = Field(
    default="window",
    description="to-date: whether the target is that of the whole window, or of its months so far",
)
_TARGET = Field(description="what attainment of exactly 100% is worth, per window")
_PRORATE = Field(
    default="none", description="whether the target amount is prorated as the quota's days are"
)


class Bonus(Part):
    """A target amount, paid by attainment of a quota."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["bonus"], Field(description="which kind it is")]
    quota: Annotated[Word, Field(description="the quota whose attainment counts")]
    window: Annotated[Window, Field(description="the window that is paid for")]
    target: Annotated[Amount, _TARGET]
    own: Own
    payout: Annotated[PayoutTable, Field(description="the share of the target by attainment")]
    paid: Annotated[Literal["at-end", "to-date"], _PAID]
    against: Annotated[Literal["window", "months-so-far"], _AGAINST]
    most: Annotated[
        Figure | None, Field(default=None, description="attainment above it counts as it")
    ]
    prorate: Annotated[Literal["none", "days"], _PRORATE]


class Card(Part):
    """One measure of a scorecard, with its weight."""

    quota: Annotated[Word, Field(description="the quota whose attainment counts")]
    weight: Annotated[Rate, Field(description="its part of the target; all sum to 1")]
    payout: Annotated[PayoutTable, Field(description="the share of the target by attainment")]
    most: Annotated[
        Figure | None, Field(default=None, description="attainment above it counts as it")
    ]
    needs: Annotated[
        Word | None,
        Field(default=None, description="another quota of the card that must be reached first"),
    ]
    at_least: Annotated[
        Figure | None, Field(default=None, description="how much of the other must be reached")
    ]

    @model_validator(mode="after")
    def _links_whole(self) -> Self:
        if (self.needs is None) != (self.at_least is None):
            raise PydanticCustomError("bad-scorecard", "`needs` and `at_least` stand together")
        return self


class Scorecard(Part):
    """A target amount, paid by several attainments, each with its weight."""

    id: Annotated[Word, _ID]
    kind: Annotated[Literal["scorecard"], Field(description="which kind it is")]
    window: Annotated[Window, Field(description="the window that is paid for")]
    target: Annotated[Amount, _TARGET]
    own: Own
    cards: Annotated[list[Card], Field(min_length=1, max_length=50, description="what is weighed")]
    paid: Annotated[Literal["at-end", "to-date"], _PAID]
    against: Annotated[Literal["window", "months-so-far"], _AGAINST]
    prorate: Annotated[Literal["none", "days"], _PRORATE]

    @model_validator(mode="after")
    def _weighs_one(self) -> Self:
        total = sum((card.weight for card in self.cards), Fraction(0))
        if total != 1:
            raise PydanticCustomError(
                "weights-not-one",
                "the weights of a scorecard sum to exactly 1, these to {total}",
                {"total": str(total)},
            )
        return self


class Coefficient(Part):
    """What components are multiplied by, read from a reported metric."""

    id: Annotated[Word, _ID]
    applies_to: Annotated[list[Word], Field(min_length=1, description="the components it scales")]
    metric: Annotated[Id, Field(description="the metric reported of a payee")]
    missing: Annotated[Figure, Field(description="the figure that holds when none was reported")]
    rows: Annotated[
        list[Deduction],
        Field(min_length=1, max_length=100, description="by the figure reported"),
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        half_open(self.rows)
        if self.rows[-1].ends is not None:
            raise PydanticCustomError("bad-table", "the last row of a coefficient has no `to`")
        return self
