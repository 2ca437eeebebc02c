"""The hot set: the facts of whole cases in memory, found by case, and grown by later records."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import polars as pl

from engine.law import law
from replay.cases import Joined, cases, edges, edges_by_keys, is_rule, joined, placed
from replay.layered import Layered
from schemas.frames import READ, checked


@dataclass(frozen=True)
class HotSet:
    """Rules, and facts by case; `into` maps a case to the one it became part of."""

    rules: pl.DataFrame  # READ
    facts: Layered  # READ with case, by case
    names: Layered  # NAMES, by name
    numbered: int  # so many cases were numbered
    into: Mapping[int, int] = field(default_factory=dict[int, int])

    @classmethod
    def of(cls, records: pl.DataFrame) -> Self:
        """Those of records (READ)."""
        rules = checked(records, READ).filter(is_rule())
        names = cases(pl.concat([edges(records), edges_by_keys(records, law(rules))]).unique())
        return cls(
            rules=rules.select(*READ),
            facts=Layered.of_rows(placed(records, names), "case"),
            names=Layered.of_rows(names, "name"),
            numbered=names["case"].n_unique(),
        )

    def records(self, among: Collection[int] | None) -> pl.DataFrame:
        """The rules, and the facts (READ) of some cases, of all for None."""
        return pl.concat([self.rules, self.placed(among).select(*READ)])

    def placed(self, among: Collection[int] | None) -> pl.DataFrame:
        """The facts (READ with `case`) of some cases, of all for None."""
        return self.facts.all() if among is None else self.facts.of(among)

    def cases_of(self, names: Iterable[str]) -> frozenset[int]:
        """The cases of names (`deal/D1`), of those of which anything is known."""
        return frozenset(self._known(names)["case"].to_list())

    def cases_of_facts(self, ids: Collection[str]) -> frozenset[int]:
        """The cases with a fact that has one of these ids, whatever its source."""
        told = self.facts_of(ids)["case"].unique().to_list()
        return frozenset(self.into.get(case, case) for case in told)

    def facts_of(self, ids: Collection[str]) -> pl.DataFrame:
        """The facts (READ with `case`, perhaps as it was) that have one of these ids."""
        return self._facts(pl.col("id").is_in(sorted(ids)) if ids else pl.lit(value=False))

    def facts_at(self, instant: int) -> pl.DataFrame:
        """The facts (READ with `case`, perhaps as it was) effective at an instant."""
        return self._facts(pl.col("effective_at") == instant)

    def _facts(self, wanted: pl.Expr) -> pl.DataFrame:
        """Facts wherever they are; of those that were replaced nothing but the case differs."""
        return pl.concat([self.facts.base.filter(wanted), self.facts.fresh.filter(wanted)])

    def with_later(self, later: pl.DataFrame) -> tuple[Self, Joined]:
        """The same with later records (READ), and what they did to cases."""
        pairs = edges(later)
        known = self._known(pl.concat([pairs["one"], pairs["other"]]).unique().to_list())
        found = Joined(known, {}) if pairs.is_empty() else joined(known, pairs, self.numbered)
        came = set(found.names["case"].to_list())
        before = self.facts.of([*came, *found.into]).with_columns(
            pl.col("case").replace(dict(found.into))
        )
        rows = pl.concat([before, placed(later, found.names)])
        grown = replace(
            self,
            rules=pl.concat([self.rules, later.filter(is_rule()).select(*READ)]),
            facts=self.facts.replacing([*came, *found.into], rows),
            names=self.names.replacing(found.names["name"].to_list(), found.names),
            numbered=max([self.numbered - 1, *came]) + 1,
            into={was: found.into.get(now, now) for was, now in self.into.items()}
            | dict(found.into),
        )
        return grown, found

    def _known(self, names: Iterable[str]) -> pl.DataFrame:
        return self.names.of(names).with_columns(pl.col("case").replace(dict(self.into)))
