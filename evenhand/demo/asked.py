"""What the story asks of its log: the questions of the commands, of the same functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from commands.handle import kept_by
from engine.explain import explained
from engine.reasons import Reason
from engine.why_not import why_not
from engine.world import World, world
from evenhand.demo.life import OPEN
from evenhand.sql.log import SqlLog
from projections.history import history
from replay.difference import difference
from replay.periods import Closed, Kept, before, closes, kept_issue, stated_lines
from replay.stating import Answer, at, everything, replayed
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue, line_id

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A log as known at its end, with what was computed from it once."""

    log: SqlLog
    records: pl.DataFrame
    kept: Kept
    closes: Sequence[Closed]
    open: Answer

    @property
    def world(self) -> World:
        """Everything as known now."""
        return self.open.world

    def issue(self, period: PayoutPeriod) -> Issue:
        """The statements of a month, as issued or as they stand."""
        if period == OPEN:
            return self.open.issue
        return kept_issue(self.close(period), self.kept)

    def close(self, period: PayoutPeriod) -> Closed:
        """The close of a month."""
        [closed] = (each for each in self.closes if each.period == period)
        return closed

    def lines(self, period: PayoutPeriod, **where: str) -> list[Row]:
        """The lines of a month whose columns have these values."""
        same = (pl.col(name) == value for name, value in where.items())
        return list(self.issue(period).lines.filter(*same).iter_rows(named=True))

    def explained(self, row: Row) -> Reason:
        """Why a line of a closed month has its amount, as known when it was closed."""
        closed = self.close(PayoutPeriod(row["stated_in"]))
        prefix = self.records.filter(pl.col("position") <= closed.position)
        issues = before(self.records, closed.recorded, self.kept)
        return explained(row, world(prefix), stated_lines(issues[:-1]))

    def why_not(self, payee: str, deal: str) -> Reason:
        """What stands between a payee and the line they expected."""
        return why_not(payee, deal, self.world)

    def moved(self, period: PayoutPeriod) -> list[Row]:
        """What a closed month is worth now and was not when it was closed."""
        known = (self.close(period).position, self.log.head().position)
        return list(difference(self.records, period, known).iter_rows(named=True))

    def is_identical(self, closed: Closed) -> bool:
        """Whether a month, computed again, is what it was closed as."""
        prefix = everything(self.records.filter(pl.col("position") <= closed.position))
        return replayed(prefix, closed, self.kept).issue.digest() == closed.digest

    def history(self, subject: str) -> list[Row]:
        """Everything recorded about a subject."""
        return history(self.log.stream(subject))


def asked(log: SqlLog) -> Asked:
    """The questions of a log as it is now."""
    records, kept = log.columns(), kept_by(log)
    return Asked(log, records, kept, closes(records), at(everything(records), OPEN, kept))


def line_of(row: Row) -> str:
    """The id by which commands name a line."""
    return line_id(row)
