"""Statements of a log: in parts where its case store stands, else from all its records at once."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from tempfile import TemporaryDirectory
from typing import Final, Protocol

import polars as pl

from engine.world import World, world
from evenhand.asking import bounds, said_where, say
from evenhand.cases.places import standing
from evenhand.cases.records import Stretches
from evenhand.cases.replaying import Stage
from evenhand.cases.store import CaseStore
from evenhand.cases.tasks import Job
from evenhand.cases.told import InParts
from evenhand.runs.local import for_so_many
from evenhand.runs.progress import Silent
from evenhand.runs.stores import Store, parquet, store_at
from evenhand.runs.work import Work
from evenhand.segments.store import columns, scan
from evenhand.sql.log import SqlLog
from replay.periods import OF_PERIODS, Kept, closes, kept_issue, open_again
from replay.runs import Runner, Watcher
from replay.stages import Question
from replay.stating import Told, at, everything
from schemas.calendar import PayoutPeriod
from schemas.events import EVENTS
from schemas.statements import Issue

_PLACE: Final = ("source", "id", "position", "stream")


class Asks(Protocol):
    """Whoever can be asked for statements."""

    @property
    def decided(self) -> pl.DataFrame:
        """The records (RECORDS) of which periods are closed."""
        ...

    @property
    def effective_by(self) -> int | None:
        """The last instant that counts (microseconds UTC), None if all do."""
        ...

    def told(self, through: PayoutPeriod, /) -> Told:
        """What statements of periods up to one ask."""
        ...


@dataclass(frozen=True)
class Stating:
    """A log up to a position, of which statements are asked; `scratch` is for what that takes."""

    log: SqlLog
    position: int
    effective_by: int | None
    scratch: Store
    runner: Runner
    watcher: Watcher

    @property
    def decided(self) -> pl.DataFrame:
        """The records (READ) of which periods are closed."""
        return self._decided

    def told(self, through: PayoutPeriod | None = None, position: int | None = None) -> Told:
        """What statements of periods up to one ask, as known then or at an earlier position."""
        until = self.position if position is None else position
        if self._checked is None:
            records = self._records(until)
            return everything(records, effective_by=self.effective_by, through=through)
        last = None if through is None else through.number
        return self._in_parts(self._checked, until, last)

    def concerning(
        self, payee: str, names: Collection[str] = (), position: int | None = None
    ) -> World:
        """A world in which is said of a payee's pay, and of what is named, what there is to say.

        At the position that a close used everything counts that was recorded, as it did then.
        """
        if position is not None:
            then = replace(self, position=position, effective_by=None)
            return then.concerning(payee, names)
        if self._cases is None:
            return world(self._records(self.position), effective_by=self.effective_by)
        return self._in_parts(self._cases, self.position, None).concerning(payee, names)

    def _records(self, until: int) -> pl.DataFrame:
        return said_where(self.log, columns(self.log, until))

    def _in_parts(self, cases: CaseStore, until: int, last: int | None) -> InParts:
        known = Stretches.of(self.log)
        later = known.records(until, after=cases.through)
        name = f"later-{until}.parquet"
        self.scratch.put(name, parquet(later))
        question = Question(position=until, effective_by=self.effective_by, through=last)
        say(
            f"read {min(cases.through, until):,} records from the case store and "
            f"{later.height:,} after it, as known at position {until}"
        )
        watcher = self.watcher if cases.buckets > 1 else Silent()
        runner = for_so_many(self.runner, cases.buckets)

        def stages(job: Job) -> Stage:
            return Work(self.scratch, f"{job.question.through}-{until}", runner, watcher).run

        job = Job(cases.place, f"{self.scratch.place}/{name}", question)
        return InParts(job, stages, lambda since: known.records(until, after=since))

    def places(self, ids: pl.Series) -> pl.DataFrame:
        """Where facts of some ids are in the log: `source, id, position, stream`."""
        told = scan(self.log, self.position, list(EVENTS), _PLACE)
        return told.filter(pl.col("id").is_in(ids.unique().implode())).collect()

    @cached_property
    def _cases(self) -> CaseStore | None:
        return standing(self.log)

    @cached_property
    def _checked(self) -> CaseStore | None:
        if self._cases is None or "://" in self._cases.place:
            return self._cases  # object storage looks after what it keeps by itself
        return self._cases.checked()

    @cached_property
    def _decided(self) -> pl.DataFrame:
        return scan(self.log, self.position, OF_PERIODS).collect()


@contextmanager
def stating(
    log: SqlLog,
    runner: Runner,
    watcher: Watcher,
    *,
    known_at: str | None = None,
    effective_by: str | None = None,
) -> Generator[Stating]:
    """Statements as known at a position, a date or an instant, now without one.

    Raises what `evenhand.asking.bounds` raises.
    """
    position, counts = bounds(log, known_at, effective_by)
    with TemporaryDirectory(prefix="evenhand-") as folder:
        yield Stating(log, position, counts, store_at(folder), runner, watcher)


def issues_of(told: Asks, asked: PayoutPeriod, kept: Kept) -> tuple[list[Issue], str]:
    """The issues of a period as known: those that were closed, and what it would pay now if open.

    With them words for the last, when it is an answer that was never issued.
    """
    closed = [each for each in closes(told.decided) if each.period == asked]
    issues = [] if told.effective_by is not None else [kept_issue(each, kept) for each in closed]
    if issues and open_again(told.decided) != asked:
        return issues, ""
    answer = at(told.told(asked), asked, kept)
    computed = closed and told.effective_by is not None
    words = " (closed; computed, not as issued)" if computed else " (open, as it stands)"
    return [*issues, answer.issue], words
