"""Shapley values of any game over a few channels, by sums over all their sets.

A game says what every set of n channels is worth: 2**n numbers, of which set s has the place that
is the sum of 2**i over the channels i inside; the empty set is worth 0. What lies inside a set is
summed by one subset-sum (zeta) transform, n * 2**n additions.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from engine.allocation import largest, product_dtype
from engine.crediting_models.pools import Pool
from engine.crediting_models.shapley import by_sizes
from engine.crediting_models.worth import Worth
from schemas.errors import Refused

CHANNELS_MAX: Final = 20
"""A million sets."""
RATE_CHANNELS_MAX: Final = 12
"""Rates have thousands of denominators, and their exact sums tens of thousands of digits."""


class TooManyChannels(Refused):
    """A game has more sets than can be looked at one by one."""

    code = "too-many-channels"

    def __init__(self, channels: int, most: int) -> None:
        super().__init__(
            f"A game of {channels} channels was to be valued, and this one can be with up to "
            f"{most}: every set of them is looked at. Group the rarest channels, or choose the "
            "game closure, which has no limit."
        )


def values(channels: Sequence[str], game: pl.Series) -> Worth:
    """The Shapley value of each channel in a game of whole numbers.

    Raises `TooManyChannels` above 20 channels, and `AmountTooLarge` where sums would not fit into
    128 bits.
    """
    n = len(channels)
    _refuse_more(n, CHANNELS_MAX)
    dtype = product_dtype(largest(game), len(game))
    sets = pl.select(mask=pl.int_range(len(game), dtype=pl.UInt32)).with_columns(
        size=pl.col("mask").bitwise_count_ones().cast(pl.Int64), worth=game.cast(dtype)
    )
    wholes = _by_size(sets)
    worth: dict[str, Fraction] = {}
    for i, channel in enumerate(channels):
        inside = _by_size(sets.filter(pl.col("mask") & (1 << i) != 0))
        sums = ((k, inside[k], wholes[k]) for k in range(1, n + 1))
        worth[channel] = by_sizes(n, sums)
    return worth


def values_of_rates(channels: Sequence[str], game: Sequence[Fraction]) -> Worth:
    """The Shapley value of each channel in a game of fractions. Raises `TooManyChannels` above 12.

    The fractions are brought to one denominator; all sums are then of whole numbers.
    """
    n = len(channels)
    _refuse_more(n, RATE_CHANNELS_MAX)
    whole = lcm(*(worth.denominator for worth in game))
    scaled = [worth.numerator * (whole // worth.denominator) for worth in game]
    wholes = [0] * (n + 1)
    insides = [[0] * (n + 1) for _ in channels]
    for mask, worth in enumerate(scaled):
        size = mask.bit_count()
        wholes[size] += worth
        for i in range(n):
            if mask >> i & 1:
                insides[i][size] += worth
    return {
        channel: by_sizes(n, ((k, inside[k], wholes[k]) for k in range(1, n + 1)), whole)
        for channel, inside in zip(channels, insides, strict=True)
    }


def closure_rate(pool: Pool) -> Worth:
    """Values in the game of conversions over journeys, of those whose channels lie in the set.

    They sum to the rate of all journeys. A set that holds no journey is worth 0.
    """
    _refuse_more(len(pool.channels), RATE_CHANNELS_MAX)
    won, every = (with_subsets(of_sets(pool, column)) for column in ("won", "all"))
    return values_of_rates(pool.channels, _rates(won, every))


def exact_rate(pool: Pool) -> Worth:
    """Values in the game of conversions over journeys, of those with just the set's channels.

    They sum to the rate of journeys with all channels, and can be negative.
    """
    _refuse_more(len(pool.channels), RATE_CHANNELS_MAX)
    return values_of_rates(pool.channels, _rates(of_sets(pool, "won"), of_sets(pool, "all")))


def of_sets(pool: Pool, column: str) -> pl.Series:
    """The sum of `won` or `all` over the journeys that have just the channels of each set.

    Raises `TooManyChannels`.
    """
    n = len(pool.channels)
    _refuse_more(n, CHANNELS_MAX)
    bits = pl.lit(pl.Series([1 << i for i in range(n)], dtype=pl.UInt32))
    masks = (
        pool.touches.select("row", bit=bits.gather(pl.col("channel").to_physical()))
        .unique()
        .group_by("row")
        .agg(mask=pl.col("bit").sum())
    )
    sums = masks.join(pool.journeys, on="row").group_by("mask").agg(pl.col(column).sum())
    every = pl.select(mask=pl.int_range(2**n, dtype=pl.UInt32))
    joined = every.join(sums, on="mask", how="left", maintain_order="left")
    return joined[column].fill_null(0)


def with_subsets(masses: pl.Series) -> pl.Series:
    """For each set, the sum over all sets inside it: the zeta transform.

    >>> with_subsets(pl.Series([0, 1, 2, 4])).to_list()
    [0, 1, 2, 7]
    """
    mask = pl.int_range(len(masses), dtype=pl.UInt32, eager=True)
    for i in range(len(masses).bit_length() - 1):
        bit = mask & (1 << i)
        masses = masses + masses.gather(mask - bit) * (bit != 0).cast(masses.dtype)
    return masses


def _rates(won: pl.Series, every: pl.Series) -> list[Fraction]:
    return [Fraction(w, a) if a else Fraction(0) for w, a in zip(won, every, strict=True)]


def _by_size(sets: pl.DataFrame) -> dict[int, int]:
    return dict(sets.group_by("size").agg(pl.col("worth").sum()).iter_rows())


def _refuse_more(channels: int, most: int) -> None:
    if channels > most:
        raise TooManyChannels(channels, most)
