"""A case store on disk: whole cases, bucket by bucket, and which case a name is of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final, Self

import polars as pl

from engine.facts import TOUCHES
from engine.law import Law, law
from evenhand.runs.errors import CaseStoreDamaged, OtherHashes
from evenhand.runs.objects import LAST
from evenhand.runs.stores import store_at
from replay.cases import (
    NAMES,
    Joined,
    declares_keys,
    edges,
    edges_by_keys,
    is_rule,
    joined,
    placed,
)
from replay.hashed_names import PROBE, hashed
from replay.stages import latest
from schemas.frames import READ, empty

LAYOUT: Final = f"4.{PROBE:016x}"
"""Of the files of a store; a part of its name, so that one of another layout is made anew."""
MADE: Final = LAST
"""The file that says that a store is whole, and what it holds."""
FAMILIES: Final = ("facts", "touches")
"""Touches apart: they are most of a log, and most plans do not read them."""


def are_touches() -> pl.Expr:
    """1 for the second family, 0 for the first."""
    return pl.col("type").is_in(TOUCHES).cast(pl.Int64)


def _among(column: str, values: pl.Series) -> pl.Expr:
    """Rows with some values; told as a list, it lets a reader leave out groups without any."""
    return pl.col(column).is_in(values.to_list())


@dataclass(frozen=True)
class CaseStore:
    """The facts of a log up to `through`, in `buckets` of whole cases; `cases` were numbered.

    `digests` are the SHA-256 of its files as they were made, by name.
    """

    place: str
    through: int
    buckets: int
    cases: int
    files: Mapping[str, Sequence[str]]
    digests: Mapping[str, str]

    @classmethod
    def at(cls, place: str) -> Self:
        """The store in a place: a folder, or a URL that polars reads. Raises `OtherHashes`."""
        about = json.loads(store_at(place).content(MADE) or b"{}")
        if about.pop("probe") != PROBE:
            raise OtherHashes(place)
        return cls(place, **about)

    def checked(self) -> Self:
        """The store, each of whose files is as it was made. Raises `CaseStoreDamaged`."""
        store = store_at(self.place)
        for file, digest in self.digests.items():
            content = store.content(file)
            if content is None or sha256(content).hexdigest() != digest:
                raise CaseStoreDamaged(self.place, file)
        return self

    @cached_property
    def rules(self) -> pl.DataFrame:
        """The rules, decisions and facts about people (READ)."""
        return pl.read_parquet(f"{self.place}/rules.parquet")

    @cached_property
    def ends(self) -> pl.DataFrame:
        """The last fact of each type, and all that repairs are about (READ).

        No fact of a type that is not among them is later than the last of those.
        """
        return pl.read_parquet(f"{self.place}/ends.parquet")

    def named(self, names: Iterable[str]) -> pl.DataFrame:
        """Those of some names that are known, with their cases (NAMES)."""
        wanted = pl.DataFrame({"text": sorted(set(names))}, {"text": pl.String()})
        hashes = wanted.with_columns(name=hashed(pl.col("text")))
        file = pl.scan_parquet(f"{self.place}/names.parquet")
        found = file.filter(_among("name", hashes["name"].unique())).collect()
        return hashes.join(found, on="name").select(name="text", case="case")

    def of_bucket(self, bucket: int, types: Sequence[str]) -> pl.DataFrame:
        """The facts of types (READ, with `case`) of a bucket."""
        return self._read([bucket], types, None)

    def of_cases(self, cases: Iterable[int], types: Sequence[str]) -> pl.DataFrame:
        """The facts of types (READ, with `case`) of some cases, wherever they are."""
        wanted = sorted(set(cases))
        buckets = sorted({case % self.buckets for case in wanted})
        return self._read(buckets, types, wanted)

    def scanned(self, types: Sequence[str]) -> pl.LazyFrame:
        """The facts of all cases, of the families that have these types, to be read in part."""
        return self._scan(range(self.buckets), types)

    def _read(
        self, buckets: Iterable[int], types: Sequence[str], cases: Sequence[int] | None
    ) -> pl.DataFrame:
        found = self._scan(buckets, types)
        if cases is not None:
            found = found.filter(_among("case", pl.Series(cases, dtype=NAMES["case"])))
        return found.collect()

    def _scan(self, buckets: Iterable[int], types: Sequence[str]) -> pl.LazyFrame:
        families = FAMILIES if set(types) & set(TOUCHES) else FAMILIES[:1]
        files = [
            f"{self.place}/{family}-{bucket:05d}/{file}"
            for bucket in buckets
            for family in families
            for file in self.files.get(f"{family}-{bucket:05d}", ())
        ]
        if not files:
            return empty({**READ, "case": NAMES["case"]}).lazy()
        return pl.scan_parquet(files)

    def joined(self, pairs: pl.DataFrame) -> Joined:
        """The cases of names (`one, other`) that records since the store was made join."""
        names = pl.concat([pairs["one"], pairs["other"]]).unique()
        return joined(self.named(names.to_list()), pairs, self.cases)


@dataclass(frozen=True)
class Bucketed:
    """A case store and the records since, as one: whole cases with everything known of them."""

    store: CaseStore
    later: pl.DataFrame  # READ
    position: int  # nothing after it is known

    @cached_property
    def rules(self) -> pl.DataFrame:
        """The rules, decisions and facts about people (READ)."""
        later = self.later.filter(is_rule())
        return self._known(pl.concat([self.store.rules, later]))

    @cached_property
    def _joined(self) -> Joined:
        pairs = [edges(self.later)]
        if not self.later.is_empty() and declares_keys(told := law(self.rules)):
            pairs.append(edges_by_keys(self._telling(), told))
        return self.store.joined(pl.concat(pairs).unique())

    def _telling(self) -> pl.DataFrame:
        """All that keys may be told in: an old customer may turn out to be a new one."""
        facts = self.store.scanned(()).select(*READ).filter(pl.col("state").is_not_null())
        return pl.concat([facts.collect(), self.store.rules, self.later])

    @cached_property
    def _placed(self) -> pl.DataFrame:
        """The later facts with their cases."""
        return placed(self.later, self._joined.names)

    def placed(self, bucket: int, types: Sequence[str]) -> pl.DataFrame:
        """All facts of types (READ with their present `case`) of the cases of a bucket."""
        into, count = self._joined.into, self.store.buckets
        gone = [case for case, now in into.items() if now % count != bucket]
        came = [case for case, now in into.items() if now % count == bucket != case % count]
        parts = [self.store.of_bucket(bucket, types)]
        if gone:
            parts[0] = parts[0].filter(pl.col("case").is_in(gone).not_())
        if came:
            parts.append(self.store.of_cases(came, types))
        parts.append(self._placed.filter(pl.col("case") % count == bucket))
        told = pl.concat([part.select(*READ, "case") for part in parts])
        return self._known(told.with_columns(pl.col("case").replace(dict(into))))

    def of_cases(self, cases: Iterable[int], types: Sequence[str]) -> pl.DataFrame:
        """All facts of types (READ) of some cases, by their present numbers."""
        wanted = set(cases)
        before = [case for case, now in self._joined.into.items() if now in wanted]
        told = self.store.of_cases([*wanted, *before], types)
        later = self._placed.filter(pl.col("case").is_in(list(wanted)))
        return self._known(pl.concat([told.select(*READ), later.select(*READ)]))

    def cases_with(self, fact: pl.Expr, types: Sequence[str]) -> pl.Series:
        """The present cases of facts of types of which something holds (READ)."""
        into = pl.col("case").replace(dict(self._joined.into))
        known = pl.col("position") <= self.position
        old = self.store.scanned(types).filter(known, fact).select(into).unique().collect()
        new = self._placed.filter(known, fact).select(into)
        return pl.concat([old["case"], new["case"]]).unique().sort()

    def cases_of(self, names: Iterable[str]) -> Sequence[int]:
        """The present cases of names (`deal/D1`), those of which anything is known."""
        return self.cases_by_name(names)["case"].unique().sort().to_list()

    def cases_by_name(self, names: Iterable[str]) -> pl.DataFrame:
        """The names of which anything is known, with their present cases (NAMES)."""
        asked = list(names)
        old = self.store.named(asked)
        new = self._joined.names.filter(pl.col("name").is_in(asked))
        into = pl.col("case").replace(dict(self._joined.into))
        return pl.concat([old.select(*NAMES), new.select(*NAMES)]).with_columns(into).unique()

    def last_at(self, told: Law) -> int | None:
        """The instant of the last live fact, of whatever case."""
        since = told.repairs.last_position > self.store.through
        whole = self.position >= self.store.through and told.effective_by is None and not since
        stored = self.store.ends.lazy() if whole else self.store.scanned(TOUCHES)
        facts = pl.concat([stored.select(*READ), self.later.lazy()])
        return latest(told, self.rules, facts.filter(pl.col("position") <= self.position))

    def _known(self, records: pl.DataFrame) -> pl.DataFrame:
        return records.filter(pl.col("position") <= self.position)
