"""Where runs keep files: a folder here, or object storage that all machines reach.

A file appears whole or not at all, and whoever writes it again writes the same bytes.
"""

import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import Final, Protocol, Self

import polars as pl

from evenhand.runs.holds import Hold, held
from evenhand.runs.objects import Objects

_ROW_GROUP: Final = 4_096
"""Of a table that is sorted, so many rows are read where one of them is asked for."""


class Store(Protocol):
    """Files by name, with `/` between folders; picklable, so that workers find the same place."""

    @property
    def place(self) -> str:
        """The place as `store_at` and polars take it: a path or a URL."""
        ...

    def under(self, folder: str, /) -> Self:
        """The same place, seen from a folder in it."""
        ...

    def put(self, name: str, content: bytes, /) -> None:
        """Keep a file, whole if it is there at all; one of the same name is replaced."""
        ...

    def content(self, name: str, /) -> bytes | None:
        """The bytes of a file, None if it is not there."""
        ...

    def table(self, name: str, /) -> pl.LazyFrame:
        """The table in a Parquet file, of which no more is read than is asked for."""
        ...

    def size(self, name: str, /) -> int | None:
        """The number of bytes of a file, None if it is not there."""
        ...

    def sizes(self) -> dict[str, int]:
        """The number of bytes of every file, by name."""
        ...

    def publish(self, staged: str, final: str, /) -> None:
        """Give a folder its final name at once; where the name is taken, the first one stands."""
        ...

    def drop(self) -> None:
        """Remove everything."""
        ...

    def held(self, folder: str, /) -> AbstractContextManager[Hold | None]:
        """Say that somebody works in a folder; None where nobody can know of others."""
        ...


def store_at(url: str) -> Store:
    """The place that a path or a URL names. Raises `BadStore`, `NotInstalled`."""
    return Objects.at(url) if "://" in url else Folder(Path(url).absolute())


@dataclass(frozen=True, slots=True)
class Folder:
    """Files in a folder of this machine, or of a disk that all machines mount."""

    path: Path

    @property
    def place(self) -> str:
        """The path."""
        return str(self.path)

    def under(self, folder: str) -> Self:
        """The same place, seen from a folder in it."""
        return replace(self, path=self.path / folder)

    def put(self, name: str, content: bytes) -> None:
        """Keep a file: written under another name, brought to disk, then renamed."""
        final = self.path / name
        final.parent.mkdir(parents=True, exist_ok=True)
        staged = final.with_name(f".{final.name}.{token_hex(4)}")
        with staged.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staged.rename(final)

    def content(self, name: str) -> bytes | None:
        """The bytes of a file, None if it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def table(self, name: str) -> pl.LazyFrame:
        """The table in a Parquet file, of which no more is read than is asked for."""
        return pl.scan_parquet(self.path / name)

    def size(self, name: str) -> int | None:
        """The number of bytes of a file, None if it is not there."""
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError:
            return None

    def sizes(self) -> dict[str, int]:
        """The number of bytes of every file, by name; what is being written is not there yet."""
        return {
            path.relative_to(self.path).as_posix(): path.stat().st_size
            for path in self.path.rglob("[!.]*")
            if path.is_file()
        }

    def publish(self, staged: str, final: str) -> None:
        """Give a folder its final name at once; where the name is taken, the first one stands."""
        (self.path / final).parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.path / staged, *(self.path / staged).glob("**/")):
            _to_disk(folder)
        try:
            (self.path / staged).rename(self.path / final)
        except OSError:
            if not (self.path / final).is_dir():
                raise
            self.under(staged).drop()
        _to_disk((self.path / final).parent)

    def drop(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def held(self, folder: str) -> AbstractContextManager[Hold]:
        """Say that somebody works in a folder."""
        return held(self.path / f"{folder}.hold")


def _to_disk(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parquet(frame: pl.DataFrame) -> bytes:
    """A table as Parquet that is quickly written and read again, also some rows of it."""
    file = BytesIO()
    frame.rechunk().write_parquet(file, compression="lz4", row_group_size=_ROW_GROUP)
    return file.getvalue()
