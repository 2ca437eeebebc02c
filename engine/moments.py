"""Frames that say what holds from a period on, and what they say at other periods.

An entitlement has a row for each period in which it changed. Where rows are looked at together (a
gate, a cap, a tier, a window) each needs a row whenever another of them changes.
"""

from collections.abc import Sequence

import polars as pl


def told_at(rows: pl.DataFrame, moments: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Rows with one more for each moment (key and `period`) at which they have none of their own.

    `rows` have one row a key and period in which they changed; the new ones say what held then. A
    moment before the first row of its key is left out.
    """
    extra = moments.select(*key, "period").join(
        rows.select(*key, "period"), on=[*key, "period"], how="anti", nulls_equal=True
    )
    if extra.is_empty():
        return rows
    both = pl.concat([rows.with_columns(_own=pl.lit(value=True)), extra], how="diagonal").sort(
        *key, "period", maintain_order=True
    )
    carried = [name for name in rows.columns if name not in (*key, "period")]
    return (
        both.with_columns(pl.col([*carried, "_own"]).forward_fill().over(key))
        .filter(pl.col("_own").is_not_null())
        .select(rows.columns)
    )


def together(rows: pl.DataFrame, key: Sequence[str], group: Sequence[str]) -> pl.DataFrame:
    """Rows told at every period in which any row of their group changed."""
    changes = rows.select(*group, "period").unique()
    moments = rows.select(*key, *group).unique().join(changes, on=group, nulls_equal=True)
    return told_at(rows, moments, key)
