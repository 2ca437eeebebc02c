"""A log as commands look back at it: columns from segments as far as there are any."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from engine.log import Append, Appended, Head
from evenhand.asking import said_where
from evenhand.segments.store import columns, scan
from evenhand.sql.log import SqlLog
from schemas.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Archived:
    """An `engine.log.Archive` over a log and the segments beside it.

    It raises what the log raises, and the errors of segments.
    """

    log: SqlLog

    def append(self, append: Append) -> Appended:
        """Record what is new, count what repeats, quarantine what contradicts; all or nothing."""
        return self.log.append(append)

    def read(self, *, after: int = 0, through: int | None = None) -> Iterator[Recorded]:
        """Records with `after < position <= through`, in order of position."""
        return self.log.read(after=after, through=through)

    def stream(self, stream: str) -> Sequence[Recorded]:
        """All records of one stream, in order of version."""
        return self.log.stream(stream)

    def head(self) -> Head:
        """The end of the log, now."""
        return self.log.head()

    def position_at(self, known_at: datetime) -> int:
        """The last position recorded at or before an instant; 0 if there is none."""
        return self.log.position_at(known_at)

    def columns(
        self, *, after: int = 0, through: int | None = None, types: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Records, all or of some types (READ, or RECORDS where nothing is sealed).

        Of some types no more than these is read; where all were read, stderr says once.
        """
        until = self.head().position if through is None else through
        later = pl.col("position") > after
        if types is not None:
            return scan(self.log, until, sorted(types)).filter(later).collect()
        return said_where(self.log, columns(self.log, until)).filter(later)

    def keep(self, content: bytes) -> bytes:
        """Keep a document; its SHA-256 digest."""
        return self.log.keep(content)

    def kept(self, digest: bytes) -> bytes:
        """The document kept under a digest. Raises `NotKept`."""
        return self.log.kept(digest)
