"""Every call that an append makes on its disk fails once, twice, or from then on.

The calls fail under SQLite itself (`tests.sql.disk`): opening, reading, writing half of what was
to be written, cutting, syncing and deleting. A sync that failed is not made up for by the next one
(`tests.sql.power`), so what was confirmed must be on the disk by other means.
"""

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event

from engine.log import Append
from evenhand.sql import SqlLog, connections, trouble
from evenhand.sql.connections import connect
from evenhand.sql.errors import LogFull, LogUnavailable
from evenhand.sql.verify import verify
from schemas.recorded import Tracking
from tests.sql.disk import Disk, disk
from tests.sql.facts import COMMAND_SIZE, Ticking, appending, command, fact, facts
from tests.sql.power import Platter, laid, none_of_it

FROM_THEN_ON = 1_000_000


class Trial:
    """A log on a disk that fails, and what is on that disk for certain."""

    def __init__(self, on: Disk, log: SqlLog, times: int, outcome: int | None) -> None:
        self.on, self.log, self.times, self.outcome = on, log, times, outcome
        self._platter, self._followed = Platter(), 0
        self._copy = on.database.with_name("copy.db")
        self._engine: Engine = connect(f"sqlite:///{self._copy}")

    def append(self, failing: int, *, anew: bool) -> bool:
        """Append while that call fails, then ask again; whether there was such a call at all.

        `anew` opens the file for it, as the first process after a restart does.
        """
        before = self.log.head().position
        asked = command(before)
        if anew:
            self.log.close()
        self.on.fail(failing, self.times, self.outcome)
        try:
            confirmed = self.log.append(asked).positions
        except LogUnavailable:
            confirmed = None
        struck = self.on.struck
        self.on.heal()
        self._is_all_or_nothing(before, confirmed)
        self._is_recorded_once(before, asked)
        self._is_on_the_disk()
        return struck

    def _is_all_or_nothing(self, before: int, confirmed: range | None) -> None:
        there = range(before + 1, self.log.head().position + 1)
        assert len(there) in {0, COMMAND_SIZE}
        assert confirmed in {None, there}
        assert [record.position for record in self.log.read(after=before)] == list(there)

    def _is_recorded_once(self, before: int, asked: Append) -> None:
        assert self.log.append(asked).positions == range(before + 1, before + COMMAND_SIZE + 1)
        assert self.log.head().position == before + COMMAND_SIZE
        assert self.log.tracked() == {"k": before + COMMAND_SIZE}

    def _is_on_the_disk(self) -> None:
        for call in self.on.done[self._followed :]:
            self._platter.follow(call)
        self._followed = len(self.on.done)
        with laid(self._platter.image(none_of_it), self._copy, self._engine) as copy:
            assert copy.head() == self.log.head()
            assert verify(copy) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("times", "outcome"),
    [(1, None), (2, None), (FROM_THEN_ON, None), (FROM_THEN_ON, sqlite3.SQLITE_FULL)],
    ids=["once", "twice", "from then on", "full from then on"],
)
def test_whichever_call_fails_an_append_is_wholly_there_or_not_and_recorded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, outcome: int | None
) -> None:
    monkeypatch.setattr(trouble, "_PAUSE_S", 0.0001)
    monkeypatch.setitem(connections._SQLITE_SETTINGS, "wal_autocheckpoint", 25)
    with disk(tmp_path / "log.db") as on, SqlLog.open(on.url, clock=Ticking()) as log:
        trial = Trial(on, log, times, outcome)
        for failing in count(1):
            struck = [trial.append(failing, anew=anew) for anew in (False, True)]
            if not any(struck):
                break
        assert failing > 20
        records = list(log.read())
    assert len(records) == 2 * COMMAND_SIZE * failing
    assert all(
        one.recorded_at < next_.recorded_at
        for one, next_ in zip(
            records[::COMMAND_SIZE], records[COMMAND_SIZE::COMMAND_SIZE], strict=False
        )
    )


def test_whichever_call_fails_a_log_is_opened_or_the_failure_is_named(tmp_path: Path) -> None:
    for failing in range(1, 60, 6):
        with disk(tmp_path / f"log-{failing}.db") as on:
            on.fail(failing, FROM_THEN_ON)
            with pytest.raises(LogUnavailable):
                SqlLog.open(on.url)
            on.heal()
            with SqlLog.open(on.url) as log:
                log.append(command(0))
                assert verify(log) is None


def test_what_is_asked_of_a_failing_disk_is_answered_in_our_words(tmp_path: Path) -> None:
    with disk(tmp_path / "log.db") as on, SqlLog.open(on.url, clock=Ticking()) as log:
        log.append(command(0))
        recorded_at = log.head().recorded_at
        assert recorded_at is not None
        digest = log.keep(b"lines")
        log.close()
        on.fail(1, FROM_THEN_ON)
        for question in (
            log.head,
            log.tracked,
            log.quarantined,
            lambda: log.stream("deal/D1"),
            lambda: log.position_at(recorded_at),
            lambda: log.kept(digest),
            lambda: list(log.read()),
        ):
            with pytest.raises(LogUnavailable):
                question()
        on.heal()
        assert log.tracked() == {"k": COMMAND_SIZE}


def test_at_whichever_page_the_disk_is_full_nothing_of_the_append_is_there(
    sqlite_url: URL,
) -> None:
    large = appending(
        *(fact(f"L{n}", f"deal/L{n}", says="x" * 2_000) for n in range(20)),
        tracking=[Tracking(name="k", first=0, last=19)],
    )
    with SqlLog.open(sqlite_url, clock=Ticking()) as log:
        log.append(appending(*facts(1, 5)))
        with log.engine.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        refused = 0
        while log.head().position == 5:
            _limit(log, used + refused)
            try:
                log.append(large)
            except LogFull:
                refused += 1
                assert log.head().position == 5
                assert log.tracked() == {}
        assert refused > 5
        assert log.head().position == 25
        assert log.tracked() == {"k": 19}
        assert verify(log) is None


def _limit(log: SqlLog, pages: int) -> None:
    """Let the file grow to so many pages; takes the place of the limit before."""
    log.close()

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(log.engine, "connect", limit)
