"""Where the segments of a log are kept: beside its file, or where somebody said.

A segment appears under its name when all of it is on disk, and never changes.
"""

from contextlib import AbstractContextManager
from os import environ
from pathlib import Path
from typing import Protocol

from evenhand.segments.bucket import SCHEME, Bucket
from evenhand.segments.folder import Folder
from evenhand.sql.log import SqlLog

SETTING = "EVENHAND_SEGMENTS"


class Place(Protocol):
    """A place of segments. Whatever it does may raise `SegmentsUnreachable`."""

    def names(self) -> list[str]:
        """The names of the segments that are there."""
        ...

    def content(self, name: str) -> bytes | None:
        """The bytes of a segment; None if it is not there."""
        ...

    def source(self, name: str) -> Path | bytes | None:
        """A segment as `polars.scan_parquet` takes it; None if it is not there."""
        ...

    def draft(self) -> AbstractContextManager[Path]:
        """A path to write a segment to before it is put in place; gone if it was not."""
        ...

    def put(self, draft: Path, name: str) -> None:
        """Let a draft that is on disk appear under a name."""
        ...

    def remove(self, name: str) -> None:
        """Remove a segment, if it is there."""
        ...

    def sweep(self) -> None:
        """Remove the drafts of those who were stopped while they sealed."""
        ...


def place_of(log: SqlLog, where: str | None = None) -> Place | None:
    """Where the segments of a log are: as said, in EVENHAND_SEGMENTS, or beside its file.

    None for a log without a file of its own, when nobody says.
    """
    asked = where or environ.get(SETTING) or _beside(log)
    if asked is None:
        return None
    return Bucket(asked) if asked.startswith(SCHEME) else Folder(Path(asked))


def _beside(log: SqlLog) -> str | None:
    url = log.engine.url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return f"{url.database}.segments"
