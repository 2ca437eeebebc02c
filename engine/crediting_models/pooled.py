"""Models that look at all journeys: the share of each channel, and weights frozen from them."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

import polars as pl

from engine.allocation import allocate
from engine.crediting_models.games import closure_rate
from engine.crediting_models.markov import removal_effects
from engine.crediting_models.pools import Pool, Weigh, pool
from engine.crediting_models.shapley import closure, exact_set, ordered
from engine.crediting_models.worth import Worth, shares
from schemas.crediting import WEIGHTS_WHOLE, Markov, Pooled, Shapley


def channel_shares(
    touches: pl.DataFrame,
    journeys: pl.DataFrame,
    model: Pooled,
    rows: pl.Series | None = None,
) -> dict[str, Fraction]:
    """The exact share of each channel in all conversions; they sum to 1.

    `rows` is what `journey_rows` tells, of who has asked already.

    Raises `NegativeWorth`, `NothingToShare` and what the model's own computation raises.
    """
    match model:
        case Shapley():
            return shares(_values(pool(journeys, touches, rows=rows), model), model.negatives)
        case Markov():
            weigh: Weigh = "value" if model.value_weighted else "count"
            return shares(removal_effects(pool(journeys, touches, weigh, rows), model.order))
        case _:
            assert_never(model)


def frozen(channel_shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Shares as whole weights of 10,000, by largest remainder: small enough to be read and kept."""
    names = list(channel_shares)
    weights = allocate(WEIGHTS_WHOLE, list(channel_shares.values()), names)
    return dict(zip(names, weights, strict=True))


def _values(pooled: Pool, model: Shapley) -> Worth:
    match model.game:
        case "closure":
            return closure(pooled)
        case "closure-rate":
            return closure_rate(pooled)
        case "exact-set":
            return exact_set(pooled)
        case "ordered":
            return _over_places(ordered(pooled))
        case _:
            assert_never(model.game)


def _over_places(worth: Mapping[tuple[str, int], Fraction]) -> Worth:
    found: defaultdict[str, Fraction] = defaultdict(Fraction)
    for (channel, _), value in worth.items():
        found[channel] += value
    return found
