"""All lines of all periods: the stages of a question, run by whoever runs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from evenhand.cases.tasks import FOUND, WHOM, Counting, Job, OfCases, OfLines, OfPayees, opened
from replay.reach import Reach
from replay.runs import Frames, Shelf, Task

CASES_OF_PAYEES = 400_000
"""So many cases that concern the payees of a bucket are computed at a time."""


class Stage(Protocol):
    """Runs a task over buckets under the name of a stage, and hands out what they left."""

    def __call__(self, name: str, task: Task[Frames], buckets: range, /) -> Shelf:
        """What the buckets left."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a replay, bucket by bucket; every line is in one of them."""

    shelf: Shelf
    buckets: range

    def lines(self) -> Iterator[pl.DataFrame]:
        """The lines (LINES) of each bucket, sorted by key."""
        for bucket in self.buckets:
            yield self.shelf.frame(bucket, FOUND)


def replayed(job: Job, stage: Stage) -> Found:
    """All lines of a question, in parts.

    Those by payee need nothing of those by case, so both are one stage: nobody waits for either.
    """
    here = opened(job)
    stages, buckets = here.stages, range(here.facts.store.buckets)
    counted = None
    if stages.counting or stages.far is not None:
        counted = stage("counts", Counting(job), buckets)
    of_cases = OfCases(job, counted if stages.counting else None)
    of_payees = None
    if stages.far is not None and counted is not None:
        count = _buckets_of_payees(counted, buckets) if stages.far.reach is Reach.PAYEE else 1
        of_payees = OfPayees(job, counted, count)
    task = OfLines(of_cases, of_payees)
    every = range(task.first_of_cases + len(buckets))
    return Found(stage("lines", task, every), every)


def _buckets_of_payees(counted: Shelf, buckets: range) -> int:
    """As many as keep a bucket's cases few."""
    cases = sum(counted.frame(bucket, WHOM)["case"].n_unique() for bucket in buckets)
    return max(1, -(-cases // CASES_OF_PAYEES))
