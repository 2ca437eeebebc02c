"""Whether segments are what the log says: the file, the leaves, and every column."""

from collections.abc import Iterator
from typing import NamedTuple

from evenhand.segments.errors import SegmentContradicted, SegmentDamaged
from evenhand.segments.named import Sealed, sealed
from evenhand.segments.parquet import columns_of, words
from evenhand.segments.places import Place
from evenhand.segments.records import groups
from evenhand.sql.log import SqlLog
from replay.merkle import MerkleTree
from replay.segments import Segment, stored
from schemas.errors import EvenhandError


class Finding(NamedTuple):
    """A segment by its name, and what is wrong with it, if anything."""

    name: str
    error: EvenhandError | None


def verify(log: SqlLog, place: Place) -> Iterator[Finding]:
    """Every segment that is there or should be: file, root and columns set against the log.

    Raises `SegmentForeign`, and `LogDamaged` where a record does not agree with its leaf.
    """
    here = sealed(log, place)
    for segment in here.there:
        yield Finding(segment.name, _wrong(log, here, segment))
    for error in here.missing(here.there, log.head().position):
        yield Finding(error.name, error)


def _wrong(log: SqlLog, here: Sealed, segment: Segment) -> EvenhandError | None:
    try:
        content = here.content(segment)
    except SegmentDamaged as error:
        return error
    if content is None:  # removed since: a larger one stands for it
        return None
    what = _contradiction(log, segment, content)
    return None if what is None else SegmentContradicted(segment.name, what)


def _contradiction(log: SqlLog, segment: Segment, content: bytes) -> str | None:
    """What the log says otherwise than a segment."""
    columns, tree = columns_of(content), MerkleTree()
    if columns.height != segment.stretch.records:
        return f"it holds {columns.height} records"
    for records, leaves in groups(log, segment.stretch):
        first = records["position"].item(0)
        if not stored(records).equals(columns.slice(first - segment.stretch.first, records.height)):
            return f"records from position {first} on read otherwise"
        for leaf in leaves:
            tree.add(leaf)
    if {tree.root().hex(), segment.root, words(content)["evenhand.root"]} != {segment.root}:
        return "its Merkle root is not that of the leaves"
    return None
