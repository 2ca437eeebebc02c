"""The log as the engine needs it: a protocol, and nothing about where it is kept."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import polars as pl

from schemas.recorded import Quarantined, Recorded, Tracking, Unrecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """One append: events and everything that must hold together with them, or not at all.

    `command_id` makes a command happen once: asked again, the log answers with what it did then.
    `expected` maps a stream to the version it must have (0: it must not exist); streams that are
    not named are appended to whatever their version. `tracking` moves by compare-and-set.
    """

    events: Sequence[Unrecorded]
    actor: str
    command_id: str | None = None
    expected: Mapping[str, int] = field(default_factory=dict[str, int])
    tracking: Sequence[Tracking] = ()
    quarantined: Sequence[Quarantined] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What an append did, by index into `Append.events`; every event is in one of the three.

    `recorded` are new and have the positions `positions`; `repeated` were there already with the
    same content; `conflicting` were there with another content and went to quarantine.
    """

    positions: range
    recorded: Sequence[int]
    repeated: Sequence[int]
    conflicting: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the log: the last position (0 when empty) and when it was recorded."""

    position: int
    recorded_at: datetime | None


SameContent = Callable[[Recorded, Unrecorded], bool]


class Log(Protocol):
    """An append-only log with gapless positions.

    A reader sees a prefix, always. `recorded_at` is strictly increasing from commit to commit.
    """

    def append(self, append: Append) -> Appended:
        """Record what is new, count what repeats, quarantine what contradicts; all or nothing."""
        ...

    def read(self, *, after: int = 0, through: int | None = None) -> Iterator[Recorded]:
        """Records with `after < position <= through`, in order of position."""
        ...

    def stream(self, stream: str) -> Sequence[Recorded]:
        """All records of one stream, in order of version."""
        ...

    def head(self) -> Head:
        """The end of the log, now."""
        ...

    def position_at(self, known_at: datetime) -> int:
        """The last position recorded at or before an instant; 0 if there is none."""
        ...


class Archive(Log, Protocol):
    """A log that also hands out columns for replay, and keeps the documents of closed periods."""

    def columns(
        self, *, after: int = 0, through: int | None = None, types: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Records, all or of some types, with at least the columns of `schemas.frames.RECORDS`."""
        ...

    def keep(self, content: bytes) -> bytes:
        """Keep a document; its SHA-256 digest."""
        ...

    def kept(self, digest: bytes) -> bytes:
        """The document kept under a digest. Raises a `Missing` error when there is none."""
        ...
