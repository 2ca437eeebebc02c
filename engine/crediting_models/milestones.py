"""Shares to the touches at milestones (U, W, full path), the rest equally to the others.

With P the weights of the milestones that a journey has, R the rest where it has m > 0 other
touches (else 0): a touch gets the weights of its milestones over P + R, each other touch R / m over
P + R. So what a journey lacks is made up by everything it has, in proportion. A journey that has
nothing of what the model weighs is shared equally over its touches.
"""

import polars as pl

from engine.crediting_models.rules import ONE, Share
from schemas.crediting import Milestones
from schemas.values import common_denominator

_FIRST_TOUCH = "FT"


def milestones(model: Milestones) -> Share:
    """The share of a touch by the milestones on it, or as one of the others."""
    whole = common_denominator([*model.weights.values(), model.rest])
    own = pl.sum_horizontal(
        pl.when(_is_at(mark)).then(int(weight * whole)).otherwise(0)
        for mark, weight in model.weights.items()
    )
    others = (own == 0).cast(pl.Int64).sum().over("run")
    rest = pl.when(others > 0).then(int(model.rest * whole)).otherwise(0)
    total = own.sum().over("run") + rest
    parts = pl.max_horizontal(others, ONE)
    num = pl.when(total == 0).then(ONE).when(own > 0).then(own * parts).otherwise(rest)
    den = pl.when(total == 0).then("touches").otherwise(total * parts)
    return num, den


def _is_at(mark: str) -> pl.Expr:
    """Whether a touch is the one at a milestone: the first of its journey that carries the mark."""
    if mark == _FIRST_TOUCH:
        return pl.col("nth") == 0
    carries = pl.col("milestone").list.contains(mark).fill_null(value=False)
    return (pl.col("nth") == pl.when(carries).then("nth").min().over("run")).fill_null(value=False)
