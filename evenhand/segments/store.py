"""Reading the log for a question: segments, then what no segment holds from the log itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.reading import read
from evenhand.segments.errors import SegmentMissing
from evenhand.segments.named import Sealed, sealed
from evenhand.segments.parquet import columns_of
from evenhand.segments.places import Place, place_of
from evenhand.segments.records import SEALABLE
from evenhand.sql.log import SqlLog
from replay.segments import (
    FULL_STREAM,
    STORED,
    Segment,
    Stretch,
    pieces,
    restored,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Records through a position, in order of it, and where they were read.

    They are READ with `recorded_at`, those that were read from the log as they are there; without
    any segment they are what `SqlLog.columns` gives.
    """

    records: pl.DataFrame
    segments: int
    from_segments: int
    missing: Sequence[SegmentMissing] = ()

    def told(self) -> str | None:
        """Where they were read, in a sentence; None for a log of which nothing was ever sealed."""
        if not self.segments and not self.missing:
            return None
        rest = _counted(self.records.height - self.from_segments, "record")
        sealed_ones = _counted(self.from_segments, "record")
        told = f"read {_counted(self.segments, 'segment')} ({sealed_ones}) and {rest} of the log"
        if not self.missing:
            return told
        gone = _counted(len(self.missing), "segment")
        return f"{told}; {gone} not found: to have them again, run evenhand segments seal"


def columns(log: SqlLog, through: int, place: Place | None = None) -> Columns:
    """The records of a log through a position, from segments as far as there are any.

    The digest of every segment is compared with the one that the log names. Raises
    `SegmentDamaged`, `SegmentForeign`, `SegmentsUnreachable`.
    """
    here = sealed(log, place or place_of(log))
    parts: list[pl.DataFrame] = []
    used: list[Segment] = []
    for stretch, segment in pieces(here.there, through):
        told = None if segment is None else _held(here, stretch, segment)
        if segment is None or told is None:
            parts.append(log.columns(after=stretch.first - 1, through=stretch.last))
        else:
            used.append(segment)
            parts.append(told)
    return Columns(
        records=_joined(parts) if parts else log.columns(through=through),
        segments=len(used),
        from_segments=sum(part.height for part in parts if "rank" in part.columns),
        missing=here.missing(used, through),
    )


def scan(
    log: SqlLog, through: int, types: Sequence[str], columns: Sequence[str] = tuple(STORED)
) -> pl.LazyFrame:
    """Some columns (of READ with `recorded_at`) of the records of some types, through a position.

    For whoever asks for little: of segments only that little is decoded, once their digests are
    compared with those that the log names. The records come in order of position. Raises
    `SegmentDamaged`, `SegmentForeign`, `SegmentsUnreachable`.
    """
    here = sealed(log, place_of(log))
    parts: list[pl.LazyFrame] = []
    for stretch, segment in pieces(here.there, through):
        source = None if segment is None else here.source(segment)
        if source is None:
            rows = log.columns(after=stretch.first - 1, through=stretch.last, types=types)
            some = rows.select(*SEALABLE)
            parts.append(read(some).with_columns(some["recorded_at"]).lazy())
        else:
            inside = pl.col("position").is_between(stretch.first, stretch.last)
            chosen = pl.scan_parquet(source).filter(inside, pl.col("type").is_in(types))
            parts.append(chosen.with_columns(FULL_STREAM))
    if not parts:
        return pl.LazyFrame(schema=STORED).select(columns)
    return pl.concat([part.select(columns) for part in parts])


def _held(here: Sealed, stretch: Stretch, segment: Segment) -> pl.DataFrame | None:
    """The part of a segment that is asked for, as READ with `recorded_at`; None if it is gone."""
    if (content := here.content(segment)) is None:
        return None
    offset = stretch.first - segment.stretch.first
    return restored(columns_of(content)).slice(offset, stretch.records)


def _joined(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Parts in order of position as one frame, whether they were read before or not."""
    if not any("rank" in part.columns for part in parts):
        return pl.concat(parts)
    kept = (part if "rank" in part.columns else part.select(*SEALABLE) for part in parts)
    return pl.concat(kept, how="diagonal")


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
