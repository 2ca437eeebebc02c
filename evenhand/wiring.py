"""The parts put together: which log, with which clock and which notion of the same content."""

from datetime import UTC, datetime
from getpass import getuser
from os import environ

from evenhand.sql.log import SqlLog
from schemas.events import EVENTS
from schemas.wire import same_content

LOG_URL = "sqlite:///evenhand.db"
"""The log when nobody names another: a SQLite file in the working directory."""


def open_log(url: str | None) -> SqlLog:
    """The log at a URL, in EVENHAND_LOG, or in the working directory; made if it is new.

    Raises the errors of `evenhand.sql.errors`.
    """
    types = {name: model.version for name, model in EVENTS.items()}
    where = url or environ.get("EVENHAND_LOG") or LOG_URL
    return SqlLog.open(where, same_content=same_content, types=types)


def now() -> datetime:
    """The time it is."""
    return datetime.now(UTC)


def person(named: str | None) -> str:
    """Who acts: as named, in EVENHAND_ACTOR, or the user of the system."""
    return named or environ.get("EVENHAND_ACTOR") or getuser()
