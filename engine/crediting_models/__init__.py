"""Crediting models: journeys and a model in, the exact share of every touch out.

`schemas.crediting` says what a model is; each file here computes one family. Models of one journey
follow a rule; pooled models (Shapley, Markov) look at all journeys and credit channels, or freeze
whole weights of channels that then share each journey over its own touches.
"""

from typing import assert_never

import polars as pl

from engine.crediting_models.cents import cents
from engine.crediting_models.decay import UndatedTouch, refuse_undated, time_decay
from engine.crediting_models.milestones import milestones
from engine.crediting_models.paths import converted, journey_rows, paths
from engine.crediting_models.pooled import channel_shares, frozen
from engine.crediting_models.rules import (
    Share,
    first_touch,
    last_non_excluded,
    last_touch,
    linear,
    linear_distinct,
    position,
)
from engine.crediting_models.totals import Totals, of_shares, of_touches
from engine.crediting_models.weighted import by_channel_weights, channel_weights, with_weights
from schemas.crediting import (
    ChannelWeights,
    CreditingModel,
    FirstTouch,
    LastNonExcluded,
    LastTouch,
    Linear,
    LinearDistinct,
    Markov,
    Milestones,
    PerJourney,
    Position,
    Shapley,
    TimeDecay,
)
from schemas.errors import Refused
from schemas.frames import CREDIT

__all__ = [
    "CreditsChannelsOnly",
    "Totals",
    "UndatedTouch",
    "by_channel_weights",
    "cents",
    "channel_totals",
    "credit",
    "credited_cents",
    "duplicates_are_harmless",
]


class CreditsChannelsOnly(Refused):
    """Credit of touches was asked of a model that shares out conversions over channels."""

    code = "credits-channels-only"

    def __init__(self, model: str) -> None:
        self.model = model
        super().__init__(
            f"Credit of touches was asked of a model, {model}, that is used in aggregate: it "
            "credits channels over all journeys, and no touch of a single one. Ask for channels, "
            "or say `use: per-deal` in the model."
        )


def credit(touches: pl.DataFrame, journeys: pl.DataFrame, model: CreditingModel) -> pl.DataFrame:
    """The exact share of every touch of every journey that converted, in order (`CREDIT`).

    The shares of a journey sum to 1; a journey without touches has none. Raises `UndatedTouch`,
    `CreditsChannelsOnly`, `AmountTooLarge` and what pooled models raise.
    """
    rows = journey_rows(touches, journeys)
    won = converted(touches, journeys, rows)
    if isinstance(model, Shapley | Markov):
        if model.use == "aggregate":
            raise CreditsChannelsOnly(model.model)
        weights = frozen(channel_shares(touches, journeys, model, rows)) if won.height else {}
        return by_channel_weights(won, weights, distinct=True)
    numbered = paths(won, by_channel=duplicates_are_harmless(model))
    if isinstance(model, TimeDecay):
        refuse_undated(numbered)
    if isinstance(model, ChannelWeights):
        numbered = with_weights(numbered, model.weights)
    num, den = _share(model)
    return numbered.with_columns(num=num, den=den).select(*CREDIT)


def credited_cents(
    touches: pl.DataFrame, journeys: pl.DataFrame, model: CreditingModel
) -> pl.DataFrame:
    """Credit with `part` and `currency`: the minor units of each touch, null without a value.

    Raises what `credit` does.
    """
    shared = credit(touches, journeys, model)
    parts = cents(shared, journeys, by_channel=duplicates_are_harmless(model))
    return shared.join(
        parts.select("journey", "place", "part", "currency"),
        on=["journey", "place"],
        how="left",
        maintain_order="left",
    )


def channel_totals(touches: pl.DataFrame, journeys: pl.DataFrame, model: CreditingModel) -> Totals:
    """What a model credits each channel with over all journeys.

    Raises what `credit` does, but for `CreditsChannelsOnly`.
    """
    if isinstance(model, Shapley | Markov) and model.use == "aggregate":
        return of_shares(channel_shares(touches, journeys, model), touches, journeys)
    return of_touches(credited_cents(touches, journeys, model), journeys)


def duplicates_are_harmless(model: CreditingModel) -> bool:
    """Whether a channel that is touched again in a journey gains nothing there under a model."""
    match model:
        case LinearDistinct() | Shapley() | Markov():
            return True
        case ChannelWeights():
            return model.distinct
        case _:
            return False


def _share(model: PerJourney) -> Share:
    match model:
        case FirstTouch():
            return first_touch()
        case LastTouch():
            return last_touch()
        case LastNonExcluded():
            return last_non_excluded(model)
        case Linear():
            return linear()
        case LinearDistinct():
            return linear_distinct()
        case Position():
            return position(model)
        case Milestones():
            return milestones(model)
        case TimeDecay():
            return time_decay(model)
        case ChannelWeights():
            return channel_weights(distinct=model.distinct)
        case _:
            assert_never(model)
