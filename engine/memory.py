"""A log in memory: the same guarantees for as long as the process lives.

For trying a plan on facts without storing anything, and for tests. Its clock ticks a microsecond a
commit from the instant it is given, so that what it answers depends on nothing else.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import polars as pl

from engine.log import Append, Appended, Head
from schemas.errors import Missing, Refused
from schemas.frames import RECORDS
from schemas.recorded import Quarantined, Recorded, Unrecorded, leaf, microseconds
from schemas.wire import same_content


class DocumentNotKept(Missing):
    """A document was asked for by a digest under which nothing is kept."""

    code = "document-not-kept"

    def __init__(self, digest: bytes) -> None:
        self.digest = digest
        super().__init__(
            f"The document {digest.hex()[:16]} was asked for, and nothing is kept under that "
            "digest. Replay the period it belongs to."
        )


class StreamChanged(Refused):
    """A decision was taken on a state that has changed since."""

    code = "stream-changed"

    def __init__(self, stream: str, expected: int, found: int) -> None:
        self.stream, self.expected, self.found = stream, expected, found
        super().__init__(
            f"{stream} was to be at version {expected} and is at {found}: somebody was faster. "
            "Look again and repeat the command if it still applies."
        )


class MemoryLog:
    """An append-only log in memory."""

    def __init__(self, began: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> None:
        self._records: list[Recorded] = []
        self._by_key: dict[tuple[str, str], Recorded] = {}
        self._versions: dict[str, int] = {}
        self._commands: dict[str, Appended] = {}
        self._documents: dict[bytes, bytes] = {}
        self._at = began
        self.quarantine: list[Quarantined] = []

    def append(self, append: Append) -> Appended:
        """Record what is new, count what repeats, quarantine what contradicts; all or nothing."""
        if append.command_id in self._commands:
            return self._commands[append.command_id]
        for stream, expected in append.expected.items():
            if (found := self._versions.get(stream, 0)) != expected:
                raise StreamChanged(stream, expected, found)
        self._at += timedelta(microseconds=1)
        first = len(self._records) + 1
        told: dict[str, list[int]] = {"recorded": [], "repeated": [], "conflicting": []}
        for index, event in enumerate(append.events):
            told[self._take(event, append.actor)].append(index)
        self.quarantine.extend(append.quarantined)
        positions = range(first, len(self._records) + 1)
        answer = Appended(positions=positions, **told)
        if append.command_id is not None:
            self._commands[append.command_id] = answer
        return answer

    def _take(self, event: Unrecorded, actor: str) -> str:
        there = self._by_key.get((event.source, event.id))
        if there is not None:
            if same_content(there, event):
                return "repeated"
            reason = f"fact {event.id} of {event.source} is recorded with another content"
            self.quarantine.append(
                Quarantined(
                    origin=event.source,
                    code="conflicting-duplicate",
                    reason=reason,
                    raw=event.state,
                    source=event.source,
                    id=event.id,
                )
            )
            return "conflicting"
        version = self._versions.get(event.stream, 0) + 1
        unhashed = Recorded(
            position=len(self._records) + 1,
            stream=event.stream,
            version=version,
            type=event.type,
            schema_version=event.schema_version,
            recorded_at=self._at,
            effective_at=event.effective_at,
            source=event.source,
            id=event.id,
            actor=actor,
            state=event.state,
            leaf=b"",
        )
        record = replace(unhashed, leaf=leaf(unhashed))
        self._records.append(record)
        self._by_key[event.source, event.id] = record
        self._versions[event.stream] = version
        return "recorded"

    def read(self, *, after: int = 0, through: int | None = None) -> Iterator[Recorded]:
        """Records with `after < position <= through`, in order of position."""
        return iter(self._records[after:through])

    def stream(self, stream: str) -> Sequence[Recorded]:
        """All records of one stream, in order of version."""
        return [record for record in self._records if record.stream == stream]

    def head(self) -> Head:
        """The end of the log, now."""
        at = self._records[-1].recorded_at if self._records else None
        return Head(position=len(self._records), recorded_at=at)

    def position_at(self, known_at: datetime) -> int:
        """The last position recorded at or before an instant; 0 if there is none."""
        known = [record.position for record in self._records if record.recorded_at <= known_at]
        return known[-1] if known else 0

    def columns(
        self, *, after: int = 0, through: int | None = None, types: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Records, all or of some types, as RECORDS."""
        rows = [
            {
                "position": record.position,
                "stream": record.stream,
                "type": record.type,
                "schema_version": record.schema_version,
                "effective_at": microseconds(record.effective_at),
                "source": record.source,
                "id": record.id,
                "state": record.state.decode(),
            }
            for record in self.read(after=after, through=through)
            if types is None or record.type in types
        ]
        return pl.DataFrame(rows, schema=RECORDS)

    def keep(self, content: bytes) -> bytes:
        """Keep a document; its SHA-256 digest."""
        digest = sha256(content).digest()
        self._documents[digest] = content
        return digest

    def kept(self, digest: bytes) -> bytes:
        """The document kept under a digest. Raises `DocumentNotKept`."""
        if digest not in self._documents:
            raise DocumentNotKept(digest)
        return self._documents[digest]
