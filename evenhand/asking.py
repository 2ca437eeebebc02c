"""Questions on the two time axes: which records may be used, and which facts count."""

import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from weakref import WeakSet
from zoneinfo import ZoneInfo

import polars as pl

from engine.facts import rule_fact
from engine.rulebook import UTC_ZONE, rulebook
from engine.world import World, world
from evenhand.cases.places import looking
from evenhand.segments.store import Columns, columns, scan
from evenhand.sql.log import SqlLog
from evenhand.times import BadTime, instant_of
from schemas.calendar import midnight
from schemas.errors import Malformed
from schemas.events.decisions import PlanPublished
from schemas.frames import RECORDS
from schemas.recorded import microseconds

_TOLD: Final[WeakSet[SqlLog]] = WeakSet()
"""Logs of which it was said where their records were read."""


class BadInstant(Malformed):
    """A time in a question that says no instant."""

    code = "bad-instant"

    def __init__(self, option: str, text: str) -> None:
        self.option, self.text = option, text
        super().__init__(
            f"{option} {text} says no time. Write a position (17), a date (2026-03-31, its whole "
            "day in the plan's zone) or an instant with its offset (2026-03-31T18:00:00+08:00)."
        )


class PositionInFuture(Malformed):
    """A question about a position that the log has not reached."""

    code = "position-in-future"

    def __init__(self, asked: int, head: int) -> None:
        self.asked, self.head = asked, head
        super().__init__(
            f"Position {asked} was asked about, and the log ends at {head}. Ask up to {head}; what "
            "is not recorded yet cannot be known."
        )


@dataclass(frozen=True, slots=True)
class Known:
    """The records that an answer uses, the last position among them, and the facts that count."""

    records: pl.DataFrame
    position: int
    effective_by: int | None

    def world(self) -> World:
        """The world they describe."""
        return world(self.records, effective_by=self.effective_by)


def known(log: SqlLog, known_at: str | None, effective_by: str | None) -> Known:
    """The records known at a position, a date or an instant, all of them without one.

    They are read from segments where there are any, and stderr says so once. Raises `BadInstant`,
    `PositionInFuture`, the log's error for an instant that is not yet, and those of segments.
    """
    position, counts = bounds(log, known_at, effective_by)
    return Known(said_where(log, columns(log, position)), position, counts)


def about(
    log: SqlLog, subject: str, known_at: str | None, effective_by: str | None
) -> tuple[World, int]:
    """A world that says of a subject (`deal/D1`) what is known, and the position it uses.

    Through the case store of the log only the cases of the subject are read; without one, all is.
    Raises what `known` raises.
    """
    position, counts = bounds(log, known_at, effective_by)
    looked = looking(log, position)
    if looked is None:
        return known(log, str(position), effective_by).world(), position
    told = looked.world([subject], position=position, effective_by=counts)
    facts = told.records["rank"].is_not_null().sum()
    say(f"read {facts:,} facts of the case of {subject}, of {position:,} records")
    return told, position


def bounds(log: SqlLog, known_at: str | None, effective_by: str | None) -> tuple[int, int | None]:
    """The last position that may be used, and the last instant that counts (microseconds UTC).

    Raises `BadInstant`, `PositionInFuture`, and the log's error for an instant that is not yet.
    """
    position = log.head().position if known_at is None else _position(log, known_at)
    counts = None if effective_by is None else _instant("--effective-by", effective_by, log)
    return position, None if counts is None else microseconds(counts)


def _position(log: SqlLog, text: str) -> int:
    if text.isascii() and text.isdigit():
        head = log.head().position
        if int(text) > head:
            raise PositionInFuture(int(text), head)
        return int(text)
    return log.position_at(_instant("--known-at", text, log))


def _instant(option: str, text: str, log: SqlLog) -> datetime:
    """An instant as written; a date is the last instant of its day in the zone of the plans."""
    try:
        if "T" in text:
            return instant_of(text, UTC_ZONE)  # it carries its offset, and needs no plan's zone
        following = date.fromisoformat(text) + timedelta(days=1)
        return midnight(following, zone(log)) - timedelta(microseconds=1)
    except (ValueError, OverflowError, BadTime):
        raise BadInstant(option, text) from None


def zone(log: SqlLog) -> ZoneInfo:
    """The zone of the first published plan, UTC without one."""
    rows = scan(log, log.head().position, [PlanPublished.type], tuple(RECORDS)).collect()
    return rulebook([rule_fact(row) for row in rows.iter_rows(named=True)]).zone


def said_where(log: SqlLog, read: Columns) -> pl.DataFrame:
    """The records; where they were read is said once for each log that is opened."""
    told = read.told()
    if told is not None and log not in _TOLD:
        _TOLD.add(log)
        say(told)
    return read.records


def say(words: str) -> None:
    """Say where an answer comes from, on stderr."""
    print(words, file=sys.stderr)  # noqa: T201 - stderr is words
