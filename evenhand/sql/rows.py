"""Records as rows: placing events in the log, and reading them back.

The leaf of a record holds its position and `recorded_at`, so it is computed under the head's lock.
What `placed` puts together in one go, for speed, is `schemas.recorded.leaf`; a test holds the two
together.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
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
_MICROSECOND = timedelta(microseconds=1)
_NUMBERS = struct.Struct(">2s5qQ").pack
"""0x00 and the leaf's version, five numbers in the order of the columns, the stream's length."""

_LENGTH = struct.Struct(">Q").pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the events of one commit go: after `position`, at `recorded_at`, by `actor`."""

    position: int
    recorded_at: int
    actor: str


def placed(events: Sequence[Unrecorded], place: Place, versions: dict[str, int]) -> list[Row]:
    """The rows of events at their place; `versions` are those of the streams, and move."""
    rows: list[Row] = []
    position, at, actor = place.position, place.recorded_at, place.actor
    by = _part(actor)
    known: dict[tuple[str, str], bytes] = {}
    pack, length, epoch, microsecond = _NUMBERS, _LENGTH, _EPOCH, _MICROSECOND
    for event in events:
        position += 1
        stream, type_, source, id_ = event.stream, event.type, event.source, event.id
        schema, state = event.schema_version, event.state
        effective_at = (event.effective_at - epoch) // microsecond
        version = versions[stream] = versions[stream] + 1
        if (kind := known.get((type_, source))) is None:
            kind = known[type_, source] = _part(type_) + _part(source)
        name, key = stream.encode(), id_.encode()
        numbers = pack(b"\x00\x01", position, version, schema, at, effective_at, len(name))
        parts = (numbers, name, kind, length(len(key)), key, by, length(len(state)), state)
        leaf = sha256(b"".join(parts)).digest()
        row = (position, version, schema, at, effective_at, stream, type_, source, id_, actor)
        rows.append((*row, state, leaf))
    return rows


def storable(events: Sequence[Unrecorded], actor: str) -> None:
    """Refuse events with a text that cannot be stored as it is.

    PostgreSQL takes no NUL, and SQLite takes it and then compares differently; both must see the
    same events.
    """
    texts = [actor]
    for event in events:
        texts += (event.stream, event.type, event.source, event.id)
    if _is_storable("".join(texts)):
        return
    raise Unstorable(next(text for text in texts if not _is_storable(text)))


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


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
    stream, type_, source, id_, actor, state = row[5:11]
    name, key = stream.encode(), id_.encode()
    numbers = _NUMBERS(b"\x00\x01", *row[:5], len(name))
    ends = (_LENGTH(len(key)), key, _known(actor), _LENGTH(len(state)), state)
    return sha256(b"".join((numbers, name, _known(type_), _known(source), *ends))).digest()


@lru_cache(maxsize=4096)
def _known(text: str) -> bytes:
    """The part of a text of which a log has few."""
    return _part(text)


def agrees(row: Sequence[Any]) -> bool:
    """Whether a row is what was recorded; False too if its values are of other types by now."""
    try:
        return proof(row) == bytes(row[-1])
    except (struct.error, AttributeError, TypeError):
        return False


def _part(text: str) -> bytes:
    content = text.encode()
    return _LENGTH(len(content)) + content
