"""Names as numbers, for logs of more names than can be joined as text batch by batch."""

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from replay.cases import NAMES, cases_of_numbers, edges


def _of_no_names() -> pl.Series:
    return pl.Series(dtype=pl.Categorical(pl.Categories.random()))


@dataclass
class NumberedNames:
    """Customers, leads and deals, numbered from 0 as a log first names them.

    Within a stretch of the log they are numbered in order of their bytes, so that the same
    stretches give the same numbers.
    """

    _known: pl.Series = field(default_factory=_of_no_names)  # polars forgets what no series has
    _met: list[pl.Series] = field(default_factory=list[pl.Series])  # by number
    _pairs: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])
    _count: int = 0

    def meet(self, records: pl.DataFrame) -> None:
        """Go on with the records (READ) of the next stretch."""
        self.join(edges(records))

    def join(self, pairs: pl.DataFrame) -> None:
        """Join names by edges (`one, other`), each once."""
        names = pl.concat([pairs["one"], pairs["other"]]).unique().sort()
        new = names.filter(self._numbers(names) >= self._count)
        self._met.append(new)
        self._count += len(new)
        self._pairs.append(pairs.select(self._numbers(pairs[side]) for side in ("one", "other")))

    def cases(self) -> "CasesOfNames":
        """The cases of all names met."""
        pairs = pl.concat(self._pairs)
        return CasesOfNames(self._known, pl.concat(self._met), cases_of_numbers(pairs, self._count))

    def _numbers(self, names: pl.Series) -> pl.Series:
        return names.cast(self._known.dtype).to_physical()


@dataclass(frozen=True)
class CasesOfNames:
    """The cases of numbered names: of each number its name and its case."""

    known: pl.Series
    named: pl.Series
    case: pl.Series

    @property
    def names(self) -> pl.DataFrame:
        """All names with their cases (NAMES), in order of names."""
        return pl.DataFrame({"name": self.named, "case": self.case}).sort("name")

    @cached_property
    def count(self) -> int:
        """How many cases there are: they are numbered without a gap."""
        return 1 + max(self.case.top_k(1).to_list(), default=-1)

    def of(self, names: pl.Series) -> pl.DataFrame:
        """Names that were met, each once, with their cases (NAMES)."""
        wanted = names.drop_nulls().unique()
        numbers = wanted.cast(self.known.dtype).to_physical()
        return pl.DataFrame({"name": wanted, "case": self.case.gather(numbers)}, schema=NAMES)
