"""What a disk may hold after the power failed, from what was asked of it until then.

Only what a sync followed is sure. Everything else may be there or not, each sector of 512 bytes by
itself and in any order; so may the name of a new file, and that of a deleted one. What a failed
sync should have written stays unsure even when a later sync succeeds, as it is on Linux.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import shake_256
from pathlib import Path

from sqlalchemy import Engine

from evenhand.sql import SqlLog
from evenhand.sql.log import identical
from evenhand.sql.schema import migrate
from tests.sql.disk import Done
from tests.sql.facts import Ticking

SECTOR = 512

Fate = Callable[[], bool]
"""Whether the next unsure thing reached the disk."""


def none_of_it() -> bool:
    """The fate by which nothing reached the disk that a sync did not follow."""
    return False


def all_of_it() -> bool:
    """The fate by which everything reached it, as when only the program was killed."""
    return True


def torn(seed: int, likely: float) -> Fate:
    """A fate that lets through what its seed says, that share of all."""
    drawn = iter(shake_256(seed.to_bytes(8, "big")).digest(1 << 14))
    return lambda: next(drawn) < likely * 256


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a write that is in one sector; or, without content, a cut to a size."""

    at: int
    content: bytes | None
    doubtful: bool = False

    @property
    def sector(self) -> int | None:
        """The sector it is in."""
        return None if self.content is None else self.at // SECTOR

    def apply(self, file: bytearray) -> None:
        """Change a file as it says; a file that is too short is filled with zeros."""
        end = self.at + len(self.content or b"")
        file.extend(bytes(max(0, end - len(file))))
        if self.content is None:
            del file[self.at :]
        else:
            file[self.at : end] = self.content


@dataclass(slots=True)
class Stored:
    """One file: what is surely in it, what may be, and whether its name is surely there."""

    sure: bytearray = field(default_factory=bytearray)
    pending: list[Piece] = field(default_factory=list)
    named: bool = False

    def sync(self) -> None:
        """Make sure of what was written since the last sync, and of the sectors it shares."""
        fresh = {piece.sector for piece in self.pending if not piece.doubtful}
        unsure: list[Piece] = []
        for piece in self.pending:
            if piece.sector not in fresh:
                unsure.append(piece)
                continue
            piece.apply(self.sure)
            if piece.content is None:
                unsure = [other for other in unsure if other.at < piece.at]
        self.pending = unsure

    def doubt(self) -> None:
        """Leave it open for good what became of everything written since the last sync."""
        self.pending = [Piece(piece.at, piece.content, doubtful=True) for piece in self.pending]

    def image(self, fate: Fate) -> bytes:
        """The file as it may be found."""
        found = bytearray(self.sure)
        for piece in self.pending:
            if fate():
                piece.apply(found)
        return bytes(found)


class Platter:
    """The files of one folder, as the calls on them are followed one by one."""

    def __init__(self) -> None:
        self.files: dict[str, Stored] = {}
        self._gone: dict[str, bytes] = {}

    def follow(self, done: Done) -> None:
        """Do what a call did."""
        match done.kind:
            case "open":
                self.files.setdefault(done.file, Stored())
            case "delete":
                stored = self.files.pop(done.file)
                if stored.named:
                    self._gone[done.file] = bytes(stored.sure)
            case "sync":
                self._sync(done)
            case _:
                self.files[done.file].pending += pieces(done)

    def image(self, fate: Fate) -> Mapping[str, bytes]:
        """The files that may be found after a power failure now, by their name."""
        found = {name: content for name, content in self._gone.items() if not fate()}
        for name, stored in self.files.items():
            if stored.named or fate():
                found[name] = stored.image(fate)
        return found

    def _sync(self, done: Done) -> None:
        """A new log or journal is synced with its folder, and thereby all names in it."""
        stored = self.files[done.file]
        if done.failed:
            stored.doubt()
            return
        stored.sync()
        if not stored.named and done.file:
            self._gone.clear()
            for other in self.files.values():
                other.named = True
        stored.named = True


def pieces(done: Done) -> list[Piece]:
    """A call as what may reach the disk of it, part by part."""
    if done.kind == "truncate":
        return [Piece(done.at, None)]
    found: list[Piece] = []
    start, end = done.at, done.at + len(done.content)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        found.append(Piece(start, done.content[start - done.at : stop - done.at]))
        start = stop
    return found


@contextmanager
def laid(image: Mapping[str, bytes], path: Path, engine: Engine) -> Generator[SqlLog]:
    """The log that is opened where these files are found; the files are gone afterwards.

    One engine is kept for all, because to compile its statements takes longer than to open a log.
    """
    for end, content in image.items():
        path.with_name(path.name + end).write_bytes(content)
    migrate(engine)
    with SqlLog(engine, Ticking(), identical) as log:
        yield log
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
