"""Copies of a SQLite log made while it is written to, and a log that is put back from one.

PostgreSQL is backed up by its own tools, which are not tried here.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from engine.log import Append
from evenhand.sql import SqlLog
from evenhand.sql.verify import verify
from schemas.recorded import Tracking
from tests.sql.facts import Ticking, appending, facts

SIZE = 10
COPIES = 8


def batch(number: int) -> Append:
    """What an upstream says in one batch, under offsets that are the numbers of its facts."""
    first, last = number * SIZE + 1, (number + 1) * SIZE
    return appending(*facts(first, last), tracking=[Tracking(name="k", first=first, last=last)])


def back_up(url: URL, copy: Path) -> None:
    """SQLite's own online backup, a hundred pages at a time as its shell does it."""
    assert url.database is not None
    with sqlite3.connect(url.database) as source, sqlite3.connect(copy) as target:
        source.backup(target, pages=100)
    source.close()
    target.close()


def lost_after(
    url: URL, folder: Path, before: Sequence[Append], after: Sequence[Append]
) -> list[tuple[str, str]]:
    """The keys of a log that is lost, of which a copy was made amid what was appended."""
    with SqlLog.open(url, clock=Ticking()) as log:
        for each in before:
            log.append(each)
        back_up(url, folder / "older.db")
        for each in after:
            log.append(each)
        return [record.key for record in log.read()]


def put_back(folder: Path) -> SqlLog:
    """The log that the copy gives."""
    return SqlLog.open(f"sqlite:///{folder}/older.db", clock=Ticking())


def test_a_copy_made_while_the_log_is_written_is_a_whole_log(
    sqlite_url: URL, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = [0]

    def write() -> None:
        with SqlLog.open(sqlite_url) as log:
            for number in count():
                if stop.is_set():
                    return
                written.append(log.append(batch(number)).positions.stop - 1)

    SqlLog.open(sqlite_url).close()
    writer = threading.Thread(target=write)
    writer.start()
    confirmed = []
    for number in range(COPIES):
        while len(written) <= 3 * number:
            time.sleep(0.001)
        confirmed.append(written[-1])
        back_up(sqlite_url, tmp_path / f"copy-{number}.db")
    stop.set()
    writer.join()

    with SqlLog.open(sqlite_url) as log:
        records = list(log.read())
    for number in range(COPIES):
        with SqlLog.open(f"sqlite:///{tmp_path}/copy-{number}.db") as copy:
            position = copy.head().position
            assert position >= confirmed[number]
            assert position % SIZE == 0
            assert list(copy.read()) == records[:position]
            assert copy.tracked() == ({"k": position} if position else {})
            assert verify(copy) is None


def test_after_an_older_copy_is_put_back_the_upstreams_bring_what_is_missing(
    sqlite_url: URL, tmp_path: Path
) -> None:
    """The offsets are in the copy too, so each consumer goes on from what the copy has."""
    batches = [batch(number) for number in range(8)]
    lost = lost_after(sqlite_url, tmp_path, batches[:3], batches[3:])

    with put_back(tmp_path) as restored:
        assert restored.tracked() == {"k": 3 * SIZE}
        while (taken := restored.tracked()["k"]) < 8 * SIZE:
            assert restored.append(batch(taken // SIZE)).repeated == ()

        assert [record.key for record in restored.read()] == lost
        assert verify(restored) is None


def test_after_an_older_copy_is_put_back_everything_may_be_sent_again(
    sqlite_url: URL, tmp_path: Path
) -> None:
    """A sender without offsets, as a file is, knows nothing of the copy and sends all it has."""
    lost_after(sqlite_url, tmp_path, [appending(*facts(1, 30))], [appending(*facts(31, 50))])

    with put_back(tmp_path) as restored:
        appended = restored.append(appending(*facts(1, 50)))

        assert list(appended.repeated) == list(range(30))
        assert appended.positions == range(31, 51)
        assert verify(restored) is None
