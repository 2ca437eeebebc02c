"""Records as rows: placing events in the log, and reading them back.

The leaf of a record holds its position and `recorded_at`, so it is computed under the head's lock;
whatever does not depend on them is put together before. What `placed` computes in one go for
speed is `schemas.recorded.leaf`; a test holds them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import Any

from evenhand.sql.errors import Unstorable
from schemas.recorded import Recorded, Unrecorded, instant

COLUMNS = (
    "position",
    "version",
    "schema_version",
    "recorded_at",
    "effective_at",
    "stream",
    "type",
    "source",
    "id",
    "actor",
    "state",
    "leaf",
)

Row = tuple[int, int, int, int, int, str, str, str, str, str, bytes, bytes]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAF_HEAD = Struct(">2s5q")
"""0x00, the leaf's version, then position, version, schema version and the two times."""
_LENGTH = Struct(">Q").pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the events of one commit go: after `position`, at `recorded_at`, by `actor`."""

    position: int
    recorded_at: int
    actor: str


def prepared(events: Sequence[Unrecorded], actor: str) -> list[tuple[int, bytes]]:
    """For each event its `effective_at` in microseconds and the tail of its leaf.

    Refused if a text cannot be stored as it is. PostgreSQL takes no NUL and SQLite takes it and
    compares differently; both see the same events.
    """
    actor_part = _part(actor.encode())
    known: dict[str, bytes] = {}
    tails: list[tuple[int, bytes]] = []
    for event in events:
        try:
            if (type_part := known.get(event.type)) is None:
                type_part = known[event.type] = _part(event.type.encode())
            if (source_part := known.get(event.source)) is None:
                source_part = known[event.source] = _part(event.source.encode())
            stream, id_, state = event.stream.encode(), event.id.encode(), event.state
        except UnicodeEncodeError as error:
            raise Unstorable(event.stream) from error
        if b"\0" in stream or b"\0" in id_ or "\0" in event.type or "\0" in event.source:
            raise Unstorable(event.stream)
        since = event.effective_at - _EPOCH
        effective_at = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        tail = b"".join(
            (
                _LENGTH(len(stream)),
                stream,
                type_part,
                source_part,
                _LENGTH(len(id_)),
                id_,
                actor_part,
                _LENGTH(len(state)),
                state,
            )
        )
        tails.append((effective_at, tail))
    return tails


def placed(
    events: Sequence[Unrecorded],
    tails: Sequence[tuple[int, bytes]],
    place: Place,
    versions: dict[str, int],
) -> list[Row]:
    """The rows of events at their place; `versions` are those of the streams, and move."""
    rows: list[Row] = []
    position, recorded_at, actor = place.position, place.recorded_at, place.actor
    pack = _LEAF_HEAD.pack
    for event, (effective_at, tail) in zip(events, tails, strict=True):
        position += 1
        stream = event.stream
        version = versions[stream] = versions[stream] + 1
        numbers = pack(
            b"\x00\x01", position, version, event.schema_version, recorded_at, effective_at
        )
        rows.append(
            (
                position,
                version,
                event.schema_version,
                recorded_at,
                effective_at,
                stream,
                event.type,
                event.source,
                event.id,
                actor,
                event.state,
                sha256(numbers + tail).digest(),
            )
        )
    return rows


def recorded(row: Sequence[Any]) -> Recorded:
    """The record a row holds; the row has all columns, in their order."""
    position, version, schema, at, effective_at, stream, type_, source, id_, actor, state, found = (
        row
    )
    return Recorded(
        position=position,
        stream=stream,
        version=version,
        type=type_,
        schema_version=schema,
        recorded_at=instant(at),
        effective_at=instant(effective_at),
        source=source,
        id=id_,
        actor=actor,
        state=state,
        leaf=found,
    )


def proof(row: Sequence[Any]) -> bytes:
    """The leaf that a row must have, from everything else that is in it."""
    numbers = _LEAF_HEAD.pack(b"\x00\x01", *row[:5])
    state = row[10]
    parts = [_part(text.encode()) for text in row[5:10]]
    return sha256(b"".join((numbers, *parts, _LENGTH(len(state)), state))).digest()


def _part(content: bytes) -> bytes:
    return _LENGTH(len(content)) + content
