"""Who is at work in a folder: it is removed by the last one only, also after others were killed.

The system lets go of a hold when its process ends, however it ends.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Hold:
    """A hold on a folder, shared with whoever else works in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = _taken(path)

    def last(self) -> bool:
        """Whether nobody else holds the folder; then nobody can until this hold is gone."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def forget(self) -> None:
        """Remove the file of the hold, with the folder; whoever waits for it takes a new one."""
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


@contextmanager
def held(path: Path) -> Generator[Hold]:
    """A hold by the file at a path, made if it is not there."""
    hold = Hold(path)
    try:
        yield hold
    finally:
        hold.close()


def _taken(path: Path) -> int:
    """A file that we share the lock of, and that was not removed while we waited for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if _still_there(path, descriptor):
            return descriptor
        os.close(descriptor)


def _still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
