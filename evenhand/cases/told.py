"""A log told in parts: statements of a log whose case store stands, without all of it in memory.

What is earned comes from the stages of a replay, bucket by bucket; what is looked up beside it,
from the cases that somebody names (docs/decisions/0010).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import polars as pl

from engine.earned import horizon
from engine.payable import unsettled
from engine.world import Whole, World, world_under
from evenhand.cases.replaying import Found, Stage, replayed
from evenhand.cases.spans import spans
from evenhand.cases.tasks import Job, Opened, opened
from replay.concerned import mentioned
from replay.reach import Reach
from schemas.frames import READ
from schemas.statements import LINES, PAYABLE

LINES_AT_ONCE: Final = 500_000
"""So many lines, earned and stated, are set against each other at a time."""


@dataclass(frozen=True)
class InParts:
    """What statements ask of a log (`replay.stating.Told`), up to the position of a question.

    `stages` runs those of a job, and `after` reads the records (READ) that were recorded after a
    position.
    """

    job: Job
    stages: Callable[[Job], Stage]
    after: Callable[[int], pl.DataFrame]

    @property
    def effective_by(self) -> int | None:
        """The last instant that counts, None if all do."""
        return self.job.question.effective_by

    @property
    def decided(self) -> pl.DataFrame:
        """The records (READ) of rules and decisions, which periods are closed among them."""
        return self._here.facts.rules

    @property
    def law(self) -> World:
        """A world of all rules and people, without facts."""
        return self._law

    @cached_property
    def _law(self) -> World:
        return self._world(self._here.rules)

    def news(self, since: int) -> pl.DataFrame:
        """The records (READ) after a position."""
        return self.after(since)

    def about(self, names: Collection[str]) -> World:
        """A world of all rules, and of the cases of what is named."""
        return self._of_cases(self._here.facts.cases_by_name(names)["case"])

    def concerning(self, payee: str, names: Collection[str] = ()) -> World:
        """A world of all rules, of the cases that concern a payee, and of those of what is named.

        What is said there of the pay of the payee is what would be said in the world of everything;
        where all share in something, it is that of everything.
        """
        here = self._here
        far = here.stages.handing.far
        if far is not None and far.reach is Reach.EVERYBODY:
            every = (here.placed(bucket).select(*READ) for bucket in here.buckets)
            return self._world(pl.concat([here.rules, *every]))
        where = mentioned(here.stages.law, here.facts.rules, payee)
        cases = here.facts.cases_with(where.fact, here.stages.law.types_read)
        named = here.facts.cases_by_name({*names, *where.names})["case"]
        return self._of_cases(pl.concat([cases, named]))

    def apart(self, names: Collection[str]) -> Iterator[tuple[Collection[str], World]]:
        """The same, a bucket of cases at a time; what is of no case comes with no facts."""
        known = self._here.facts.cases_by_name(names)
        bucket = pl.col("case") % len(self._here.buckets)
        for _, some in known.group_by(bucket, maintain_order=True):
            yield some["name"].to_list(), self._of_cases(some["case"])
        unknown = {*names}.difference(known["name"])
        if unknown:
            yield unknown, self.law

    def moving(
        self, stated: pl.DataFrame, through: int | None
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What is earned (LINES) and stated (PAYABLE) of keys in which the two differ."""
        told, found = stated.lazy(), self._lines_through(through)
        payees = (each.group_by("payee").len().collect() for each in (told, *found.lines()))
        wanted = pl.lit(value=True) if through is None else pl.col("period") <= through
        earned, kept = [pl.DataFrame(schema=LINES)], [pl.DataFrame(schema=PAYABLE)]
        for span in spans(payees, LINES_AT_ONCE):
            lines = span.read(found.lines()).filter(wanted)
            differing = unsettled(lines, span.read([told]))
            earned.append(differing[0])
            kept.append(differing[1])
        return pl.concat(earned), pl.concat(kept)

    def _lines_through(self, period: int | None) -> Found:
        """All lines up to and with a period at least."""
        if period is None or period <= horizon(self.law, self.job.question.through):
            return self._found
        later = replace(self.job, question=replace(self.job.question, through=period))
        return replayed(later, self.stages(later))

    @cached_property
    def _found(self) -> Found:
        return replayed(self.job, self.stages(self.job))

    @property
    def _here(self) -> Opened:
        return opened(self.job)

    def _of_cases(self, cases: pl.Series) -> World:
        return self._world(self._here.of_cases(cases.unique().sort().to_list()))

    def _world(self, records: pl.DataFrame) -> World:
        stages = self._here.stages
        return world_under(stages.law, records, whole=Whole(last_at=stages.last_at))
