"""Turns: only the first so many of a payee are paid, in order of effect, while they stand.

What falls away makes room for the next, in the period in which it falls away.
"""

from collections.abc import Sequence

import polars as pl

from engine.moments import together


def in_turn(rows: pl.DataFrame, key: Sequence[str], group: Sequence[str]) -> pl.DataFrame:
    """Rows with `in_turn`: whether their `fact` is among the first `most` of the group that stand.

    `rows` have one row a key and `period` in which it changed, with `stands`; `most` is null where
    all are paid. Several lines of one fact take one turn. Where something in a group falls away,
    its rows are told in every period in which any of them changed.
    """
    numbered = rows.join(rows.select(*key).unique().with_row_index("_line"), on=list(key))
    falling = rows.filter(pl.col("stands").not_()).select(*group).unique()
    quiet = numbered.join(falling, on=list(group), how="anti")
    moving = together(numbered.join(falling, on=list(group), how="semi"), ["_line"], group)
    both = [_counted(quiet, group), _counted(moving, [*group, "period"])]
    return pl.concat(both).drop("_line")


def _counted(rows: pl.DataFrame, group: Sequence[str]) -> pl.DataFrame:
    """Rows with `in_turn`, all that stand in a group counted, each fact once."""
    another = pl.col("fact").ne_missing(pl.col("fact").shift(1).over(group))
    takes = (another & pl.col("stands")).cast(pl.Int64)
    turn = takes.cum_sum().over(group)
    paid = pl.col("most").is_null() | (turn <= pl.col("most"))
    return rows.sort(*group, "fact", maintain_order=True).with_columns(
        in_turn=pl.col("stands") & paid
    )
