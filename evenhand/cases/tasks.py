"""The stages of a replay as tasks over buckets.

A task can be sent anywhere: it names the case store, the records after it, the question, and what
earlier stages left. What all buckets have in common is opened once a process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Final

import polars as pl

from engine.conversions import COUNTED
from engine.handing_on import NOTHING, HandedOn
from engine.law import law
from engine.repairs import REPAIRS
from evenhand.cases.spans import Span
from evenhand.cases.store import Bucketed, CaseStore
from replay.concerned import CONCERNED, concerned, told_of
from replay.runs import Frames, Shelf
from replay.stages import Question, Stages, in_cases
from schemas.frames import READ
from schemas.statements import LINES

COUNTS, WHOM, FOUND = "counts", "concerned", "lines"
"""What stages leave: counts for gates, whom cases concern, and lines."""
HANDED_ON: Final = tuple(field.name for field in fields(HandedOn))
"""And what cases hand on, by the names of its tables."""
SLIM: Final = frozenset(["counted", "dated"])
"""Those of which a row takes little to keep, and nothing to pay."""

_ADDED_UP_AT_ONCE = 4
"""The counts of so many buckets are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Job:
    """A question to the case store in a place, and to the records after it (READ as Parquet)."""

    place: str
    later: str
    question: Question


class Opened:
    """What every bucket of a job needs."""

    def __init__(self, job: Job) -> None:
        question = job.question
        self.facts = Bucketed(
            CaseStore.at(job.place), pl.read_parquet(job.later), question.position
        )
        told = law(self.facts.rules, effective_by=question.effective_by)
        self.stages = Stages(told, self.facts.last_at(told), question)
        kept = pl.col("type").is_in(REPAIRS).not_() | told.is_repaired
        self.rules = self.facts.rules.filter(kept)  # READ; the law has the repairs of facts
        self._counts: dict[Shelf, pl.DataFrame] = {}

    @cached_property
    def buckets(self) -> range:
        """All buckets of cases."""
        return range(self.facts.store.buckets)

    def placed(self, bucket: int) -> pl.DataFrame:
        """The facts of a bucket of cases (READ with `case`)."""
        return self.facts.placed(bucket, self.stages.law.types_read)

    def of_cases(self, cases: Sequence[int]) -> pl.DataFrame:
        """The facts of some cases, and the rules."""
        return self.with_rules(self.facts.of_cases(cases, self.stages.law.types_read))

    def counts(self, counted: Shelf | None) -> pl.DataFrame | None:
        """The counts of all buckets, that an earlier stage left."""
        if counted is None:
            return None
        if counted not in self._counts:
            told = counted.table(self.buckets[0], COUNTS).collect()
            for first in range(1, len(self.buckets), _ADDED_UP_AT_ONCE):
                some = self.buckets[first : first + _ADDED_UP_AT_ONCE]
                more = (counted.table(bucket, COUNTS).collect() for bucket in some)
                told = self.stages.added_up(pl.concat([told, *more]))
            self._counts[counted] = told
        return self._counts[counted]

    def with_rules(self, records: pl.DataFrame) -> pl.DataFrame:
        """Facts (READ, their case is of no more use) and the rules."""
        return pl.concat([self.rules, records.select(*READ)])


@lru_cache(maxsize=1)
def opened(job: Job) -> Opened:
    """The job, opened; the last one stays open."""
    return Opened(job)


@dataclass(frozen=True, slots=True)
class Counting:
    """What a bucket of cases leaves for later: counts for gates, and whom its cases concern."""

    job: Job

    def __call__(self, bucket: int) -> Frames:
        """The tables `counts` (COUNTED, added up) and `concerned` (CONCERNED)."""
        here = opened(self.job)
        stages, placed = here.stages, here.placed(bucket)
        counts, whom = pl.DataFrame(schema=COUNTED), pl.DataFrame(schema=CONCERNED)
        if stages.handing.counts_first:
            counts = stages.added_up(stages.counts(here.with_rules(placed)))
        if (far := stages.handing.far) is not None:
            whom = concerned(stages.law, placed.filter(in_cases(placed, far.saying)))
        return {COUNTS: counts, WHOM: whom}


@dataclass(frozen=True, slots=True)
class OfCases:
    """The lines of a bucket of cases that are paid case by case, and what these hand on."""

    job: Job
    counted: Shelf | None

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES), and those of HANDED_ON by payee where anything is."""
        here, stages = opened(self.job), opened(self.job).stages
        counts, placed = here.counts(self.counted), here.placed(bucket)
        if stages.handing.later is None:
            records = here.with_rules(stages.that_matter(placed))
            return {FOUND: stages.lines_of_cases(records, counts)}
        lines, handed = stages.lines_and_handed_on(placed, here.rules, counts)
        by_payee = {name: getattr(handed, name).sort("payee") for name in HANDED_ON}
        return {FOUND: lines, **by_payee}


@dataclass(frozen=True, slots=True)
class OfPayees:
    """The other lines of a bucket of payees."""

    job: Job
    counted: Shelf
    spans: Sequence[Span]

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        here, span = opened(self.job), self.spans[bucket]
        whom = span.read(self.counted.table(each, WHOM) for each in here.buckets)
        payees = [
            p for p in sorted(told_of(here.stages.law.people).union(whom["payee"])) if p in span
        ]
        far = here.stages.handing.far
        if far is None or not payees:
            return {FOUND: pl.DataFrame(schema=LINES)}
        records = here.of_cases(whom["case"].unique().to_list())
        counts = here.counts(self.counted if here.stages.handing.counts_first else None)
        return {FOUND: here.stages.lines_of_payees(far, records, counts, payees)}


@dataclass(frozen=True, slots=True)
class OfHandedOn:
    """The lines of a bucket of payees by what buckets of cases handed on of them."""

    job: Job
    left: Shelf
    tables: Sequence[str]
    of_cases: range
    spans: Sequence[Span]

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        here, span = opened(self.job), self.spans[bucket]
        tables = {
            name: span.read(self.left.table(each, name) for each in self.of_cases)
            for name in self.tables
        }
        handed, whose = replace(NOTHING, **tables), span.__contains__
        return {FOUND: here.stages.lines_of_handed_on(handed, here.rules, whose)}


@dataclass(frozen=True, slots=True)
class OfLines:
    """All lines in one row of buckets: first those of payees, which take long, then of cases."""

    of_cases: OfCases
    of_payees: OfPayees | None

    @property
    def first_of_cases(self) -> int:
        """The number of the first bucket of cases."""
        return 0 if self.of_payees is None else len(self.of_payees.spans)

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        if self.of_payees is not None and bucket < self.first_of_cases:
            return self.of_payees(bucket)
        return self.of_cases(bucket - self.first_of_cases)
