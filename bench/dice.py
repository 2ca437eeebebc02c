"""Draws without a state: row `i` of stream `name` under a seed is the same number everywhere.

Only 64-bit integer arithmetic that is ours, so a log does not change with a version of a library.
"""

from collections.abc import Sequence
from zlib import crc32

import polars as pl

_STEP = 0x9E3779B97F4A7C15
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_MASK = 2**64 - 1


class Dice:
    """Expressions over a column of row numbers."""

    def __init__(self, seed: int, row: str) -> None:
        self.seed, self.row = seed, row

    def below(self, limit: int, name: str) -> pl.Expr:
        """A number from 0 up to and without `limit`."""
        return (self._bits(name) % pl.lit(limit, dtype=pl.UInt64)).cast(pl.Int64)

    def chance(self, share: float, name: str) -> pl.Expr:
        """True for about this share of the rows."""
        return self.below(1_000_000, name) < round(share * 1_000_000)

    def weighted(self, weights: Sequence[int], name: str) -> pl.Expr:
        """A place in `weights`, each as often as it weighs."""
        bounds, total = [], 0
        for weight in weights:
            total += weight
            bounds.append(total)
        table = pl.lit(pl.Series(bounds, dtype=pl.Int64))
        return table.search_sorted(self.below(total, name), side="right").cast(pl.Int64)

    def one_of(self, values: Sequence[str], name: str) -> pl.Expr:
        """One of some texts, each as often."""
        return pl.lit(pl.Series(values)).gather(self.below(len(values), name))

    def _bits(self, name: str) -> pl.Expr:
        """SplitMix64 of row, stream and seed."""
        start = ((crc32(name.encode()) << 20) + self.seed * _STEP) & _MASK
        mixed = (pl.col(self.row).cast(pl.UInt64) + 1) * _wide(_STEP) + _wide(start)
        for shift, factor in zip((30, 27), _MIX, strict=True):
            mixed = (mixed ^ (mixed // _wide(2**shift))) * _wide(factor)
        return mixed ^ (mixed // _wide(2**31))


def zipf(n: int, scale: int = 10**9) -> list[int]:
    """Weights of a few who do much and many who do little."""
    return [max(1, scale // (place + 3)) for place in range(n)]


def _wide(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)
