"""The standing answer of a log in memory, and how it catches up with what was recorded since."""

import polars as pl

from evenhand.cases.records import Stretches
from evenhand.sql.log import SqlLog
from replay.refresh import Refreshed, Standing
from replay.stages import Question


def records_of(log: SqlLog, through: int, *, after: int = 0) -> pl.DataFrame:
    """The records (READ) of a log in a range of positions. Raises `SegmentDamaged`."""
    return Stretches.of(log).records(through, after=after)


def standing_of(log: SqlLog, question: Question) -> Standing:
    """The answer to a question, kept in memory with the facts that refresh it."""
    return Standing.of(records_of(log, question.position), question)


def caught_up(standing: Standing, log: SqlLog) -> Refreshed:
    """The answer with everything recorded since, and the lines that were computed again."""
    known, head = standing.known.question.position, log.head().position
    return standing.refreshed(records_of(log, head, after=known))
