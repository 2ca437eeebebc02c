"""What happens when the database fails: nothing half-written, nothing twice, and a clear answer."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL

from engine.log import Append
from evenhand.sql import SqlLog, connections, trouble
from evenhand.sql.connections import connect, writing
from evenhand.sql.errors import (
    LogBusy,
    LogFailed,
    StreamMoved,
)
from evenhand.sql.verify import verify
from schemas.recorded import Tracking
from tests.services.postgres import conninfo
from tests.sql.facts import Ticking, appending, fact, facts

ROOT = Path(__file__).parents[2]


@dataclass
class Commit:
    """The engine's commit, broken a few times before or after it happens."""

    log: SqlLog
    error: Exception
    before: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        self.whole: Callable[[Any], None] = self.log.engine.dialect.do_commit
        dialect: Any = self.log.engine.dialect
        dialect.do_commit = self

    def __call__(self, connection: Any) -> None:
        if self.before:
            self.before -= 1
            connection.rollback()
            raise self.error
        self.whole(connection)
        if self.after:
            self.after -= 1
            raise self.error


def _lost(log: SqlLog) -> Exception:
    """What the driver raises when the connection breaks."""
    if log.engine.dialect.name == "postgresql":
        return psycopg.OperationalError("server closed the connection unexpectedly")
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    error.sqlite_errorname = "SQLITE_IOERR"
    return error


@pytest.mark.parametrize("command_id", [None, "close-2026-01"])
def test_a_commit_whose_answer_was_lost_is_answered_and_not_repeated(
    log: SqlLog, command_id: str | None
) -> None:
    log.append(appending(*facts(1, 3)))
    Commit(log, _lost(log), after=1)

    appended = log.append(
        appending(
            *facts(3, 6),
            command_id=command_id,
            tracking=[Tracking(name="k", first=0, last=9)],
            expected={"deal/D4": 0},
        )
    )

    assert appended.positions == range(4, 7)
    assert (list(appended.repeated), list(appended.recorded)) == ([0], [1, 2, 3])
    assert log.head().position == 6
    assert log.tracked() == {"k": 9}
    assert verify(log) is None


def test_an_answer_lost_on_repeats_only_is_no_conflict_of_tracking(log: SqlLog) -> None:
    log.append(appending(*facts(1, 3)))
    Commit(log, _lost(log), after=1)

    appended = log.append(appending(*facts(1, 3), tracking=[Tracking(name="k", first=0, last=9)]))

    assert list(appended.repeated) == [0, 1, 2]
    assert log.tracked() == {"k": 9}


def test_a_commit_that_did_not_happen_is_tried_again_or_reported(log: SqlLog) -> None:
    Commit(log, _lost(log), before=1)
    asked = appending(*facts(1, 3), tracking=[Tracking(name="k", first=0, last=9)])

    if log.engine.dialect.name == "sqlite":
        with pytest.raises(LogFailed):
            log.append(asked)
        assert log.head().position == 0
    appended = log.append(asked)

    assert appended.positions == range(1, 4)
    assert [record.position for record in log.read()] == [1, 2, 3]


def test_a_server_that_ends_the_connection_loses_nothing(postgres_url: URL, clock: Ticking) -> None:
    with SqlLog.open(postgres_url, clock=clock) as log:
        log.append(appending(fact("E1")))
        with psycopg.connect(conninfo(postgres_url), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert log.append(appending(fact("E2"))).positions == range(2, 3)
        with psycopg.connect(conninfo(postgres_url), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert [record.id for record in log.read()] == ["E1", "E2"]


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_serialization_failure_is_tried_again_and_not_for_ever(
    postgres_url: URL, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(trouble, "_PAUSE_S", 0.001)
    failure = psycopg.errors.lookup(state)("conflict")
    with SqlLog.open(postgres_url) as log:
        commit = Commit(log, failure, before=4)
        assert log.append(appending(fact("E1"))).positions == range(1, 2)
        commit.before = 5
        with pytest.raises(LogBusy):
            log.append(appending(fact("E2")))
        assert log.head().position == 1


def test_a_locked_log_is_busy_and_not_broken(url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    SqlLog.open(url).close()
    monkeypatch.setitem(connections._SQLITE_SETTINGS, "busy_timeout", 50)
    monkeypatch.setitem(connections._POSTGRESQL_SETTINGS, "lock_timeout", "50")
    with SqlLog.open(url) as log:
        holder = connect(url)
        with writing(holder) as connection:
            connection.exec_driver_sql("UPDATE head SET position = position")
            with pytest.raises(LogBusy) as busy:
                log.append(appending(fact("E1")))
            assert list(log.read()) == []
        holder.dispose()
        assert busy.value.status == 503
        assert log.append(appending(fact("E1"))).positions == range(1, 2)


def test_writers_take_the_lock_before_they_read(sqlite_url: URL) -> None:
    with SqlLog.open(sqlite_url) as log:
        threads = [
            threading.Thread(
                target=lambda n=n: [log.append(appending(fact(f"{n}-{m}"))) for m in range(10)]
            )
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert log.head().position == 40
        assert verify(log) is None


def test_a_batch_of_twenty_megabytes_does_not_hang(log: SqlLog) -> None:
    events = [fact(f"E{n}", f"deal/D{n}", says="x" * 1_000) for n in range(20_000)]

    appended = log.append(Append(events=events, actor="import"))

    assert appended.positions == range(1, 20_001)
    assert log.columns()["state"].str.len_bytes().sum() == sum(len(e.state) for e in events)


def test_halfway_nothing_is_tracked(log: SqlLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("evenhand.sql.quarantine.keep", fails)
    with pytest.raises(ZeroDivisionError):
        log.append(appending(fact("E1"), tracking=[Tracking(name="k", first=0, last=9)]))

    assert log.tracked() == {}
    assert log.head().position == 0
    assert list(log.read()) == []


def test_two_schemas_of_one_database_are_two_logs(postgres_url: URL) -> None:
    with psycopg.connect(conninfo(postgres_url), autocommit=True) as other:
        other.execute("CREATE SCHEMA one")
        other.execute("CREATE SCHEMA two")
    urls = [
        postgres_url.update_query_dict({"options": f"-csearch_path={schema}"})
        for schema in ("one", "two")
    ]
    with SqlLog.open(urls[0], application="one") as one, SqlLog.open(urls[1]) as two:
        one.append(appending(fact("E1")))
        assert one.head().position == 1
        assert two.head().position == 0
        two.append(appending(fact("E1"), expected={"deal/D1": 0}))
        with pytest.raises(StreamMoved):
            one.append(appending(fact("E2"), expected={"deal/D1": 0}))
