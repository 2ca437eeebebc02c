"""Time decay from a table: the weight of a touch by its age in completed days.

The field's formula, 2 ** (-age / half-life), is irrational; a table of whole weights by day says
the same exactly, and is read by people. A touch is n days old from n * 24 hours before the
conversion on. A touch at or after the conversion is 0 days old.
"""

from typing import Final

import polars as pl

from engine.crediting_models.rules import ONE, Share
from schemas.crediting import TimeDecay
from schemas.errors import Refused

DAY: Final = 24 * 60 * 60 * 1_000_000
"""A day in microseconds: 24 hours, whatever a calendar says."""


class UndatedTouch(Refused):
    """A model goes by the age of touches, and a touch or a conversion has no time."""

    code = "undated-touch"

    def __init__(self, journey: str) -> None:
        self.journey = journey
        super().__init__(
            f"Journey {journey} cannot be credited by the age of its touches: a touch or the "
            "conversion has no time. Add `at` and `ended_at`, or credit by another model."
        )


def refuse_undated(touches: pl.DataFrame) -> None:
    """Raises `UndatedTouch` for the first journey in which an age is not known."""
    undated = touches.filter(pl.col("at").is_null() | pl.col("ended_at").is_null())
    if undated.height:
        raise UndatedTouch(undated["journey"][0])


def time_decay(model: TimeDecay) -> Share:
    """The share of a touch by its weight; equal parts where all of a journey weigh nothing."""
    days, weights = zip(*model.table, strict=True)
    age = pl.max_horizontal((pl.col("ended_at") - pl.col("at")) // DAY, 0)
    row = pl.lit(pl.Series(days, dtype=pl.Int64)).search_sorted(age, side="right") - 1
    weight = pl.lit(pl.Series(weights, dtype=pl.Int64)).gather(row)
    total = weight.sum().over("run")
    alike = total == 0
    return (
        pl.when(alike).then(ONE).otherwise(weight),
        pl.when(alike).then("touches").otherwise(total),
    )
