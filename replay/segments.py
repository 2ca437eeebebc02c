"""Segments: closed stretches of the log as columns, and which of them stand for what.

A segment holds the records from one position to another, read once (`engine.reading`). It can be
made again from the log at any time, so the log is never asked to believe one: it names each with
its digest (`segment-sealed`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import polars as pl

from engine.reading import read
from schemas.events.decisions import SegmentSealed
from schemas.frames import READ, Schema, checked

LAYOUT: Final = 1
"""The number of what the columns hold; one more whenever `STORED`, a present shape of a bulk fact,
or what is read of one changes. A segment of another layout is left alone, and sealed again."""

SIZE: Final = 1_000_000
"""Records of a whole segment: stretches begin after each multiple of it."""

SMALL_MAX: Final = 100
"""So many small segments of one stretch become one."""

STORED: Final[Schema] = {**READ, "recorded_at": pl.Int64()}
"""What a segment holds: READ, and when the log learned it; `stream` is null where it follows."""


class Stretch(NamedTuple):
    """The records from the first position to the last."""

    first: int
    last: int

    @property
    def records(self) -> int:
        """How many records it has."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch that was sealed, as the log names it; digest and root in hexadecimal."""

    stretch: Stretch
    facts: int
    digest: str
    root: str
    layout: int = LAYOUT

    @property
    def name(self) -> str:
        """The name of its file, which says what it holds."""
        return f"{self.stretch.first:012}-{self.stretch.last:012}-{self.digest}.parquet"


class Piece(NamedTuple):
    """A stretch that is read from a segment or, without one, from the log."""

    stretch: Stretch
    segment: Segment | None


def segment_of(event: SegmentSealed) -> Segment:
    """The segment that a decision names."""
    return Segment(
        stretch=Stretch(event.first, event.last),
        facts=event.facts,
        digest=event.digest,
        root=event.root,
        layout=event.layout,
    )


def standing(named: Iterable[Segment]) -> list[Segment]:
    """Those of the named segments that no later or longer one stands for, in order of position."""
    kept: list[Segment] = []
    for segment in named:
        kept = [each for each in kept if not covered(each.stretch, [segment.stretch])]
        if not covered(segment.stretch, [each.stretch for each in kept]):
            kept.append(segment)
    return sorted(kept, key=lambda segment: segment.stretch)


def unsealed(
    head: int, segments: Sequence[Segment], *, everything: bool = False, size: int = SIZE
) -> list[Stretch]:
    """The stretches through `head` that are to be sealed, beside standing segments.

    A complete stretch becomes one segment, whatever small ones it has. Of the last one, which is
    not complete, `everything` seals what no small segment holds, all of it after `SMALL_MAX`.
    """
    due: list[Stretch] = []
    for before in range(0, head, size):
        whole = Stretch(before + 1, min(before + size, head))
        inside = [each.stretch for each in segments if covered(each.stretch, [whole])]
        if whole in inside or (whole.records < size and not everything):
            continue
        if whole.records == size or len(inside) >= SMALL_MAX:
            due.append(whole)
        else:
            reached = max((each.last for each in inside), default=before)
            due.append(Stretch(reached + 1, whole.last))
    return [stretch for stretch in due if stretch.records > 0]


def covered(stretch: Stretch, by: Iterable[Stretch]) -> bool:
    """Whether a stretch lies inside one of others."""
    return any(each.first <= stretch.first and stretch.last <= each.last for each in by)


def pieces(present: Iterable[Segment], through: int) -> list[Piece]:
    """What to read from where, so that every record through a position is read once."""
    segments = sorted(present, key=lambda segment: segment.stretch)
    found: list[Piece] = []
    reached = 0
    while reached < through:
        begun = [each for each in segments if each.stretch.first <= reached + 1]
        longest = max(begun, key=lambda segment: segment.stretch.last, default=None)
        if longest is not None and longest.stretch.last > reached:
            last = min(longest.stretch.last, through)
        else:
            longest = None
            later = (each.stretch.first for each in segments if each.stretch.first > reached + 1)
            last = min(next(later, through + 1) - 1, through)
        found.append(Piece(Stretch(reached + 1, last), longest))
        reached = last
    return found


def stored(records: pl.DataFrame) -> pl.DataFrame:
    """Records (RECORDS with `recorded_at`), in order of position, as a segment holds them."""
    told = read(records).with_columns(records["recorded_at"])
    stream = pl.when(pl.col("stream") == _FOLLOWS).then(None).otherwise(pl.col("stream"))
    return told.with_columns(stream=stream).select(*STORED)


def restored(columns: pl.DataFrame) -> pl.DataFrame:
    """What a segment holds (STORED) as READ with `recorded_at`."""
    return checked(columns, STORED).with_columns(FULL_STREAM)


_FOLLOWS: Final = pl.coalesce(
    pl.lit(f"{kind}/") + pl.col(kind) for kind in ("deal", "lead", "customer")
)
"""The stream of most facts that have columns; of a record whose stream is another, it is kept."""
FULL_STREAM: Final = pl.coalesce("stream", _FOLLOWS).alias("stream")
"""The stream of a stored record, whether it was written or follows."""
