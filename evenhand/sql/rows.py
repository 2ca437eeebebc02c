"""Records as rows: placing events in the log, and reading them back.

The leaf of a record holds its position and `recorded_at`, so it is computed under the head's lock.
What `placed` puts together in one go, for speed, is `schemas.recorded.leaf`; a test holds the two
together.
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
_NUMBERS = Struct(">2s5qQ").pack
"""0x00 and the leaf's version, five numbers in the order of the columns, the stream's length."""

_LENGTH = Struct(">Q").pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the events of one commit go: after `position`, at `recorded_at`, by `actor`."""

    position: int
    recorded_at: int
    actor: str


def placed(events: Sequence[Unrecorded], place: Place, versions: dict[str, int]) -> list[Row]:
    """The rows of events at their place; `versions` are those of the streams, and move.

    Refused if a text cannot be stored as it is. PostgreSQL takes no NUL and SQLite takes it and
    compares differently; both must see the same events.
    """
    rows: list[Row] = []
    position, recorded_at, actor = place.position, place.recorded_at, place.actor
    actor_part = _part(actor)
    known: dict[tuple[str, str], bytes] = {}
    numbers, length, add, epoch = _NUMBERS, _LENGTH, rows.append, _EPOCH
    for event in events:
        position += 1
        stream, type_, source, id_, state = (
            event.stream,
            event.type,
            event.source,
            event.id,
            event.state,
        )
        schema_version, since = event.schema_version, event.effective_at - epoch
        effective_at = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        version = versions[stream] = versions[stream] + 1
        try:
            if (kind := known.get((type_, source))) is None:
                kind = known[type_, source] = _part(type_) + _part(source)
            stream_bytes, id_bytes = stream.encode(), id_.encode()
        except UnicodeEncodeError as error:
            raise Unstorable(stream) from error
        if b"\0" in stream_bytes or b"\0" in id_bytes:
            raise Unstorable(stream)
        content = (
            numbers(
                b"\x00\x01",
                position,
                version,
                schema_version,
                recorded_at,
                effective_at,
                len(stream_bytes),
            )
            + stream_bytes
            + kind
            + length(len(id_bytes))
            + id_bytes
            + actor_part
            + length(len(state))
            + state
        )
        add(
            (
                position,
                version,
                schema_version,
                recorded_at,
                effective_at,
                stream,
                type_,
                source,
                id_,
                actor,
                state,
                sha256(content).digest(),
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
    state = row[10]
    stream, *others = (text.encode() for text in row[5:10])
    parts = [_NUMBERS(b"\x00\x01", *row[:5], len(stream)), stream]
    for text in others:
        parts += (_LENGTH(len(text)), text)
    parts += (_LENGTH(len(state)), state)
    return sha256(b"".join(parts)).digest()


def _part(text: str) -> bytes:
    content = text.encode()
    if b"\0" in content:
        raise Unstorable(text)
    return _LENGTH(len(content)) + content
