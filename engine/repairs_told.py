"""Every repair that a log tells of, found by what it is about and decoded when somebody asks.

A large log has a hundred thousand of them, and a part of it has facts of a few.
"""

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
        rows = maybe.unique().join(self._roots, on=["source", "id"])["row"]
        return [*_decoded(self.records[rows.sort()])]

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
        """What those are about, a fact or another repair, that are repaired themselves."""
        names = self.records.select("source", "id").with_row_index("row")
        repaired = names.join(self._about, on=["source", "id"], how="semi")
        about = self._about[repaired["row"]]
        named = repaired.select("source", "id").iter_rows()
        return dict(zip(named, about.iter_rows(), strict=True))

    @cached_property
    def _about(self) -> pl.DataFrame:
        """What each is about: `source, id`, row by row."""
        told = said(self.records, {"target": _NAME})["target"]
        return told.struct.unnest().select("source", "id")

    @cached_property
    def _roots(self) -> pl.DataFrame:
        """The facts that they are about in the end: `source, id, row`; none for what goes round.

        Nearly all are about a fact, and no chain needs to be followed.
        """
        about = self._about.with_row_index("row")
        repairs = self.records.select("source", "id")
        ends = about.join(repairs, on=["source", "id"], how="anti")
        rows = [
            (*root, row)
            for row, *target in about.join(repairs, on=["source", "id"], how="semi").iter_rows()
            if (root := root_of((target[0], target[1]), self.targets)) is not None
        ]
        chained = pl.DataFrame(rows, schema=ends.select("source", "id", "row").schema, orient="row")
        return pl.concat([ends.select(chained.columns), chained])


def _decoded(records: pl.DataFrame) -> Iterator[RuleFact]:
    return (rule_fact(row) for row in records.iter_rows(named=True))
