"""What other processes do to a log, to be started as real ones.

Each is called by name: `python -m tests.sql.processes append URL ...`. What it says on its
standard output is what it was told by the log, flushed at once, so that a killed process has
said everything it knew.
"""

import sys
import time
from collections.abc import Callable
from types import MappingProxyType

from evenhand.sql import SqlLog
from evenhand.sql.errors import AlreadyTracked
from schemas.recorded import Tracking
from tests.sql.facts import appending, fact


def say(*words: object) -> None:
    """One line, at once: whoever reads it may kill this process next."""
    print(*words, flush=True)  # noqa: T201 - this is how it tells


def append(url: str, writer: str, batches: str, size: str) -> None:
    """Append batches and say the last position of each."""
    with SqlLog.open(url) as log:
        for batch in range(int(batches)):
            events = [fact(f"{writer}-{batch}-{n}", f"deal/D{n % 5}") for n in range(int(size))]
            say(log.append(appending(*events)).positions.stop - 1, batch)


def tail(url: str, through: str) -> None:
    """Follow the head and say every position, as a reader that looks at nothing twice."""
    seen, deadline = 0, time.monotonic() + 120
    with SqlLog.open(url) as log:
        while seen < int(through) and time.monotonic() < deadline:
            for record in log.read(after=seen):
                say(record.position)
                seen = record.position


def begin(url: str) -> None:
    """Open the log, making its tables if no one has."""
    with SqlLog.open(url) as log:
        say(log.head().position)


def take(url: str, name: str, last: str) -> None:
    """Take an upstream's offsets from where it was left, again and again, until all are taken."""
    with SqlLog.open(url) as log:
        while (first := log.tracked().get(name, -1) + 1) <= int(last):
            through = min(first + 9, int(last))
            events = [
                fact(f"{name}-{offset}-{time.monotonic_ns()}")
                for offset in range(first, through + 1)
            ]
            tracking = [Tracking(name=name, first=first, last=through)]
            try:
                log.append(appending(*events, tracking=tracking))
            except AlreadyTracked:
                continue


def read_only(url: str, stream: str) -> None:
    """Fold a stream in a process that has never written anything."""
    from evenhand.sql.eventsourced import Fact, LogApplication  # noqa: PLC0415 - slow

    names = {"PERSISTENCE_MODULE": "evenhand.sql.eventsourced", "EVENHAND_DATABASE": url}

    class Application(LogApplication):
        name = "evenhand"
        topics = MappingProxyType({"deal-signed": lambda event: event.state.decode()})

    with Application(names) as application:
        for event in application.events.get(stream):
            assert isinstance(event, Fact)
            say(event.content)


ORDERS: dict[str, Callable[..., None]] = {
    "append": append,
    "tail": tail,
    "begin": begin,
    "take": take,
    "read_only": read_only,
}

if __name__ == "__main__":
    ORDERS[sys.argv[1]](*sys.argv[2:])
