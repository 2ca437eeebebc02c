"""The stages of a replay as tasks over buckets.

A task can be sent anywhere: it names the case store, the records after it, the question, and what
earlier stages left. What all buckets have in common is opened once a process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zlib import crc32

import polars as pl

from engine.law import law
from evenhand.cases.store import Bucketed, CaseStore
from replay.concerned import CONCERNED, concerned, told_of
from replay.runs import Frames, Shelf
from replay.stages import COUNTED, Question, Stages
from schemas.frames import READ
from schemas.statements import LINES

COUNTS, WHOM, FOUND, WAITING = "counts", "concerned", "lines", "uncapped"
"""What stages leave: counts for gates, whom cases concern, lines, and what waits for caps."""


_ADDED_UP_AT_ONCE = 16
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
        self._counts: dict[Shelf, pl.DataFrame] = {}

    @cached_property
    def buckets(self) -> Sequence[int]:
        """All buckets of cases."""
        return range(self.facts.store.buckets)

    def placed(self, bucket: int) -> pl.DataFrame:
        """The facts of a bucket of cases (READ with `case`)."""
        return self.facts.placed(bucket, self.stages.law.types_read)

    def that_matter(self, bucket: int) -> pl.DataFrame:
        """Those of the cases that can have lines that are asked for, and the rules."""
        return self.with_rules(self.stages.that_matter(self.placed(bucket)))

    def of_cases(self, cases: Sequence[int]) -> pl.DataFrame:
        """The facts of some cases, and the rules."""
        return self.with_rules(self.facts.of_cases(cases, self.stages.law.types_read))

    def counts(self, counted: Shelf | None) -> pl.DataFrame | None:
        """The counts of all buckets, that an earlier stage left."""
        if counted is None:
            return None
        if counted not in self._counts:
            told = counted.frame(self.buckets[0], COUNTS)
            for first in range(1, len(self.buckets), _ADDED_UP_AT_ONCE):
                some = self.buckets[first : first + _ADDED_UP_AT_ONCE]
                more = (counted.frame(bucket, COUNTS) for bucket in some)
                told = self.stages.added_up(pl.concat([told, *more]))
            self._counts[counted] = told
        return self._counts[counted]

    def with_rules(self, records: pl.DataFrame) -> pl.DataFrame:
        """Facts (READ, their case is of no more use) and the rules."""
        return pl.concat([self.facts.rules, records.select(*READ)])


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
        if stages.counting:
            counts = stages.added_up(stages.counts(here.with_rules(placed)))
        if stages.far is not None and not stages.uncapped:
            whom = concerned(stages.law, stages.far.with_a_say(placed))
        return {COUNTS: counts, WHOM: whom}


@dataclass(frozen=True, slots=True)
class OfCases:
    """The lines of a bucket of cases that are paid case by case, and what waits for caps."""

    job: Job
    counted: Shelf | None

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES), and `uncapped` (UNCAPPED) where something waits."""
        here = opened(self.job)
        records, counts = here.that_matter(bucket), here.counts(self.counted)
        if not here.stages.uncapped:
            return {FOUND: here.stages.lines_of_cases(records, counts)}
        lines, waiting = here.stages.lines_but(records, counts)
        return {FOUND: lines, WAITING: waiting}


@dataclass(frozen=True, slots=True)
class OfPayees:
    """The other lines of a bucket of payees."""

    job: Job
    counted: Shelf
    buckets: int

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        here = opened(self.job)
        every = pl.concat([self.counted.frame(each, WHOM) for each in here.buckets])
        known = told_of(here.stages.law.people).union(every["payee"])
        payees = _of_bucket(known, bucket, self.buckets)
        if not payees:
            return {FOUND: pl.DataFrame(schema=LINES)}
        cases = every.filter(pl.col("payee").is_in(payees))["case"].unique().to_list()
        counts = here.counts(self.counted if here.stages.counting else None)
        return {FOUND: here.stages.lines_of_payees(here.of_cases(cases), counts, payees)}


@dataclass(frozen=True, slots=True)
class OfUncapped:
    """The lines of a bucket of payees of what waited for caps in the buckets of cases."""

    job: Job
    left: Shelf
    of_cases: range
    buckets: int

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        waiting = pl.concat([self._of_payees(each, bucket) for each in self.of_cases])
        return {FOUND: opened(self.job).stages.lines_of_uncapped(waiting)}

    def _of_payees(self, bucket_of_cases: int, bucket: int) -> pl.DataFrame:
        every = self.left.frame(bucket_of_cases, WAITING)
        payees = _of_bucket(every["payee"].unique(), bucket, self.buckets)
        return every.filter(pl.col("payee").is_in(payees))


def _of_bucket(payees: Iterable[str], bucket: int, buckets: int) -> list[str]:
    """Those of payees that are of a bucket, sorted."""
    return sorted(payee for payee in payees if crc32(payee.encode()) % buckets == bucket)


@dataclass(frozen=True, slots=True)
class OfLines:
    """All lines in one row of buckets: first those of payees, which take long, then of cases."""

    of_cases: OfCases
    of_payees: OfPayees | None

    @property
    def first_of_cases(self) -> int:
        """The number of the first bucket of cases."""
        return 0 if self.of_payees is None else self.of_payees.buckets

    def __call__(self, bucket: int) -> Frames:
        """The table `lines` (LINES)."""
        if self.of_payees is not None and bucket < self.first_of_cases:
            return self.of_payees(bucket)
        return self.of_cases(bucket - self.first_of_cases)
