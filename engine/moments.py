"""Frames that say what holds from a period on, and what they say at other periods.

An entitlement has a row for each period in which it changed. Where rows are looked at together (a
gate, a cap, a tier, a window) each needs a row whenever another of them changes.
"""

from collections.abc import Sequence
from typing import Final, Literal

import polars as pl

from schemas.frames import ENTITLED

KEY: Final = ("payee", "subject", "fact", "component", "source", "plan", "currency", "role")
"""What an entitlement is known by; all but the period of its key."""
LINE: Final = (*KEY, "rule", "opener")
"""What a line is known by on its way to one: of a key are several that are bounded apart."""
_APART: Final[Sequence[Literal["anti", "semi"]]] = ("anti", "semi")
"""Joins that part rows: those that others say nothing of, and those they do."""


def told_at(rows: pl.DataFrame, moments: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Rows with one more for each moment (key and `period`) at which they have none of their own.

    `rows` have one row a key and period in which they changed; the new ones say what held then. A
    moment before the first row of its key is left out.
    """
    if moments.is_empty():
        return rows
    extra = moments.select(*key, "period").join(
        rows.select(*key, "period"), on=[*key, "period"], how="anti", nulls_equal=True
    )
    if extra.is_empty():
        return rows
    quiet, own = (rows.join(extra, on=key, how=how, nulls_equal=True) for how in _APART)
    both = pl.concat([own.with_columns(_own=pl.lit(value=True)), extra], how="diagonal").sort(
        *key, "period", maintain_order=True
    )
    carried = [name for name in rows.columns if name not in (*key, "period")]
    told = (
        both.with_columns(pl.col([*carried, "_own"]).forward_fill().over(key))
        .filter(pl.col("_own").is_not_null())
        .select(rows.columns)
    )
    return pl.concat([quiet, told])


def together(rows: pl.DataFrame, key: Sequence[str], group: Sequence[str]) -> pl.DataFrame:
    """Rows told at every period in which any row of their group changed."""
    changes = rows.select(*group, "period").unique()
    moving = changes.filter(pl.struct(group).is_duplicated())
    if moving.is_empty():
        return rows
    quiet, moved = (rows.join(moving, on=group, how=how, nulls_equal=True) for how in _APART)
    lines = moved.select(list(dict.fromkeys([*key, *group]))).unique()
    moments = lines.join(moving, on=group, nulls_equal=True)
    return pl.concat([quiet, told_at(moved, moments, key)])


def ruled_by(components: Sequence[str]) -> pl.Expr:
    """Whether it is the gates, cap and instalments of some component that hold for a line."""
    return pl.coalesce("rule", "component").is_in(components)


def brought_together(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines (ENTITLED) of one key as one: amounts and bases summed, all their facts named.

    A decrease that shrinks two layers, and a clawback of two commissions, are lines of one key.
    """
    apart = pl.col("rule").is_not_null() | pl.col("opener").is_not_null()
    several = lines.filter(apart)
    if several.is_empty():
        return lines
    several = together(several, LINE, KEY)
    alike = [name for name in ENTITLED if name not in (*KEY, "period", "amount", "base", "because")]
    joined = (
        several.sort(*LINE, "period")
        .group_by(*KEY, "period", maintain_order=True)
        .agg(
            pl.col(alike).first(),
            pl.col("amount", "base").sum(),
            because=pl.col("because").explode().drop_nulls().unique().sort(),
        )
        .select(*ENTITLED)
    )
    return pl.concat([lines.filter(apart.not_()), joined])
