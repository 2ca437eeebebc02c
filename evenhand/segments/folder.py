"""Segments in a folder of this machine."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from evenhand.segments.errors import SegmentsUnreachable

ENDING = ".parquet"
_DRAFT = ".sealing-"


class Folder:
    """A folder, made when the first segment comes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def names(self) -> list[str]:
        """The names of the segments that are there."""
        with self._reached():
            return sorted(each.name for each in self.path.glob(f"*{ENDING}"))

    def content(self, name: str) -> bytes | None:
        """The bytes of a segment; None if it is not there."""
        with self._reached():
            try:
                return (self.path / name).read_bytes()
            except FileNotFoundError:
                return None

    def source(self, name: str) -> Path | None:
        """The path of a segment; None if it is not there."""
        path = self.path / name
        return path if path.is_file() else None

    @contextmanager
    def draft(self) -> Generator[Path]:
        """A path in the same file system, gone afterwards unless it was put in place."""
        with self._reached():
            self.path.mkdir(parents=True, exist_ok=True)
            handle, name = mkstemp(prefix=_DRAFT, dir=self.path)
            os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def put(self, draft: Path, name: str) -> None:
        """Let a draft that is on disk appear under a name, and keep that on disk too."""
        with self._reached():
            draft.chmod(0o444)
            draft.replace(self.path / name)
            _sync(self.path)

    def remove(self, name: str) -> None:
        """Remove a segment, if it is there."""
        with self._reached():
            (self.path / name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove the drafts of those who were stopped while they sealed."""
        with self._reached():
            for draft in self.path.glob(f"{_DRAFT}*"):
                draft.unlink(missing_ok=True)

    @contextmanager
    def _reached(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise SegmentsUnreachable(str(self), error.strerror or str(error)) from error


def _sync(folder: Path) -> None:
    """Have the names in a folder on disk, not only in memory."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
