"""What a model credits each channel with over all journeys: conversions exactly, money in cents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import allocate, largest, product_dtype
from schemas.frames import CREDIT, JOURNEYS, TOUCHES, checked


@dataclass(frozen=True, slots=True)
class Totals:
    """Credit of channels over all journeys.

    Attributes:
        conversions: of each channel; they sum to the conversions that had a touch.
        money: minor units of each channel and currency; they sum to what those were worth.
    """

    conversions: Mapping[str, Fraction]
    money: Mapping[tuple[str, str], int]

    @property
    def shares(self) -> dict[str, Fraction]:
        """The part of all credited conversions that each channel has."""
        whole = sum(self.conversions.values(), Fraction(0)) or Fraction(1)
        return {channel: part / whole for channel, part in self.conversions.items()}


def of_touches(credit: pl.DataFrame, journeys: pl.DataFrame) -> Totals:
    """Sums over touches of their credit and their `part` of the value, times their journeys.

    Raises `AmountTooLarge`.
    """
    conversions: defaultdict[str, Fraction] = defaultdict(Fraction)
    for channel, den, num in _summed(checked(credit, CREDIT), journeys, "num", "channel", "den"):
        conversions[channel] += Fraction(num, den)
    valued = credit.filter(pl.col("part").is_not_null())
    money = {
        (channel, currency): part
        for channel, currency, part in _summed(valued, journeys, "part", "channel", "currency")
    }
    return Totals(dict(conversions), money)


def of_shares(
    shares: Mapping[str, Fraction], touches: pl.DataFrame, journeys: pl.DataFrame
) -> Totals:
    """Shares of channels, of all conversions that had a touch and of what they were worth."""
    touched = checked(touches, TOUCHES).select("journey").unique()
    won = checked(journeys, JOURNEYS).filter("converted").join(touched, on="journey", how="semi")
    count = int(won["count"].sum())
    names, parts = list(shares), list(shares.values())
    valued = won.filter(pl.col("value").is_not_null())
    money: dict[tuple[str, str], int] = {}
    for currency, worth in _summed(valued, journeys, "value", "currency"):
        sign = -1 if worth < 0 else 1
        for name, part in zip(names, allocate(abs(worth), parts, names), strict=True):
            money[name, currency] = sign * part
    return Totals({name: share * count for name, share in shares.items()}, money)


def _summed(
    rows: pl.DataFrame, journeys: pl.DataFrame, column: str, *by: str
) -> Iterator[tuple[Any, ...]]:
    """The groups and the sum of a column, each row as often as there were journeys like its own."""
    counts = checked(journeys, JOURNEYS).select("journey", times="count")
    counted = rows.join(counts, on="journey")
    dtype = product_dtype(largest(counted[column]), int(counted["times"].sum()))
    product = pl.col(column).cast(dtype) * pl.col("times").cast(dtype)
    return counted.group_by(by).agg(sum=product.sum()).sort(by).select(*by, "sum").iter_rows()
