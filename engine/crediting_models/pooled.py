"""Models that look at all journeys: what channels are worth by a model that is written down."""

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

import polars as pl

from engine.crediting_models import games, shapley
from engine.crediting_models.markov import removal_effects
from engine.crediting_models.pools import Pool, Weigh, pool
from engine.crediting_models.worth import Worth, shares
from schemas.crediting import Markov, Pooled, Shapley


def pooled_shares(
    touches: pl.DataFrame, journeys: pl.DataFrame, model: Pooled, weigh: Weigh = "count"
) -> dict[str, Fraction]:
    """The exact shares of channels in all conversions; they sum to 1.

    `weigh` is of Shapley models; a Markov model says itself whether it goes by value. A game that
    can have negative values floors or refuses them as the model says. Raises `NegativeWorth`,
    `NothingToShare`, `CurrenciesMixed`, `TooManyChannels`, `TooManyStates` and `ChainTooLong`.
    """
    match model:
        case Shapley():
            worth = _of_game(pool(journeys, touches, weigh), model)
            return shares(worth, model.negatives)
        case Markov():
            by: Weigh = "value" if model.value_weighted else "count"
            return shares(removal_effects(pool(journeys, touches, by), model.order))
        case _:
            assert_never(model)


def _of_game(journeys: Pool, model: Shapley) -> Worth:
    match model.game:
        case "closure":
            return shapley.closure(journeys)
        case "closure-rate":
            return games.closure_rate(journeys)
        case "exact-set":
            return shapley.exact_set(journeys)
        case "ordered":
            return _over_places(shapley.ordered(journeys))
        case _:
            assert_never(model.game)


def _over_places(worth: Mapping[tuple[str, int], Fraction]) -> Worth:
    """What channels are worth at all places together."""
    channels = sorted({channel for channel, _ in worth})
    return {
        name: sum((part for (channel, _), part in worth.items() if channel == name), Fraction(0))
        for name in channels
    }
