"""Sealing: stretches of the log written as segments, and named in the log.

A segment is named before it appears: who is killed in between leaves a name without a file, which
the next one makes again, and never a file that the log does not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from engine.log import Append
from evenhand.segments.named import decisions, named
from evenhand.segments.parquet import writing
from evenhand.segments.places import Place
from evenhand.segments.records import groups
from evenhand.sql.log import SqlLog
from replay.merkle import MerkleTree
from replay.segments import LAYOUT, SIZE, Segment, Stretch, covered, standing, stored, unsealed
from schemas.events import OWN_SOURCE
from schemas.events.decisions import SegmentSealed
from schemas.wire import unrecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """A wish to seal: by whom, when, and also what is no complete stretch; `size` of a stretch."""

    by: str
    at: datetime
    everything: bool = False
    size: int = SIZE


def seal(log: SqlLog, place: Place, wish: Sealing) -> Iterator[Segment]:
    """Seal what is to be sealed, and what was and is not there; each segment when it stands.

    Others may do the same at the same time: they make the same files and name them once.
    """
    head = log.head().position
    for stretch in _due(log, place, head, wish):
        with place.draft() as draft:
            segment = write(log, stretch, draft)
            _name(log, segment, wish)
            place.put(draft, segment.name)
        yield segment
    _tidy(log, place)


def write(log: SqlLog, stretch: Stretch, path: Path) -> Segment:
    """The segment of a stretch, written to a path."""
    tree = MerkleTree()
    facts = 0
    with writing(path) as file:
        for records, leaves in groups(log, stretch):
            columns = stored(records)
            facts += columns["rank"].count()
            file.add(columns)
            for leaf in leaves:
                tree.add(leaf)
        root = tree.root().hex()
        file.say({"evenhand.layout": str(LAYOUT), "evenhand.root": root})
    with path.open("rb") as written:
        digest = file_digest(written, "sha256").hexdigest()
    return Segment(stretch=stretch, facts=facts, digest=digest, root=root)


def drop(log: SqlLog, place: Place) -> list[Segment]:
    """Remove every segment of this log, and what sealing that was stopped left behind."""
    known = {segment.name: segment for segment in named(log)}
    found = [known[name] for name in place.names() if name in known]
    for segment in found:
        place.remove(segment.name)
    place.sweep()
    return found


def _due(log: SqlLog, place: Place, head: int, wish: Sealing) -> list[Stretch]:
    """What is to be written: new stretches, and those of segments that are gone."""
    names = set(place.names())
    ours = [segment for segment in named(log) if segment.layout == LAYOUT]
    there = [segment for segment in ours if segment.name in names]
    known = standing(ours)
    fresh = [
        stretch
        for stretch in unsealed(head, known, everything=wish.everything, size=wish.size)
        if not _says_nothing(log, stretch)
    ]
    gone = [
        segment.stretch
        for segment in known
        if not covered(segment.stretch, [*fresh, *(each.stretch for each in there)])
    ]
    return sorted([*gone, *fresh])


def _says_nothing(log: SqlLog, stretch: Stretch) -> bool:
    """Whether a stretch has nothing but names of segments: else one would lead to the next."""
    inside = (stretch.first <= each.position <= stretch.last for each in decisions(log))
    return sum(inside) == stretch.records


def _name(log: SqlLog, segment: Segment, wish: Sealing) -> None:
    """Record the decision that names a segment, unless it is recorded."""
    event = SegmentSealed(
        first=segment.stretch.first,
        last=segment.stretch.last,
        facts=segment.facts,
        digest=segment.digest,
        root=segment.root,
        layout=segment.layout,
        by=wish.by,
    )
    id_ = f"segment-{segment.digest[:40]}"
    decision = unrecorded(event, effective_at=wish.at, source=OWN_SOURCE, id=id_)
    # The same file was named before, by whomever and whenever: that is no contradiction.
    log.append_with(Append(events=[decision], actor=wish.by), lambda _recorded, _again: True)


def _tidy(log: SqlLog, place: Place) -> None:
    """Remove small segments that a larger one, which is there, stands for."""
    names = set(place.names())
    there = [segment for segment in named(log) if segment.name in names]
    kept = {segment.name for segment in standing(there)}
    for segment in there:
        if segment.name not in kept:
            place.remove(segment.name)
