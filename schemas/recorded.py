"""An event before and after the log has it.

`effective_at` is when a fact counts and comes with it; `recorded_at` is when the log learned it and
is stamped by the log alone, strictly increasing from commit to commit, with a gapless `position`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct

_LENGTH = Struct(">Q")
_LEAF_VERSION = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """An event that is well formed and not yet in the log.

    `stream` is the subject it is about (`deal/D1`), `type` our kebab-case event type, `state` the
    canonical JSON of its content, `(source, id)` its key for ever.
    """

    stream: str
    type: str
    schema_version: int
    effective_at: datetime
    source: str
    id: str
    state: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event in the log: the same words, with its place, its version in the stream, its proof."""

    position: int
    stream: str
    version: int
    type: str
    schema_version: int
    recorded_at: datetime
    effective_at: datetime
    source: str
    id: str
    actor: str
    state: bytes
    leaf: bytes

    @property
    def key(self) -> tuple[str, str]:
        """The idempotency key, by which facts are named everywhere."""
        return self.source, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A message that could not be recorded, kept whole with the reason.

    `origin` says where it came from (`kafka:topic/2/17`, `file:crm.jsonl:12`), `code` is the stable
    code of the error that stopped it, `raw` the bytes as they came.
    """

    origin: str
    code: str
    reason: str
    raw: bytes
    source: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """How far an upstream has been read: `name` has been taken from `first` through `last`."""

    name: str
    first: int
    last: int


def leaf(record: Recorded) -> bytes:
    """The SHA-256 leaf of a record: 0x00, then every field with its length before it.

    The prefix is that of RFC 6962 section 2.1, so that leaves can be hung into a Merkle tree. The
    position, the times and the stored bytes are all inside: no field can change or move unnoticed.
    """
    fields = (
        record.stream.encode(),
        record.type.encode(),
        record.source.encode(),
        record.id.encode(),
        record.actor.encode(),
        record.state,
    )
    numbers = (
        record.position,
        record.version,
        record.schema_version,
        microseconds(record.recorded_at),
        microseconds(record.effective_at),
    )
    parts = [b"\x00", _LEAF_VERSION]
    parts.extend(number.to_bytes(8, "big", signed=True) for number in numbers)
    for field in fields:
        parts.append(_LENGTH.pack(len(field)))
        parts.append(field)
    return sha256(b"".join(parts)).digest()


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z of an aware instant; exact, without floats."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant(at: int) -> datetime:
    """The aware UTC instant of microseconds since 1970-01-01T00:00Z."""
    return _EPOCH + timedelta(microseconds=at)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
