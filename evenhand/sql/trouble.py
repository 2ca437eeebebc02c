"""What a database's error means for us, and how often it is worth another attempt."""

import random
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from evenhand.sql.errors import (
    LogBusy,
    LogDamaged,
    LogFailed,
    LogFull,
    LogReadOnly,
    LogUnavailable,
)

ATTEMPTS = 5
_PAUSE_S = 0.05

_Result = TypeVar("_Result")


class Trouble(Enum):
    """The kinds of trouble that need different answers."""

    TAKEN = auto()
    BUSY = auto()
    LOST = auto()
    FULL = auto()
    READ_ONLY = auto()
    DAMAGED = auto()
    FAILED = auto()


AGAIN = frozenset({Trouble.BUSY, Trouble.LOST})
"""Trouble that can pass by itself within a moment."""

_SQLITE = {
    5: Trouble.BUSY,
    6: Trouble.BUSY,
    8: Trouble.READ_ONLY,
    11: Trouble.DAMAGED,
    13: Trouble.FULL,
    19: Trouble.TAKEN,
    26: Trouble.DAMAGED,
}
"""By SQLite's primary result code; everything else, as SQLITE_IOERR, is a failure."""

_POSTGRESQL = {
    "25006": Trouble.READ_ONLY,
    "25P03": Trouble.LOST,
    "40001": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "42501": Trouble.READ_ONLY,
    "53100": Trouble.FULL,
    "53300": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57P01": Trouble.LOST,
    "57P02": Trouble.LOST,
    "57P03": Trouble.LOST,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
}
"""By SQLSTATE; 08 (connection) and 23 (constraint) go by their class."""

_ERRORS: dict[Trouble, type[LogUnavailable]] = {
    Trouble.TAKEN: LogDamaged,
    Trouble.BUSY: LogBusy,
    Trouble.LOST: LogFailed,
    Trouble.FULL: LogFull,
    Trouble.READ_ONLY: LogReadOnly,
    Trouble.DAMAGED: LogDamaged,
    Trouble.FAILED: LogFailed,
}


def trouble(error: DBAPIError) -> Trouble:
    """What kind of trouble an error of the driver is."""
    if isinstance(error, IntegrityError):
        return Trouble.TAKEN
    origin = error.orig
    if (code := getattr(origin, "sqlite_errorcode", None)) is not None:
        return _SQLITE.get(code & 0xFF, Trouble.FAILED)
    if state := getattr(origin, "sqlstate", None):
        by_class = {"08": Trouble.LOST, "23": Trouble.TAKEN}.get(state[:2], Trouble.FAILED)
        return _POSTGRESQL.get(state, by_class)
    return Trouble.LOST if _is_connection(error) else Trouble.FAILED


def unavailable(error: DBAPIError) -> LogUnavailable:
    """Our error for one of the driver's, with the first line of what the driver said."""
    said = str(error.orig).strip().splitlines()
    return _ERRORS[trouble(error)](said[0].rstrip(".") if said else type(error.orig).__name__)


def attempts(work: Callable[[], _Result]) -> _Result:
    """The result of work that may be done again; at most five times, with growing pauses."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except DBAPIError as error:
            if trouble(error) not in AGAIN or attempt == ATTEMPTS:
                raise unavailable(error) from error
        pause(attempt)
    raise AssertionError  # the last attempt returns or raises


def pause(attempt: int) -> None:
    """Wait a little, longer after each attempt, and not the same for everyone."""
    time.sleep(_PAUSE_S * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret


def _is_connection(error: DBAPIError) -> bool:
    """Whether a PostgreSQL error without a state is a broken connection.

    The driver raises OperationalError or InterfaceError without a state when there is no server
    left to name one.
    """
    return error.connection_invalidated or type(error.orig).__name__ in {
        "OperationalError",
        "InterfaceError",
        "ConnectionTimeout",
    }
