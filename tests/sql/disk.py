"""A disk that remembers what SQLite asks of it, and fails when it is told to.

It is a VFS (https://sqlite.org/vfs.html) in front of the system's own, put into the very library
that `sqlite3` uses: the log, its driver and SQLite are those of every day, and only the calls on
the database, its write-ahead log and its rollback journal pass by here. The `-shm` file does not:
it is memory, and made anew after every crash.
"""

import _sqlite3
import ctypes
import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from unittest.mock import patch

from sqlalchemy import URL

from evenhand.sql import firm
from evenhand.sql.firm import rewrite

_Structure = TypeVar("_Structure", bound=Structure)

Kind = Literal["open", "read", "write", "truncate", "sync", "delete"]

OUTCOME: dict[Kind, int] = {
    "open": sqlite3.SQLITE_CANTOPEN,
    "read": sqlite3.SQLITE_IOERR_READ,
    "write": sqlite3.SQLITE_IOERR_WRITE,
    "truncate": sqlite3.SQLITE_IOERR_TRUNCATE,
    "sync": sqlite3.SQLITE_IOERR_FSYNC,
    "delete": sqlite3.SQLITE_IOERR_DELETE,
}
"""What SQLite's own VFS answers when the system fails such a call."""

_OURS = 0x100 | 0x800 | 0x80000
"""SQLITE_OPEN_MAIN_DB, _MAIN_JOURNAL and _WAL: the files whose loss would matter."""

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_MOVE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("path_length", c_int),
        ("following", c_void_p),
        ("name", c_char_p),
        ("own", c_void_p),
        ("open", _OPEN),
        ("delete", _DELETE),
        ("others", c_void_p * 14),
    )


class _Methods(Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c_int),
        ("close", c_void_p),
        ("read", _MOVE),
        ("write", _MOVE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        ("others", c_void_p * 13),
    )


@dataclass(frozen=True, slots=True)
class Done:
    """One call on a file, named by its end: "", "-wal" or "-journal"."""

    kind: Kind
    file: str
    at: int = 0
    content: bytes = b""
    failed: bool = False


class Disk:
    """What was done to the files of one database, in order; and the next calls that shall fail.

    A write that fails has left its first half behind, as a full disk does.
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self.done: list[Done] = []
        self.calls = 0
        self._failing = range(0)
        self._outcome: int | None = None
        self._files: dict[int, str] = {}
        self._tables: dict[int, _Methods] = {}

    @property
    def url(self) -> URL:
        """The database, as one that is on this disk."""
        query = {"vfs": _name(self).decode(), "uri": "true"}
        return URL.create("sqlite", database=f"file:{self.database}", query=query)

    def fail(self, first: int, times: int, outcome: int | None = None) -> None:
        """From the `first` call from now on, let so many fail."""
        self.calls, self._failing, self._outcome = 0, range(first, first + times), outcome

    def heal(self) -> None:
        """Let every call succeed again."""
        self._failing = range(0)

    @property
    def struck(self) -> bool:
        """Whether a call failed since `fail` was asked for."""
        return self.calls >= self._failing.start > 0

    def ask(self, kind: Kind) -> int:
        """The code to fail this call with; 0 to let it through."""
        self.calls += 1
        if self.calls not in self._failing:
            return sqlite3.SQLITE_OK
        return OUTCOME[kind] if self._outcome is None else self._outcome

    def opened(self, address: int, path: str) -> None:
        """Put our methods in the place of the system's in a file that was just opened."""
        file = self._files[address] = self._end(path)
        self.done.append(Done("open", file))
        slot = cast(address, POINTER(c_void_p))
        methods = slot.contents.value
        assert methods is not None
        if methods not in self._tables:
            self._tables[methods] = self._methods(_Methods.from_address(methods))
        slot.contents.value = ctypes.addressof(self._tables[methods])

    def rewritten(self, file: Path) -> None:
        """Do what `evenhand.sql.firm` does to a file past SQLite, and note it.

        When it fails everything is as doubtful as it was.
        """
        if self.ask("write") or self.ask("sync"):
            raise OSError(errno.EIO, "disk I/O error")
        rewrite(file)
        end = self._end(str(file))
        self.done += [Done("write", end, content=file.read_bytes()), Done("sync", end)]

    def deleted(self, path: str) -> None:
        """Note that a file is gone."""
        self.done.append(Done("delete", self._end(path)))

    def _end(self, path: str) -> str:
        return Path(path).name.removeprefix(self.database.name)

    def _methods(self, system: _Methods) -> _Methods:
        """The system's methods with ours in front of those that touch the disk."""

        def read(file: int, into: int, size: int, at: int) -> int:
            return self.ask("read") or int(system.read(file, into, size, at))

        def write(file: int, content: int, size: int, at: int) -> int:
            failure = self.ask("write")
            size = size // 2 if failure else size
            self.done.append(Done("write", self._files[file], at, ctypes.string_at(content, size)))
            return int(system.write(file, content, size, at)) or failure

        def truncate(file: int, size: int) -> int:
            if failure := self.ask("truncate"):
                return failure
            self.done.append(Done("truncate", self._files[file], size))
            return int(system.truncate(file, size))

        def sync(file: int, flags: int) -> int:
            failure = self.ask("sync")
            self.done.append(Done("sync", self._files[file], failed=failure != sqlite3.SQLITE_OK))
            return failure or int(system.sync(file, flags))

        ours = _copy(system)
        ours.read, ours.write = _MOVE(read), _MOVE(write)
        ours.truncate, ours.sync = _TRUNCATE(truncate), _SYNC(sync)
        return ours


@contextmanager
def disk(database: Path) -> Generator[Disk]:
    """A disk for one database; connections to it must be closed before it is taken away."""
    found = Disk(database)
    library = _library()
    address = library.sqlite3_vfs_find(None)
    ours = _in_front(found, _Vfs.from_address(address), address)
    assert library.sqlite3_vfs_register(byref(ours), 0) == sqlite3.SQLITE_OK
    try:
        with patch.object(firm, "rewrite", found.rewritten):
            yield found
    finally:
        library.sqlite3_vfs_unregister(byref(ours))


def _in_front(found: Disk, system: _Vfs, address: int) -> _Vfs:
    """The system's VFS with ours in front of opening and deleting."""

    def open_(_: int, path: int, file: int, flags: int, out: Any) -> int:
        if not flags & _OURS:
            return int(system.open(address, path, file, flags, out))
        if failure := found.ask("open"):
            cast(file, POINTER(c_void_p)).contents.value = None  # nothing to close
            return failure
        result = int(system.open(address, path, file, flags, out))
        if result == sqlite3.SQLITE_OK:
            found.opened(file, ctypes.string_at(path).decode())
        return result

    def delete(_: int, path: bytes, flags: int) -> int:
        if failure := found.ask("delete"):
            return failure
        result = int(system.delete(address, path, flags))
        if result == sqlite3.SQLITE_OK:
            found.deleted(path.decode())
        return result

    ours = _copy(system)
    ours.name = _name(found)
    ours.open, ours.delete = _OPEN(open_), _DELETE(delete)
    return ours


def _library() -> Any:
    """SQLite's own functions, in the library that `sqlite3` of this Python uses."""
    for name in (getattr(_sqlite3, "__file__", None), None):
        library: Any = ctypes.CDLL(name)
        if hasattr(library, "sqlite3_vfs_register"):
            library.sqlite3_vfs_find.restype = c_void_p
            return library
    raise RuntimeError(
        "These tests put a disk of their own under SQLite, and this Python hides its SQLite. "
        "Run them with a Python that uses a shared one, as those of Debian, Fedora and Homebrew do."
    )


def _copy(structure: _Structure) -> _Structure:
    return type(structure).from_buffer_copy(structure)


def _name(found: Disk) -> bytes:
    return f"evenhand-{id(found)}".encode()
