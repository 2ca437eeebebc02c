"""Pools: journeys taken together, as Shapley values and Markov chains look at them.

A pool holds what pooled models need of JOURNEYS and TOUCHES: whole numbers only. A journey without
touches tells nothing about a channel, and is left out.
"""

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from engine.allocation import largest, product_dtype
from engine.crediting_models.paths import journey_rows
from schemas.errors import Refused
from schemas.frames import JOURNEYS, TOUCHES, checked

_TOUCHES_MAX: Final = 2**20
"""Of one journey."""

Weigh = Literal["count", "value"]
"""What a journey weighs: how many ran so, or their value in minor units (none: 0)."""


class CurrenciesMixed(Refused):
    """Journeys were to be weighed by value, and their values are in several currencies."""

    code = "currencies-mixed"

    def __init__(self, currencies: list[str]) -> None:
        super().__init__(
            f"Journeys were to be weighed by their value, and the values are in "
            f"{' and '.join(currencies)}. Train on one currency at a time, or weigh by number."
        )


@dataclass(frozen=True)
class Pool:
    """Journeys by row number, their touches by journey and channel.

    `journeys` adds to JOURNEYS `row` (UInt32), `all` (how many ran so) and `won` (what their
    conversions weigh, else 0), integers whose sums fit. `touches` has row, place, and channel as an
    Enum of `channels`.
    """

    channels: tuple[str, ...]
    journeys: pl.DataFrame
    touches: pl.DataFrame


def pool(
    journeys: pl.DataFrame,
    touches: pl.DataFrame,
    weigh: Weigh = "count",
    rows: pl.Series | None = None,
) -> Pool:
    """The pool of journeys and their touches; touches of other journeys are left out.

    `rows` is what `journey_rows` tells, of who has asked already. Raises `CurrenciesMixed` and
    `AmountTooLarge`.
    """
    weighed = _weighed(checked(journeys, JOURNEYS), weigh)
    row = journey_rows(touches, journeys) if rows is None else rows
    channels = checked(touches, TOUCHES)["channel"].unique().sort()
    placed = touches.select(row.alias("row"), "place", pl.col("channel").cast(pl.Enum(channels)))
    return Pool(tuple(channels), weighed, placed.drop_nulls("row"))


def _weighed(journeys: pl.DataFrame, weigh: Weigh) -> pl.DataFrame:
    won = journeys.filter("converted")
    currencies = sorted(won.filter(pl.col("value").is_not_null())["currency"].unique().to_list())
    if weigh == "value" and len(currencies) > 1:
        raise CurrenciesMixed(currencies)
    heaviest = largest(won["value"]) if weigh == "value" else 1
    most = largest(journeys["count"])
    one = product_dtype(most, journeys.height, _TOUCHES_MAX)
    dtype = product_dtype(most, journeys.height, heaviest)
    count = pl.col("count").cast(dtype)
    each = pl.col("value").cast(dtype).fill_null(0) * count if weigh == "value" else count
    return journeys.with_row_index("row").with_columns(
        all=pl.col("count").cast(one),
        won=pl.when("converted").then(each).otherwise(pl.lit(0, dtype=dtype)),
    )
