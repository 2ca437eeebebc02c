"""All lines of all periods: the stages of a question, run by whoever runs them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from evenhand.cases.tasks import (
    FOUND,
    WAITING,
    WHOM,
    Counting,
    Job,
    OfCases,
    OfLines,
    OfPayees,
    OfUncapped,
    opened,
)
from replay.reach import Reach
from replay.runs import Frames, Shelf, Task

ROWS_OF_PAYEES = 250_000
"""So many entitlements that wait for caps are cut at a time."""
CASES_OF_PAYEES = 400_000
"""So many cases that concern the payees of a bucket are computed at a time."""


class Stage(Protocol):
    """Runs a task over buckets under the name of a stage, and hands out what they left."""

    def __call__(self, name: str, task: Task[Frames], buckets: range, /) -> Shelf:
        """What the buckets left."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a replay, bucket by bucket of some stages; every line is in one of them."""

    stages: Sequence[tuple[Shelf, range]]

    def lines(self) -> Iterator[pl.DataFrame]:
        """The lines (LINES) of each bucket, sorted by key."""
        for shelf, buckets in self.stages:
            for bucket in buckets:
                yield shelf.frame(bucket, FOUND)


def replayed(job: Job, stage: Stage) -> Found:
    """All lines of a question, in parts.

    Those by payee need nothing of those by case, so both are one stage: nobody waits for either.
    What waits for caps alone is cut afterwards, from what the buckets of cases left.
    """
    here = opened(job)
    stages, buckets = here.stages, range(here.facts.store.buckets)
    counted = None
    reaching = stages.far is not None and not stages.uncapped
    if stages.counting or reaching:
        counted = stage("counts", Counting(job), buckets)
    of_cases = OfCases(job, counted if stages.counting else None)
    of_payees = None
    if reaching and stages.far is not None and counted is not None:
        count = _buckets_of_payees(counted, buckets) if stages.far.reach is Reach.PAYEE else 1
        of_payees = OfPayees(job, counted, count)
    task = OfLines(of_cases, of_payees)
    every = range(task.first_of_cases + len(buckets))
    left = stage("lines", task, every)
    if not stages.uncapped:
        return Found([(left, every)])
    count = _buckets_of_uncapped(left, buckets)
    capped = stage("capped", OfUncapped(job, left, buckets, count), range(count))
    return Found([(left, every), (capped, range(count))])


def _buckets_of_uncapped(left: Shelf, buckets: range) -> int:
    """As many as keep what waits in a bucket few."""
    rows = sum(left.frame(bucket, WAITING).height for bucket in buckets)
    return max(1, -(-rows // ROWS_OF_PAYEES))


def _buckets_of_payees(counted: Shelf, buckets: range) -> int:
    """As many as keep a bucket's cases few."""
    cases = sum(counted.frame(bucket, WHOM)["case"].n_unique() for bucket in buckets)
    return max(1, -(-cases // CASES_OF_PAYEES))
