"""Crediting models as data: how a journey's credit is shared over what was touched on the way.

The name of a model says little ("U-shaped" is three different models in the field), so a model
holds its numbers and its variant, and two models with the same content credit alike for ever.
Shares are exact texts such as "2/5" or "40%", sum to 1, and are never normalised in silence.
`docs/crediting-models.md` defines every model by its formula, its edge rules and an example.
"""

import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Part
from schemas.rates import Rate, rate_text
from schemas.values import DENOMINATOR_MAX, Text, Word, common_denominator

WEIGHT_MAX: Final = 10**6
"""The largest weight of a channel or of a row of a table."""
WEIGHTS_WHOLE: Final = 10_000
"""Learned weights are frozen as parts of this many."""


def _at_most_all(share: Fraction) -> Fraction:
    if share > 1:
        raise PydanticCustomError("bad-share", "a share of a journey is at most 1")
    return share


PartOfJourney = Annotated[Rate, AfterValidator(_at_most_all)]
"""An exact part of a journey's credit, from 0 to 1: "40%", "2/5" or "0.4"."""

MARK_PATTERN: Final = r"^[A-Z][A-Z0-9]{0,11}$"
Mark = Annotated[str, StringConstraints(strict=True, pattern=MARK_PATTERN)]
"""A milestone: FT (first touch), or a mark that a touch carries: LC, OC, CW and others."""

Weight = Annotated[int, Field(ge=0, le=WEIGHT_MAX)]
"""A whole number from 0 to 1,000,000: only its proportion to the others counts."""

Use = Literal["aggregate", "per-deal"]
"""aggregate: shares of all conversions; per-deal: each deal's own touches, by frozen weights."""


class Model(Part):
    """What every crediting model may have."""

    name: Annotated[
        Word | None, Field(description="what it is called where models are compared")
    ] = None


class FirstTouch(Model):
    """Everything to the first touch."""

    model: Literal["first-touch"]


class LastTouch(Model):
    """Everything to the last touch."""

    model: Literal["last-touch"]


class LastNonExcluded(Model):
    """Everything to the last touch of a channel that is not excluded; else to the last touch."""

    model: Literal["last-non-excluded"]
    excluded: Annotated[
        list[Text],
        Field(min_length=1, max_length=1_000, description="channels passed over, such as direct"),
    ]


class Linear(Model):
    """To every touch alike: a channel touched twice counts twice."""

    model: Literal["linear"]


class LinearDistinct(Model):
    """To every distinct channel alike; a channel's part is split equally over its touches."""

    model: Literal["linear-distinct"]


class Position(Model):
    """A share to the first touch, one to the last, the rest equally to those between."""

    model: Literal["position"]
    first: Annotated[PartOfJourney, Field(description="of the first touch")]
    last: Annotated[PartOfJourney, Field(description="of the last touch")]

    @model_validator(mode="after")
    def _leaves_what_it_should(self) -> Self:
        if not 0 < self.first + self.last <= 1:
            raise PydanticCustomError(
                "shares-not-one", "`first` and `last` are above 0 together, and at most 1"
            )
        _brought_together([self.first, self.last])
        return self


class Milestones(Model):
    """Shares to the touches at milestones, the rest equally to all the others."""

    model: Literal["milestones"]
    weights: Annotated[
        dict[Mark, PartOfJourney],
        Field(
            min_length=1,
            max_length=20,
            description="of each milestone: FT is the first touch, LC, OC, CW and others the first "
            "touch that carries the mark; milestones on one touch add up",
        ),
    ]
    rest: Annotated[
        PartOfJourney, Field(description="of all touches that are no milestone, in equal parts")
    ]
    renormalise: Annotated[
        bool, Field(description="says that the shares need not sum to 1, on purpose")
    ] = False

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        if min(self.weights.values()) == 0:
            raise PydanticCustomError(
                "shares-not-one", "the share of a milestone is above 0; else leave it out"
            )
        shares = [*self.weights.values(), self.rest]
        if sum(shares) != 1 and not self.renormalise:
            raise PydanticCustomError(
                "shares-not-one",
                "the shares of the milestones and `rest` sum to 1, and these to {total}",
                {"total": rate_text(sum(shares, Fraction(0)))},
            )
        _brought_together(shares)
        return self


DecayRow = Annotated[tuple[int, Weight], Field(strict=False)]
"""From so many completed days before the conversion on, the weight of a touch."""


class TimeDecay(Model):
    """By the age of a touch, read from a table of whole weights: recent touches weigh more."""

    model: Literal["time-decay"]
    table: Annotated[
        list[DecayRow],
        Field(
            min_length=1,
            max_length=400,
            description="rows [days, weight]: from so many completed days before the conversion "
            "on, up to the days of the next row; the first row is of day 0, the last has no end",
        ),
    ]

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        days = [day for day, _ in self.table]
        rises = all(earlier < later for earlier, later in itertools.pairwise(days))
        if days[0] != 0 or not rises:
            raise PydanticCustomError(
                "bad-table", "the days of a table start at 0 and rise from row to row"
            )
        _weighs_something(weight for _, weight in self.table)
        return self


class ChannelWeights(Model):
    """In proportion to weights of channels: how learned weights, once frozen, share a deal."""

    model: Literal["channel-weights"]
    weights: Annotated[
        dict[Text, Weight],
        Field(
            min_length=1,
            max_length=10_000,
            description="of each channel; one that is not named weighs 0",
        ),
    ]
    distinct: Annotated[
        bool,
        Field(
            description="whether a channel's weight counts once for a journey, however many its "
            "touches, or once for each touch"
        ),
    ]

    @model_validator(mode="after")
    def _weighs(self) -> Self:
        _weighs_something(self.weights.values())
        return self


class Learned(Model):
    """By weights that were trained, approved and frozen under a name; see `ChannelWeights`."""

    model: Literal["learned"]
    weights: Annotated[Word, Field(description="the name of the weights that were activated")]
    distinct: Annotated[
        bool, Field(description="whether a channel's weight counts once for a journey")
    ]


class Shapley(Model):
    """By Shapley values of channels over all journeys, in a game that is named."""

    model: Literal["shapley"]
    game: Annotated[
        Literal["closure", "closure-rate", "exact-set", "ordered"],
        Field(
            description="what a set of channels is worth: closure: the conversions of journeys "
            "whose channels all lie in it; closure-rate: those conversions over those journeys; "
            "exact-set: the conversions of journeys with exactly these channels; ordered: closure, "
            "kept apart by position"
        ),
    ]
    negatives: Annotated[
        Literal["refuse", "floor"],
        Field(
            description="what becomes of a value below zero: the model refuses to credit, or it "
            "counts as zero and the others are scaled to the same total"
        ),
    ]
    use: Annotated[Use, Field(description="what the values are used for")]


class Markov(Model):
    """By removal effects of channels in a Markov chain over all journeys."""

    model: Literal["markov"]
    order: Annotated[
        int, Field(ge=1, le=4, description="how many touches a state of the chain remembers")
    ]
    removal: Annotated[
        Literal["null-redirect"],
        Field(description="what a removal is: every step into the channel ends without conversion"),
    ]
    value_weighted: Annotated[
        bool, Field(description="whether journeys count by their value or by their number")
    ]
    use: Annotated[Use, Field(description="what the effects are used for")]


PerJourney = (
    FirstTouch
    | LastTouch
    | LastNonExcluded
    | Linear
    | LinearDistinct
    | Position
    | Milestones
    | TimeDecay
    | ChannelWeights
)
"""Models that look at one journey and follow a rule."""

Pooled = Shapley | Markov
"""Models that look at all journeys, those without a conversion too."""

CreditingModel = Annotated[PerJourney | Pooled, Field(discriminator="model")]
"""A model that journeys can be credited by, told by its key `model`."""

CREDITING_MODEL: Final[TypeAdapter[PerJourney | Pooled]] = TypeAdapter(CreditingModel)
"""Reads a model from what a file or an event holds. Raises `pydantic.ValidationError`."""


def _brought_together(shares: Iterable[Fraction]) -> None:
    """Shares of one model keep a common denominator that products of cents stay exact with."""
    if common_denominator(shares) > DENOMINATOR_MAX:
        raise PydanticCustomError(
            "bad-share", "the shares have a common denominator of at most 1,000,000"
        )


def _weighs_something(weights: Iterable[int]) -> None:
    if not any(weights):
        raise PydanticCustomError("bad-table", "at least one weight is above 0")
