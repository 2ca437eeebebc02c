"""The segments that a log names, and those of them that are there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from evenhand.segments.errors import SegmentDamaged, SegmentForeign, SegmentMissing
from evenhand.segments.places import Place
from evenhand.sql import reads
from evenhand.sql.connections import reading
from evenhand.sql.log import SqlLog
from evenhand.sql.rows import COLUMNS
from evenhand.sql.trouble import attempts
from replay.segments import LAYOUT, Segment, covered, segment_of, standing
from schemas.events.decisions import SegmentSealed
from schemas.json_text import parse_object
from schemas.recorded import Recorded

_NAMED = text(
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608 - constants
    "WHERE stream >= 'segment/' AND stream < 'segment0' ORDER BY position"
)
"""By the index of streams, in a log of any length: `0` is what follows `/`."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a log names (`known`), and what of it is `there` and can be read."""

    place: Place | None
    known: Sequence[Segment]
    there: Sequence[Segment]

    def missing(self, used: Iterable[Segment], through: int) -> list[SegmentMissing]:
        """What the log names up to a position, and what was used does not stand for."""
        stretches = [segment.stretch for segment in used]
        return [
            SegmentMissing(segment.name, str(self.place or "any place"))
            for segment in standing(self.known)
            if segment.stretch.first <= through and not covered(segment.stretch, stretches)
        ]

    def content(self, segment: Segment) -> bytes | None:
        """The bytes of a segment, those that the log names; None if they are gone."""
        content = None if self.place is None else self.place.content(segment.name)
        if content is not None:
            self._compare(sha256(content).hexdigest(), segment)
        return content

    def source(self, segment: Segment) -> Path | bytes | None:
        """A segment as `polars.scan_parquet` takes it, that the log names; None if it is gone."""
        source = None if self.place is None else self.place.source(segment.name)
        if isinstance(source, Path):
            state = source.stat()
            self._compare(_digest_of(source, state.st_size, state.st_mtime_ns), segment)
        elif source is not None:
            self._compare(sha256(source).hexdigest(), segment)
        return source

    def _compare(self, digest: str, segment: Segment) -> None:
        """Refuse what is not the segment that the log names."""
        if digest != segment.digest:
            raise SegmentDamaged(segment.name, str(self.place))


@lru_cache(maxsize=1024)
def _digest_of(path: Path, size: int, written_ns: int) -> str:  # noqa: ARG001 - a key, no more
    """The SHA-256 of a file; one that was not touched since is not read again."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def sealed(log: SqlLog, place: Place | None) -> Sealed:
    """The segments of a log, and which of them are in a place. Raises `SegmentForeign`.

    The place is asked before the log is: a segment is named before it appears.
    """
    names = place.names() if place is not None else []
    known = named(log)
    by_name = {segment.name: segment for segment in known}
    foreign = next((name for name in names if name not in by_name), None)
    if foreign is not None:
        raise SegmentForeign(foreign, str(place))
    there = [by_name[name] for name in names]
    return Sealed(place, known, [each for each in there if each.layout == LAYOUT])


def named(log: SqlLog) -> list[Segment]:
    """Every segment that a log names, in the order in which they were sealed."""
    contents = (parse_object(record.state) for record in decisions(log))
    return [segment_of(SegmentSealed.model_validate(content)) for content in contents]


def decisions(log: SqlLog) -> list[Recorded]:
    """The decisions that name segments, in order of position."""

    def work() -> Sequence[Sequence[Any]]:
        with reading(log.engine) as connection:
            return connection.execute(_NAMED).all()

    return [reads.checked(row, log.types) for row in attempts(work)]
