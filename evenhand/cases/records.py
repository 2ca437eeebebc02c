"""The records of a log for a case store: stretch by stretch, from segments where there are any."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

import polars as pl

from engine.reading import read
from evenhand.segments.named import Sealed, sealed
from evenhand.segments.parquet import columns_of
from evenhand.segments.places import place_of
from evenhand.sql.log import SqlLog
from replay.segments import pieces, restored
from schemas.frames import READ, RECORDS, empty

PAGE: Final = 500_000
"""So many records that no segment holds are read at a time."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """The records of a log, and the segments that are there."""

    log: SqlLog
    here: Sealed

    @classmethod
    def of(cls, log: SqlLog, where: str | None = None) -> Self:
        """Those of a log, with the segments in its place or where somebody says."""
        return cls(log, sealed(log, place_of(log, where)))

    def sealed_through(self, position: int) -> tuple[int, str] | None:
        """The last position, up to one, that segments hold without a gap; and which they are."""
        held = [piece for piece in pieces(self.here.there, position) if piece.segment is not None]
        if not held or held[0].stretch.first != 1:
            return None
        last, names = 0, sha256()
        for piece in held:
            if piece.stretch.first != last + 1 or piece.segment is None:
                break
            last = piece.stretch.last
            names.update(piece.segment.name.encode())
        return last, names.hexdigest()[:16]

    def frames(self, through: int, *, after: int = 0) -> Iterator[pl.DataFrame]:
        """Records (READ) of a range, in order of position. Raises `SegmentDamaged`."""
        for piece in pieces(self.here.there, through):
            if piece.stretch.last <= after:
                continue
            first = max(piece.stretch.first, after + 1)
            content = None if piece.segment is None else self.here.content(piece.segment)
            if content is not None:
                told = restored(columns_of(content)).select(*READ)
                yield told.filter(pl.col("position").is_between(first, piece.stretch.last))
            else:
                yield from self._from_the_log(first, piece.stretch.last)

    def records(self, through: int, *, after: int = 0) -> pl.DataFrame:
        """The same as one frame."""
        return pl.concat([empty(READ), *self.frames(through, after=after)])

    def _from_the_log(self, first: int, last: int) -> Iterator[pl.DataFrame]:
        for start in range(first - 1, last, PAGE):
            page = self.log.columns(after=start, through=min(start + PAGE, last))
            yield read(page.select(*RECORDS))
