"""Proof that a log is what was recorded: nothing changed, nothing missing, nothing out of order.

Every leaf is computed again, and positions, versions, times, commits and the head must agree.
Whoever can rewrite everything, leaves and all, is not found out by this: that takes a head that
was kept elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection, Executable, func, select
from sqlalchemy.exc import DBAPIError

from evenhand.sql import reads, tables
from evenhand.sql.connections import reading
from evenhand.sql.errors import LogDamaged, LogUnavailable
from evenhand.sql.log import SqlLog
from evenhand.sql.rows import agrees
from schemas.recorded import Recorded, microseconds

Kind = Literal["leaf", "gap", "order", "version", "head", "commit", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The first thing that is wrong: of which kind, at which position, and what it is."""

    kind: Kind
    position: int
    what: str


class Continuity:
    """What must hold from each record to the next."""

    def __init__(self, position: int = 0) -> None:
        self.position = position
        self.recorded_at = 0
        self._versions: dict[str, int] = {}

    def damage(self, row: Sequence[Any]) -> Damage | None:
        """What is wrong with the next record, if anything."""
        position, version, _, recorded_at, _, stream = row[:6]
        following = self.position + 1
        if position != following:
            return Damage(kind="gap", position=following, what=f"position {position} comes next")
        if not agrees(row):
            what = "the record does not agree with its leaf"
            return Damage(kind="leaf", position=position, what=what)
        if recorded_at < self.recorded_at:
            what = "recorded before the record in front of it"
            return Damage(kind="order", position=position, what=what)
        expected = self._versions.get(stream, 0) + 1
        if version != expected:
            what = f"version {version} of {stream}, and {expected} follows"
            return Damage(kind="version", position=position, what=what)
        self.position, self.recorded_at = position, recorded_at
        self._versions[stream] = version
        return None


def first_damage(records: Iterable[Recorded]) -> Damage | None:
    """The first damage in records from position 1 on, wherever they were read from."""
    continuity = Continuity()
    found = (continuity.damage(_row(record)) for record in records)
    return next((damage for damage in found if damage is not None), None)


def verify(log: SqlLog) -> Damage | None:
    """The first damage in a log; None if it is whole. Reading and writing go on meanwhile."""
    end: int = reads.last(log.engine)["position"]
    continuity = Continuity()
    commits = _commits(log, end)
    commit: Sequence[Any] | None = None
    try:
        for row in _rows(log, end):
            if (found := continuity.damage(row)) is not None:
                return found
            if commit is None or row[0] > commit[0]:
                commit = next(commits, None)
            if (found := _outside(row, commit)) is not None:
                return found
    except _UnreadableError as error:
        return Damage(kind="leaf", position=error.position, what=error.what)
    except LogDamaged as error:  # the rows see to that themselves: it is their commits
        return Damage(kind="commit", position=continuity.position, what=error.cause)
    if continuity.position < end:
        what = f"the head says {end}: the last records are missing"
        return Damage(kind="head", position=continuity.position + 1, what=what)
    return _at_the_end(log) or _in_the_file(log)


class _UnreadableError(Exception):
    """A row that the database cannot read."""

    def __init__(self, position: int, what: str) -> None:
        self.position, self.what = position, what
        super().__init__(what)


def _rows(log: SqlLog, end: int) -> Iterator[Sequence[Any]]:
    """All rows through the end."""
    after = 0
    while after < end and (rows := _page(log, after, end)):
        yield from rows
        after = rows[-1][0]


def _page(log: SqlLog, after: int, end: int) -> Sequence[Sequence[Any]]:
    """The next rows; when they cannot be read, those before the first that cannot."""
    try:
        return reads.page(log.engine, after, end)
    except LogUnavailable:
        rows: list[Sequence[Any]] = []
        for position in range(after, min(after + reads.PAGE, end)):
            try:
                rows += reads.page(log.engine, position, position + 1)
            except LogUnavailable as error:
                if rows:
                    return rows
                raise _UnreadableError(position + 1, error.cause) from error
        return rows


def _commits(log: SqlLog, end: int) -> Iterator[Sequence[Any]]:
    """The commits in order: last position, number of records, time and actor."""
    table = tables.commits
    after = 0
    while after < end:
        page = (
            select(table.c.last_position, table.c.n, table.c.recorded_at, table.c.actor)
            .where(table.c.last_position > after)
            .order_by(table.c.last_position)
            .limit(reads.PAGE)
        )
        rows = reads.ask(log.engine, partial(_all, page))
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _all(page: Executable, connection: Connection) -> Sequence[Sequence[Any]]:
    return connection.execute(page).all()


def _outside(row: Sequence[Any], commit: Sequence[Any] | None) -> Damage | None:
    """What is wrong between a record and the commit that must cover it."""
    position = row[0]
    if commit is None or not _covers(commit, position):
        return Damage(kind="commit", position=position, what="no commit covers the record")
    if (row[3], row[9]) != (commit[2], commit[3]):
        what = "its commit names another time or actor"
        return Damage(kind="commit", position=position, what=what)
    return None


def _covers(commit: Sequence[Any], position: int) -> bool:
    try:
        return bool(commit[0] - commit[1] < position <= commit[0])
    except TypeError:
        return False  # something else stands where a number was


def _at_the_end(log: SqlLog) -> Damage | None:
    """Whether the head, the last record and the last commit agree, at one moment."""
    head, events, commits = tables.head, tables.events, tables.commits
    last_record = select(func.max(events.c.position)).scalar_subquery()
    last_commit = select(func.max(commits.c.last_position)).scalar_subquery()
    at = select(func.max(commits.c.recorded_at)).scalar_subquery()
    ends = (head.c.position, head.c.recorded_at, head.c.floor, last_record, last_commit, at)
    try:
        [found] = reads.ask(log.engine, partial(_all, select(*ends)))
    except LogDamaged as error:
        return Damage(kind="file", position=0, what=error.cause)
    position, recorded_at, floor, record, commit, committed_at = found
    if position != (record or 0):
        what = f"the head says {position}, and the last record is {record or 0}"
        return Damage(kind="head", position=min(position, record or 0) + 1, what=what)
    if position != (commit or 0):
        what = f"the head says {position}, and the last commit ends at {commit or 0}"
        return Damage(kind="commit", position=min(position, commit or 0) + 1, what=what)
    if recorded_at != committed_at or floor < (recorded_at or 0):
        what = "the head names another time than the last commit"
        return Damage(kind="head", position=position, what=what)
    return None


def _in_the_file(log: SqlLog) -> Damage | None:
    """What SQLite finds wrong with its file: pages, indexes, constraints."""
    if log.engine.dialect.name != "sqlite":
        return None
    try:
        with reading(log.engine) as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    except DBAPIError as error:
        found = str(error.orig)
    if found == "ok":
        return None
    return Damage(kind="file", position=0, what=str(found))


def _row(record: Recorded) -> Sequence[Any]:
    return (
        record.position,
        record.version,
        record.schema_version,
        microseconds(record.recorded_at),
        microseconds(record.effective_at),
        record.stream,
        record.type,
        record.source,
        record.id,
        record.actor,
        record.state,
        record.leaf,
    )


def assert_whole(log: SqlLog) -> None:
    """Refused, naming the first bad position, if the log is damaged."""
    if (found := verify(log)) is not None:
        raise LogDamaged(f"{found.what}, at position {found.position}")
