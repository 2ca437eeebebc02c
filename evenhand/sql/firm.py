"""Making sure of what an earlier failure may have left in doubt.

When a sync fails, the system may keep what was written in its memory and call it clean: whoever
opens the file next reads it, and no later sync writes it (Rebello et al., "Can Applications
Recover from fsync Failures?", 2020). SQLite then finds a commit in its write-ahead log that it
reported as failed, and trusts it until the power goes. So a process that is about to confirm
something first writes that log anew, byte by byte as it is.
"""

import os
from pathlib import Path

from sqlalchemy import Engine

from evenhand.sql.connections import writing
from evenhand.sql.errors import LogFailed

_PIECE = 1 << 20
_MAIN = "SELECT file FROM pragma_database_list WHERE name = 'main'"


def firm(engine: Engine) -> None:
    """Put on the disk for certain what a log in SQLite holds; PostgreSQL sees to that itself.

    It holds the lock of writers meanwhile, so that no one else changes the file; who reads, reads.
    """
    if engine.dialect.name != "sqlite":
        return
    with writing(engine) as connection:
        database = connection.exec_driver_sql(_MAIN).scalar_one()
        ahead = Path(f"{database}-wal")
        if not database or not ahead.exists():
            return
        try:
            rewrite(ahead)
        except OSError as error:
            raise LogFailed(f"{ahead.name}: {error.strerror}") from error


def rewrite(file: Path) -> None:
    """Write a file's own bytes over it, and sync it and its name."""
    with file.open("r+b") as opened:
        while piece := opened.read(_PIECE):
            opened.seek(-len(piece), os.SEEK_CUR)
            opened.write(piece)
            opened.flush()
        os.fsync(opened.fileno())
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
