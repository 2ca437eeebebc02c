"""Every repair that a log tells of, found by what it is about and decoded when somebody asks.

A large log has a hundred thousand of them, and a part of it has facts of a few.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import polars as pl

from engine.facts import RuleFact, rule_fact, upcasted
from engine.reading import said
from engine.repairs import REPAIRS, Name, root_of
from schemas.frames import RECORDS

_NAME = pl.Struct({"source": pl.String(), "id": pl.String()})


@dataclass(frozen=True, eq=False)
class RepairsTold:
    """The repairs of a log (RECORDS, in their present shape), by position."""

    records: pl.DataFrame

    @classmethod
    def among(cls, records: pl.DataFrame) -> Self:
        """Those among records (RECORDS or READ)."""
        repairs = records.filter(pl.col("type").is_in(REPAIRS)).select(*RECORDS)
        return cls(upcasted(repairs.sort("position")))

    def __iter__(self) -> Iterator[RuleFact]:
        return _decoded(self.records)

    def with_later(self, records: pl.DataFrame) -> "RepairsTold":
        """The same and those among later records (RECORDS or READ)."""
        return RepairsTold(pl.concat([self.records, self.among(records).records]))

    @property
    def last_position(self) -> int:
        """The position of the last one, 0 without any."""
        return max(self.records["position"].top_k(1), default=0)

    def about(self, records: pl.DataFrame) -> list[RuleFact]:
        """Those that are about facts among records (RECORDS), and about those repairs."""
        maybe = records.filter(pl.col("id").is_in(self.ids.implode())).select("source", "id")
        rows = [row for name in maybe.unique().iter_rows() for row in self._by_root.get(name, ())]
        return [*_decoded(self.records[sorted(rows)])]

    @cached_property
    def ids(self) -> pl.Series:
        """The ids of what they are about, each once, sorted."""
        return self._about["id"].unique().sort()

    @cached_property
    def moved(self) -> pl.Series:
        """The ids of what corrections give another instant."""
        told = said(self.records, {"effective_at": pl.String()})["effective_at"]
        return self._about["id"].filter(told.is_not_null())

    @cached_property
    def targets(self) -> Mapping[Name, Name]:
        """What each is about, a fact or another repair, by their names."""
        names = self.records.select("source", "id").iter_rows()
        return dict(zip(names, self._about.iter_rows(), strict=True))

    @cached_property
    def _about(self) -> pl.DataFrame:
        """What each is about: `source, id`, row by row."""
        told = said(self.records, {"target": _NAME})["target"]
        return told.struct.unnest().select("source", "id")

    @cached_property
    def _by_root(self) -> Mapping[Name, list[int]]:
        """The rows about a fact in the end; those that go round are about none."""
        found: dict[Name, list[int]] = defaultdict(list)
        for row, target in enumerate(self._about.iter_rows()):
            root = root_of(target, self.targets)
            if root is not None:
                found[root].append(row)
        return found


def _decoded(records: pl.DataFrame) -> Iterator[RuleFact]:
    return (rule_fact(row) for row in records.iter_rows(named=True))
