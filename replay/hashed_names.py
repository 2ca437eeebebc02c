"""Names by their hashes, for logs of more names than are worth keeping as text.

Two names of one hash (64 bits) would be taken for one, which joins two cases: that costs time and
never money. Hashes are those of polars, and as it may compute others one day, whoever keeps any
keeps `PROBE` with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from replay.cases import cases_of_numbers, links, named_together, pairs_of
from schemas.frames import Schema

HASHED: Final[Schema] = {"name": pl.UInt64(), "case": pl.Int64()}
"""Customers, leads and deals by the hashes of their names, with their case."""
_PAIR: Final[Schema] = {"one": pl.UInt64(), "other": pl.UInt64()}


def hashed(name: pl.Expr) -> pl.Expr:
    """The hash of a name (`deal/D1`), null of none."""
    return pl.when(name.is_not_null()).then(name.hash(seed=0))


def _probe() -> int:
    texts = pl.DataFrame({"name": ["x" * length for length in range(257)]})
    hashes = texts.select(hashed(pl.col("name"))).to_series().to_numpy()
    return int(np.bitwise_xor.reduce(hashes))


PROBE: Final = _probe()
"""What hashes of names of all lengths come to, as this version of polars has them."""


@dataclass
class HashedNames:
    """Customers, leads and deals, met stretch by stretch of a log."""

    _met: list[pl.Series] = field(default_factory=list[pl.Series])
    _pairs: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def meet(self, records: pl.DataFrame) -> None:
        """Go on with the records (READ) of the next stretch, most of which have one name."""
        together = named_together(records, hashed)
        several = pl.sum_horizontal(pl.all().is_not_null()) > 1
        pairs = pairs_of(together.filter(several), links(records, hashed))
        self._join(pairs, together.get_columns())

    def join(self, pairs: pl.DataFrame) -> None:
        """Join names by edges (`one, other`)."""
        self._join(pairs.select(hashed(pl.col(side)).alias(side) for side in _PAIR), [])

    def cases(self) -> "CasesOfNames":
        """The cases of all names met.

        They are numbered as stretches first have them, so that facts that are near each other in a
        log stay so where they are in order of their cases.
        """
        names = pl.concat([pl.Series(dtype=pl.UInt64()), *self._met]).unique(maintain_order=True)
        order = names.arg_sort()
        known = CasesOfNames(pl.DataFrame({"name": names.gather(order), "case": order}, HASHED))
        pairs = pl.concat([pl.DataFrame(schema=_PAIR), *self._pairs])
        numbers = pl.DataFrame([known.of(pairs[side]).alias(side) for side in _PAIR])
        case = cases_of_numbers(numbers, len(names))
        return CasesOfNames(known.names.with_columns(case=case.gather(order)))

    def _join(self, pairs: pl.DataFrame, names: Sequence[pl.Series]) -> None:
        """Keep the names of a stretch, each once, and no pair of a name with itself."""
        met = pl.concat(each.alias("name") for each in (*names, *pairs.get_columns()))
        self._met.append(met.drop_nulls().unique(maintain_order=True))
        self._pairs.append(pairs.filter(pl.col("one") != pl.col("other")))


@dataclass(frozen=True)
class CasesOfNames:
    """The cases of names (HASHED), in order of the hashes."""

    names: pl.DataFrame

    @cached_property
    def count(self) -> int:
        """How many cases there are: they are numbered without a gap."""
        return 1 + max(self.names["case"].top_k(1).to_list(), default=-1)

    def of(self, names: pl.Series) -> pl.Series:
        """The case of each of some hashes, all of names that were met; null where there is none.

        What is looked for in order is found in a fraction of the time.
        """
        wanted, places = np.unique(names.drop_nulls().to_numpy(), return_inverse=True)
        found = np.searchsorted(self.names["name"].to_numpy(), wanted)
        cases = self.names["case"].gather(found).gather(places)
        return (
            pl.Series("case", [None], HASHED["case"])
            .new_from_index(0, len(names))
            .scatter(names.is_not_null().arg_true(), cases)
        )
