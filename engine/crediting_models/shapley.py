"""Shapley values of channels in games that have a closed form: no set is ever enumerated.

closure: a set of channels is worth the conversions whose channels all lie inside it. Each
conversion is then split equally over its distinct channels (Zhao, Mahboobi, Bagheri 2018,
arXiv 1804.05327), so that touching again gains nothing. ordered: the same, kept apart by place; a
channel touched m times splits its part over its m places (ibid.). exact-set: a set is worth the
conversions whose channels are just this set; the values sum to what the set of all channels is
worth, not to all conversions, and can be negative.

All are exact: integer sums over journeys, then one fraction a channel.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import factorial

import polars as pl

from engine.crediting_models.pools import Pool
from engine.crediting_models.worth import Worth


def closure(pool: Pool) -> Worth:
    """The worth of each channel, in what the pool weighs; they sum to its conversions."""
    return _worth(pool, _parts(pool).group_by("channel", "of").agg(pl.col("won").sum()))


def closure_by(pool: Pool, group: str) -> dict[str, Worth]:
    """The worth of each channel apart for each value of a column of the journeys."""
    groups = pool.journeys.select("row", group=group)
    parts = _parts(pool).join(groups, on="row")
    summed = parts.group_by("group", "channel", "of").agg(pl.col("won").sum())
    return {str(name): _worth(pool, rows) for (name,), rows in summed.group_by("group")}


def ordered(pool: Pool) -> dict[tuple[str, int], Fraction]:
    """The worth of each channel at each place of a journey (from 0)."""
    distinct = pl.col("channel").n_unique().over("row").cast(pl.Int64)
    repeats = pl.len().over("row", "channel").cast(pl.Int64)
    nth = pl.col("place").rank("ordinal").over("row").cast(pl.Int64) - 1
    parts = _converted(pool).with_columns(of=distinct * repeats, place=nth)
    summed = parts.group_by("channel", "place", "of").agg(pl.col("won").sum())
    worth: dict[tuple[str, int], Fraction] = {}
    for channel, place, of, won in summed.sort("place", "channel", "of").iter_rows():
        worth[channel, place] = worth.get((channel, place), Fraction(0)) + Fraction(won, of)
    return worth


def exact_set(pool: Pool) -> Worth:
    """The worth of each channel in the game of exact sets.

    With c the conversions of a set of k of n channels: (k-1)! (n-k)! c / n! for each of them, and
    -k! (n-k-1)! c / n! for each other.
    """
    parts = _parts(pool)
    inside = parts.group_by("channel", "of").agg(pl.col("won").sum())
    whole = parts.unique("row").group_by("of").agg(pl.col("won").sum())
    totals: dict[int, int] = dict(whole.iter_rows())
    of_channel: dict[tuple[str, int], int] = {(a, k): won for a, k, won in inside.iter_rows()}
    n = len(pool.channels)
    return {
        channel: by_sizes(
            n, ((k, of_channel.get((channel, k), 0), total) for k, total in totals.items())
        )
        for channel in pool.channels
    }


def by_sizes(n: int, sums: Iterable[tuple[int, int, int]], unit: int = 1) -> Fraction:
    """The Shapley value of one of n players, from sums of what sets are worth, by their size.

    Each of `sums` is a size above 0, what the sets of this size with the player are worth together,
    and what all of this size are, in parts of which `unit` make one. It is the definition, with the
    terms of a size collected.
    """
    total = 0
    for size, inside, whole in sums:
        total += factorial(size - 1) * factorial(n - size) * inside
        if size < n:
            total -= factorial(size) * factorial(n - size - 1) * (whole - inside)
    return Fraction(total, factorial(n) * unit)


def _converted(pool: Pool) -> pl.DataFrame:
    converted, won = pool.journeys["converted"], pool.journeys["won"]
    touches = pool.touches.filter(converted.gather(pool.touches["row"]))
    return touches.with_columns(won=won.gather(touches["row"]))


def _parts(pool: Pool) -> pl.DataFrame:
    """The distinct channels of conversions, and of how many each is one."""
    number = pl.col("row").cast(pl.Int64) * len(pool.channels) + pl.col("channel").to_physical()
    distinct = _converted(pool).filter(number.is_first_distinct())
    return distinct.with_columns(of=pl.len().over("row").cast(pl.Int64))


def _worth(pool: Pool, sums: pl.DataFrame) -> Worth:
    """Sums of weights by channel and divisor as one fraction a channel; 0 without any."""
    worth = dict.fromkeys(pool.channels, Fraction(0))
    for channel, of, won in sums.select("channel", "of", "won").iter_rows():
        worth[channel] += Fraction(won, of)
    return worth
