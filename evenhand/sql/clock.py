"""The clock of the log, where an instant is worth distrusting."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from evenhand.sql.errors import ClockAhead

AHEAD_AT_MOST = timedelta(minutes=5)

Clock = Callable[[], datetime]


def wall() -> datetime:
    """The instant the system's clock shows."""
    return datetime.now(UTC)


def uptime() -> float:
    """Seconds of a clock no one can set; it counts a suspended machine where that is known."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class SteadyClock:
    """A wall clock that refuses to have jumped forward.

    A commit stamped in the future moves the log's time there for good. A clock that jumps back is
    harmless: the log counts on from its last instant, in microseconds, until time has caught up.
    """

    def __init__(self, now: Clock = wall, passed: Callable[[], float] = uptime) -> None:
        self._now, self._passed = now, passed
        self._now_then, self._passed_then = now(), passed()

    def __call__(self) -> datetime:
        """Now; refused if it is ahead of the time that has passed by more than five minutes."""
        now, passed = self._now(), self._passed()
        ahead = now - self._now_then - timedelta(seconds=passed - self._passed_then)
        if ahead > AHEAD_AT_MOST:
            raise ClockAhead(now, ahead)
        return now
