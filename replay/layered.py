"""Rows by a key of which few change: a base in order, and over it what was replaced since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import polars as pl

_FRESH_MOST: Final = 65_536
"""So many replaced rows are looked through for a key before all are put in order again."""


@dataclass(frozen=True)
class Layered:
    """Rows by the column `by`: those of `base`, but for keys that were `replaced` of `fresh`.

    A key is looked up in the base by halving, so that it costs nothing to have many others.
    """

    by: str
    base: pl.DataFrame  # in order of the key
    fresh: pl.DataFrame
    replaced: frozenset[Any] = frozenset()

    @classmethod
    def of_rows(cls, rows: pl.DataFrame, by: str) -> Self:
        """Rows put in order of a key; those without one are left out."""
        ordered = rows.drop_nulls(by).sort(by, maintain_order=True).rechunk()
        return cls(by, ordered, ordered.clear())

    def of(self, keys: Iterable[Any]) -> pl.DataFrame:
        """The rows of some keys."""
        wanted = set(keys)
        return pl.concat([self._below(wanted - self.replaced), self._above(wanted)])

    def all(self) -> pl.DataFrame:
        """The rows of all keys, in no order."""
        kept = pl.col(self.by).is_in(self._keys(self.replaced)).not_()
        below = self.base.filter(kept) if self.replaced else self.base
        return pl.concat([below, self.fresh])

    def replacing(self, keys: Collection[Any], rows: pl.DataFrame) -> Self:
        """The same with these rows, and no others, for some keys."""
        kept = self.fresh.filter(pl.col(self.by).is_in(self._keys(keys)).not_())
        told = rows.select(self.base.columns)
        return self._with(pl.concat([kept, told]), self.replaced.union(keys))

    def adding(self, rows: pl.DataFrame) -> Self:
        """The same with more rows."""
        return self._with(pl.concat([self.fresh, rows.select(self.base.columns)]), self.replaced)

    def _with(self, fresh: pl.DataFrame, replaced: frozenset[Any]) -> Self:
        found = type(self)(self.by, self.base, fresh, replaced)
        if fresh.height <= _FRESH_MOST + self.base.height // 64:
            return found
        return self.of_rows(found.all(), self.by)

    def _above(self, keys: Collection[Any]) -> pl.DataFrame:
        return self.fresh.filter(pl.col(self.by).is_in(self._keys(keys)))

    def _below(self, keys: Collection[Any]) -> pl.DataFrame:
        column = self.base[self.by]
        wanted = pl.Series(sorted(keys), dtype=column.dtype)
        first = column.search_sorted(wanted, side="left").to_numpy().astype(np.int64)
        after = column.search_sorted(wanted, side="right").to_numpy().astype(np.int64)
        counts = after - first
        before = np.cumsum(counts) - counts
        return self.base[np.repeat(first - before, counts) + np.arange(int(counts.sum()))]

    def _keys(self, keys: Collection[Any]) -> pl.Expr:
        return pl.lit(pl.Series(sorted(keys), dtype=self.base.schema[self.by])).implode()
