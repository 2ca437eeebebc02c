"""The quarantine: messages that could not be recorded, kept whole until someone resolves them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from evenhand.sql import tables
from evenhand.sql.errors import AlreadyResolved, NotQuarantined
from schemas.recorded import Quarantined, Recorded, Unrecorded, instant, microseconds

CONFLICTING = "conflicting-duplicate"

State = Literal["open", "released", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A quarantined message with its number, when it came, and what became of it."""

    number: int
    message: Quarantined
    recorded_at: datetime
    state: State
    resolution: "Resolution | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Who released or discarded a message, why, and when."""

    actor: str
    reason: str
    at: datetime


def digest(message: Quarantined) -> bytes:
    """What makes a message the same one.

    A Kafka record is named by its topic, partition and offset, and by its bytes, because a topic
    can be made anew. Anything else is named by what it holds and what is wrong with it: a bad file
    that is read twice is kept once.
    """
    kind = message.origin.partition(":")[0]
    parts = (
        (kind.encode(), message.origin.encode(), message.raw)
        if kind == "kafka"
        else (kind.encode(), message.code.encode(), message.raw)
    )
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def keep(connection: Connection, messages: Sequence[Quarantined], recorded_at: int) -> None:
    """Keep messages in the caller's transaction; those that are there stay as they are."""
    if not messages:
        return
    rows = [
        {
            "digest": digest(message),
            "origin": message.origin.replace("\0", "\N{SYMBOL FOR NULL}"),
            "code": message.code,
            "reason": message.reason.replace("\0", "\N{SYMBOL FOR NULL}"),
            "raw": message.raw,
            "source": _text(message.source),
            "id": _text(message.id),
            "recorded_at": recorded_at,
            "state": "open",
        }
        for message in messages
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(tables.quarantine).on_conflict_do_nothing(
        index_elements=[tables.quarantine.c.digest]
    )
    connection.execute(statement, rows)


def conflict(stands: Recorded, event: Unrecorded) -> Quarantined:
    """An event that says something else under the key of a recorded one, as a message to keep."""
    return Quarantined(
        origin=f"append:{event.stream}",
        code=CONFLICTING,
        reason=(
            f"{event.source} {event.id} is recorded at position {stands.position} as "
            f"{stands.type} of {stands.stream}, effective {stands.effective_at.isoformat()}; "
            f"this one is {event.type} of {event.stream}, effective "
            f"{event.effective_at.isoformat()}, and differs. The recorded one stands. Release "
            "this one as its correction, or discard it."
        ),
        raw=_enveloped(event),
        source=event.source,
        id=event.id,
    )


def unrecorded(raw: bytes) -> Unrecorded:
    """The event inside a message that `conflict` made, to be released as a correction."""
    fields: dict[str, Any] = json.loads(raw)
    return Unrecorded(
        stream=fields["stream"],
        type=fields["type"],
        schema_version=fields["schema_version"],
        effective_at=instant(fields["effective_at"]),
        source=fields["source"],
        id=fields["id"],
        state=bytes.fromhex(fields["state_hex"])
        if "state_hex" in fields
        else str(fields["state"]).encode(),
    )


def listed(connection: Connection, state: State | None) -> list[Kept]:
    """The messages in one state, or all, in the order they came."""
    statement = select(tables.quarantine).order_by(tables.quarantine.c.number)
    if state is not None:
        statement = statement.where(tables.quarantine.c.state == state)
    return [_kept(row) for row in connection.execute(statement)]


def one(connection: Connection, number: int) -> Kept:
    """The message with a number."""
    found = select(tables.quarantine).where(tables.quarantine.c.number == number)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise NotQuarantined(number)
    return _kept(row)


def resolve(connection: Connection, number: int, state: State, resolution: Resolution) -> Kept:
    """Mark an open message as released or discarded; refused if that happened before."""
    changed = connection.execute(
        update(tables.quarantine)
        .where(tables.quarantine.c.number == number, tables.quarantine.c.state == "open")
        .values(
            state=state,
            resolved_by=resolution.actor,
            resolved_reason=resolution.reason,
            resolved_at=microseconds(resolution.at),
        )
    )
    found = one(connection, number)
    if changed.rowcount != 1:
        raise AlreadyResolved(number, found.state)
    return found


def _kept(row: Row[Any]) -> Kept:
    resolution = None
    if row.resolved_at is not None:
        resolution = Resolution(
            actor=row.resolved_by, reason=row.resolved_reason, at=instant(row.resolved_at)
        )
    return Kept(
        number=row.number,
        message=Quarantined(
            origin=row.origin,
            code=row.code,
            reason=row.reason,
            raw=row.raw,
            source=row.source,
            id=row.id,
        ),
        recorded_at=instant(row.recorded_at),
        state=cast("State", row.state),
        resolution=resolution,
    )


def _enveloped(event: Unrecorded) -> bytes:
    fields: dict[str, object] = {
        "stream": event.stream,
        "type": event.type,
        "schema_version": event.schema_version,
        "effective_at": microseconds(event.effective_at),
        "source": event.source,
        "id": event.id,
    }
    try:
        fields["state"] = event.state.decode()
    except UnicodeDecodeError:
        fields["state_hex"] = event.state.hex()
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _text(value: str | None) -> str | None:
    """A key that a text column takes; whatever it was is in the raw bytes."""
    if value is None:
        return None
    return value.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
