"""Queries computed at once, in memory: a part of a log is small, and each step costs by itself."""

import polars as pl


def at_once(query: pl.LazyFrame) -> pl.DataFrame:
    """The frame that a query describes; its steps are planned together."""
    return query.collect(engine="in-memory")


def among(name: str, values: pl.Series) -> pl.Expr:
    """Whether a column has one of these values; cheaper than a join that keeps such rows."""
    return pl.col(name).is_in(pl.lit(values).implode())
