"""All lines of all periods: the stages of a question, run by whoever runs them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

import polars as pl

from evenhand.cases.spans import Span, spans
from evenhand.cases.tasks import (
    FOUND,
    HANDED_ON,
    SLIM,
    WHOM,
    Counting,
    Job,
    OfCases,
    OfHandedOn,
    OfLines,
    OfPayees,
    opened,
)
from replay.reach import Reach
from replay.runs import Frames, Shelf, Task

ROWS_HANDED_ON: Final = 120_000
"""About so many rows that cases hand on are paid at a time, or more where buckets are large."""
FACTS_A_ROW: Final = 4
"""Paying a row takes about the memory of so many facts: spans are as large as buckets allow."""
ROWS_OF_WHOM: Final = 1_000_000
"""The cases of so many pairs of a case and somebody whom it concerns are computed at a time."""


class Stage(Protocol):
    """Runs a task over buckets under the name of a stage, and hands out what they left."""

    def __call__(self, name: str, task: Task[Frames], buckets: range, /) -> Shelf:
        """What the buckets left."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a replay, bucket by bucket of some stages; every line is in one of them."""

    stages: Sequence[tuple[Shelf, range]]

    def lines(self) -> Iterator[pl.LazyFrame]:
        """The lines (LINES) of each bucket, sorted by key."""
        for shelf, buckets in self.stages:
            for bucket in buckets:
                yield shelf.table(bucket, FOUND)


def replayed(job: Job, stage: Stage) -> Found:
    """All lines of a question, in parts.

    Those by payee that need whole cases need nothing of those by case, so both are one stage:
    nobody waits for either. What cases hand on is paid afterwards.
    """
    here = opened(job)
    handing, buckets = here.stages.handing, here.buckets
    first = handing.counts_first or handing.far is not None
    left = stage("counts", Counting(job), buckets) if first else None
    counted = left if handing.counts_first else None
    of_payees = None
    if handing.far is not None and left is not None:
        together = handing.far.reach is Reach.EVERYBODY
        among = [Span()] if together else spans(_payees(left, WHOM, buckets), ROWS_OF_WHOM)
        of_payees = OfPayees(job, left, among)
    task = OfLines(OfCases(job, counted), of_payees)
    every = range(task.first_of_cases + len(buckets))
    lines = stage("lines", task, every)
    if handing.later is None:
        return Found([(lines, every)])
    of_cases = every[task.first_of_cases :]
    whose = {name: [*_payees(lines, name, of_cases)] for name in HANDED_ON}
    filled = [name for name in HANDED_ON if any(not rows.is_empty() for rows in whose[name])]
    rows = chain.from_iterable(whose[name] for name in filled if name not in SLIM)
    at_once = here.facts.store.through // len(buckets) // FACTS_A_ROW
    among = spans(rows, max(ROWS_HANDED_ON, at_once))
    later = OfHandedOn(job, lines, filled, of_cases, among)
    paid = stage("payees", later, range(len(later.spans)))
    return Found([(lines, every), (paid, range(len(later.spans)))])


def _payees(left: Shelf, name: str, buckets: range) -> Iterator[pl.DataFrame]:
    """Whose the rows of a table are, and how many, bucket by bucket: `payee, len`."""
    for bucket in buckets:
        yield left.table(bucket, name).group_by("payee").len().collect()
