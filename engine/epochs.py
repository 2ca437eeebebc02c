"""Epochs: stretches of time in which sums over a window need to be taken only once.

Whatever opens later stands later in a window, so it leaves the sums before it alone. Only when
something that was open already changes must a window be summed again: there an epoch begins. A log
without amendments has one epoch a group, and one row for each of its steps.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from engine.groups import some_at_a_time

_BEFORE_ALL: Final = -(2**62)
_AFTER_ALL: Final = 2**62


def epochs(steps: pl.DataFrame, worths: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """The epochs of groups: `group, since, until`, periods, half-open.

    `steps` have `step, group, dated`; `worths` have `step, period` for each period in which the
    worth of a step changed; `turns` are further periods (`group, period`) that begin an epoch.
    """
    again = (
        worths.select("step", "period")
        .join(steps.select("step", "group", "dated"), on="step")
        .filter(pl.col("period") > pl.col("dated"))
    )
    begun = pl.concat(
        [again.select("group", since="period"), turns.select("group", since="period")]
    )
    first = steps.select("group").unique().with_columns(since=pl.lit(_BEFORE_ALL, dtype=pl.Int64))
    following = pl.col("since").shift(-1).over("group")
    return (
        pl.concat([first, begun.unique()])
        .sort("group", "since")
        .with_columns(until=following.fill_null(_AFTER_ALL))
    )


def portions(steps: pl.DataFrame, of: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The epochs of some groups at a time, of which not too many rows come about (`in_epochs`)."""
    many = steps.group_by("group").agg(steps=pl.len().cast(pl.Int64))
    rows = of.group_by("group").agg(epochs=pl.len().cast(pl.Int64)).join(many, on="group")
    sizes = rows.select("group", size=pl.col("epochs") * pl.col("steps"))
    yield from some_at_a_time(of, sizes)


def in_epochs(steps: pl.DataFrame, worths: pl.DataFrame, of: pl.DataFrame) -> pl.DataFrame:
    """Steps in every epoch (`epochs`) that they are open in, with their worth as at its end.

    With `period`, from which on it holds: the beginning of the epoch, or the step's own.
    """
    several = pl.len().over("group") > 1
    quiet = steps.join(of.filter(several.not_()), on="group").join(worths.drop("period"), on="step")
    moved = (
        steps.join(of.filter(several), on="group")
        .filter(pl.col("dated") < pl.col("until"))
        .with_columns(_last=pl.col("until") - 1)
        .sort("_last")
        .join_asof(
            worths.sort("period"),
            left_on="_last",
            right_on="period",
            by="step",
            strategy="backward",
            check_sortedness=False,
        )
    )
    told = pl.concat([quiet, moved.select(quiet.columns)])
    return told.with_columns(period=pl.max_horizontal("since", "dated"))
