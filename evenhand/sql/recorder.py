"""eventsourcing's recorder over the log: aggregates and commands save into the same tables."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
)
from eventsourcing.persistence import Tracking as Tracked
from sqlalchemy import ColumnElement, select

from engine.log import Append
from evenhand.sql import reads, tables
from evenhand.sql.errors import AlreadyTracked, StreamMoved
from evenhand.sql.log import SqlLog, identical
from evenhand.sql.rows import COLUMNS
from schemas.recorded import Recorded, Tracking, Unrecorded

ACTOR = "evenhand"
_PAUSE_S = 0.01
_PAUSE_MAX_S = 0.5

_ALL = [tables.events.c[name] for name in COLUMNS]


@dataclass(frozen=True)
class StoredFact(StoredEvent):
    """A stored event with what our log keeps beside its state."""

    schema_version: int
    effective_at: datetime
    source: str
    key: str


@dataclass(frozen=True)
class FactNotification(Notification):
    """A notification with what our log keeps beside its state."""

    schema_version: int
    effective_at: datetime
    source: str
    key: str


class SqlRecorder(ProcessRecorder):
    """Inserts and selects stored events; all or nothing, without a pipeline, with one lock.

    A stream's versions are gapless from 1. Saving what is recorded already, or at a version that
    is taken, is eventsourcing's IntegrityError; nothing is quarantined from here.
    """

    def __init__(self, log: SqlLog) -> None:
        self.log = log

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """The positions of the events, in their order; None if there were none.

        Keywords: `tracking` (eventsourcing's), `trackings` (ours), `actor`, `command_id`.
        """
        tracking: Tracked | None = kwargs.get("tracking")
        trackings: list[Tracking] = list(kwargs.get("trackings", ()))
        if tracking is not None:
            last = tracking.notification_id
            trackings.append(Tracking(name=tracking.application_name, first=last, last=last))
        if not stored_events and not trackings:
            return None
        append = Append(
            events=[self._unrecorded(stored) for stored in stored_events],
            actor=kwargs.get("actor", ACTOR),
            command_id=kwargs.get("command_id"),
            expected=_expected(stored_events),
            tracking=trackings,
        )
        try:
            positions = self.log.append_with(append, _nothing_stands).positions
        except (StreamMoved, AlreadyTracked) as error:
            raise IntegrityError(str(error)) from error
        # A command that is asked again may have decided on other events than it did then.
        return list(positions) if len(positions) == len(stored_events) > 0 else None

    def insert_tracking(self, tracking: Tracked) -> None:
        """Move an upstream's position; an IntegrityError if it is there or further."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far an upstream has been taken; None if nothing was."""
        return self.log.tracked().get(application_name)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream between two versions, in order of version or against it."""
        version = tables.events.c.version
        chosen = [tables.events.c.stream == str(originator_id)]
        if gt is not None:
            chosen.append(version > gt)
        if lte is not None:
            chosen.append(version <= lte)
        order = version.desc() if desc else version
        return [_stored(record) for record in self._select(chosen, order, limit)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Records from a position on, of some types or all, in order of position."""
        position = tables.events.c.position
        chosen: list[ColumnElement[bool]] = []
        if start is not None:
            chosen.append(position >= start if inclusive_of_start else position > start)
        if stop is not None:
            chosen.append(position <= stop)
        if topics:
            chosen.append(tables.events.c.type.in_(topics))
        return [_notification(record) for record in self._select(chosen, position, limit)]

    def max_notification_id(self) -> int | None:
        """The last position; None for an empty log."""
        return self.log.head().position or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription["SqlRecorder"]:
        """Notifications after a position, and then new ones as they come, until stopped."""
        return PollingSubscription(self, gt, topics)

    def _select(
        self,
        chosen: Sequence[ColumnElement[bool]],
        order: ColumnElement[int],
        limit: int | None,
    ) -> list[Recorded]:
        found = select(*_ALL).where(*chosen).order_by(order).limit(limit)
        rows = reads.ask(self.log.engine, lambda connection: connection.execute(found).all())
        return [reads.checked(row, self.log.types) for row in rows]

    def _unrecorded(self, stored: StoredEvent) -> Unrecorded:
        stream = str(stored.originator_id)
        if isinstance(stored, (StoredFact, FactNotification)):
            return Unrecorded(
                stream=stream,
                type=stored.topic,
                schema_version=stored.schema_version,
                effective_at=stored.effective_at,
                source=stored.source,
                id=stored.key,
                state=stored.state,
            )
        return Unrecorded(
            stream=stream,
            type=stored.topic,
            schema_version=1,
            effective_at=self.log.clock(),
            source=ACTOR,
            id=f"{stream}@{stored.originator_version}",
            state=stored.state,
        )


class PollingSubscription(Subscription[SqlRecorder]):
    """Polls the head, more and more slowly while nothing comes; works on every database.

    Reading by position is enough because a reader sees a prefix: nothing appears behind it.
    """

    def __init__(self, recorder: SqlRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._position = gt or 0
        self._waiting: list[Notification] = []

    def __next__(self) -> Notification:
        pause = _PAUSE_S
        while not self._has_been_stopped:
            if self._waiting:
                return self._waiting.pop()
            if not self._page():
                time.sleep(pause)
                pause = min(2 * pause, _PAUSE_MAX_S)
        raise StopIteration

    def _page(self) -> bool:
        """Fetch the next page; its end is remembered even if no type in it was asked for."""
        end = min(self._recorder.log.head().position, self._position + reads.PAGE)
        if end <= self._position:
            return False
        found = self._recorder.select_notifications(
            self._position, reads.PAGE, end, self._topics, inclusive_of_start=False
        )
        self._position = end
        self._waiting = list(reversed(found))
        return True


def _expected(stored_events: Sequence[StoredEvent]) -> dict[str, int]:
    """The version each stream must have before; refused if the versions of one are not in a row."""
    first: dict[str, int] = {}
    following: dict[str, int] = {}
    for stored in stored_events:
        stream, version = str(stored.originator_id), stored.originator_version
        first.setdefault(stream, version - 1)
        if following.setdefault(stream, version) != version:
            raise IntegrityError(str(StreamMoved(stream, version - 1, following[stream] - 1)))
        following[stream] = version + 1
    return first


def _nothing_stands(stands: Recorded, event: Unrecorded) -> bool:
    """For a decision nothing may stand under its key yet: neither a repeat nor something else."""
    how = "with the same content" if identical(stands, event) else "with another content"
    raise IntegrityError(
        f"{event.source} {event.id} cannot be saved again: it is recorded at position "
        f"{stands.position} {how}. Read the stream again and decide again."
    )


def _fields(record: Recorded) -> dict[str, Any]:
    return {
        "originator_id": record.stream,
        "originator_version": record.version,
        "topic": record.type,
        "state": record.state,
        "schema_version": record.schema_version,
        "effective_at": record.effective_at,
        "source": record.source,
        "key": record.id,
    }


def _stored(record: Recorded) -> StoredFact:
    return StoredFact(**_fields(record))


def _notification(record: Recorded) -> FactNotification:
    return FactNotification(id=record.position, **_fields(record))
