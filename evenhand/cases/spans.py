"""Spans of payees: all those between two names, so that each span has about as many rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

import polars as pl

_TABLES_AT_ONCE: Final = 16
"""What is read of a table to find the rows of a span is several times as much: groups of rows."""


@dataclass(frozen=True, slots=True)
class Span:
    """Payees by name, after one and up to another; None: from the first, to the last.

    Names sort by their UTF-8 bytes, here as in polars and in Parquet, where whoever reads a table
    that is sorted by payee needs to read no more of it than the span.
    """

    after: str | None = None
    upto: str | None = None

    def __contains__(self, payee: str) -> bool:
        return (self.after is None or payee > self.after) and (
            self.upto is None or payee <= self.upto
        )

    def read(self, tables: Iterable[pl.LazyFrame]) -> pl.DataFrame:
        """The rows of tables that are of payees of the span, read some tables at a time."""
        inside, waiting = self._inside, iter(tables)
        found: list[pl.DataFrame] = []
        while some := [table.filter(inside) for table in islice(waiting, _TABLES_AT_ONCE)]:
            found.append(pl.concat(pl.collect_all(some)))
        return pl.concat(found)

    @property
    def _inside(self) -> pl.Expr:
        """Whether a row is of a payee of the span."""
        held = pl.lit(value=True)
        if self.after is not None:
            held &= pl.col("payee") > self.after
        if self.upto is not None:
            held &= pl.col("payee") <= self.upto
        return held


def spans(payees: Iterable[pl.DataFrame], rows: int) -> list[Span]:
    """Spans that hold all names, each with about so many rows, of which each has `payee, len`."""
    nobody = pl.DataFrame(schema={"payee": pl.String(), "len": pl.get_index_type()})
    told = pl.concat([nobody, *payees]).group_by("payee").agg(pl.col("len").sum()).sort("payee")
    number = (pl.col("len").cum_sum() - 1) // rows
    lasts = told.group_by(number.alias("span"), maintain_order=True).agg(pl.col("payee").last())
    between = lasts["payee"].to_list()[:-1]
    return [Span(after, upto) for after, upto in pairwise([None, *between, None])]
