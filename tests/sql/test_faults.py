"""What happens when the database fails: nothing half-written, nothing twice, and a clear answer."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Connection, event

from engine.log import Append
from evenhand.sql import SqlLog, connections, trouble
from evenhand.sql.connections import connect, writing
from evenhand.sql.errors import (
    LogBusy,
    LogDamaged,
    LogFailed,
    LogFull,
    LogReadOnly,
    LogUnsafe,
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
        self.log.engine.dialect.do_commit = self  # type: ignore[method-assign]

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

    appended = log.append(
        appending(*facts(1, 3), tracking=[Tracking(name="k", first=0, last=9)])
    )

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


def test_a_server_that_ends_the_connection_loses_nothing(
    postgres_url: URL, clock: Ticking
) -> None:
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


def test_a_locked_log_is_busy_and_not_broken(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_full_disk_records_nothing_and_reading_goes_on(sqlite_url: URL) -> None:
    with SqlLog.open(sqlite_url) as log:
        log.append(appending(*facts(1, 20)))

        def limit(connection: Any, _record: object) -> None:
            [pages] = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count={pages + 2}")

        event.listen(log.engine, "connect", limit)
        log.close()
        with pytest.raises(LogFull) as full:
            log.append(appending(*(fact(f"B{n}", says="x" * 2000) for n in range(200))))
        assert full.value.status == 507
        assert len(list(log.read())) == 20
        event.remove(log.engine, "connect", limit)
        log.close()
        assert log.append(appending(fact("after"))).positions == range(21, 22)
        assert verify(log) is None


def test_a_file_that_may_not_grow_is_a_failed_write_and_nothing_is_half_there(
    sqlite_url: URL,
) -> None:
    """The system's own limit: writes fail in the middle, as on a full disk."""
    with SqlLog.open(sqlite_url) as log:
        log.append(appending(*facts(1, 20)))
    script = f"""
import resource, signal, sys
from evenhand.sql import SqlLog
from evenhand.sql.errors import LogUnavailable
from tests.sql.facts import appending, fact
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with SqlLog.open({sqlite_url.render_as_string()!r}) as log:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    for n in range(50):
        try:
            log.append(appending(*(fact(f"B{{n}}-{{m}}", says="x" * 900) for m in range(50))))
        except LogUnavailable as error:
            print(error.code, log.head().position)
            break
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    code, position = done.stdout.split()
    assert code in {"log-full", "log-failed"}
    with SqlLog.open(sqlite_url) as log:
        assert log.head().position == int(position)
        assert (int(position) - 20) % 50 == 0
        assert verify(log) is None


def test_a_log_that_may_only_be_read_is_read(sqlite_url: URL) -> None:
    with SqlLog.open(sqlite_url) as log:
        log.append(appending(*facts(1, 20)))
    read_only = sqlite_url.set(
        database=f"file:{sqlite_url.database}", query={"mode": "ro", "uri": "true"}
    )
    with SqlLog.open(read_only) as log:
        assert len(list(log.read())) == 20
        with pytest.raises(LogReadOnly):
            log.append(appending(fact("E99")))
        recorded_at = log.head().recorded_at
        assert recorded_at is not None
        assert log.position_at(recorded_at) == 20


def test_a_server_that_is_read_only_is_read(postgres_url: URL) -> None:
    with SqlLog.open(postgres_url) as log:
        log.append(appending(*facts(1, 20)))
        with psycopg.connect(conninfo(postgres_url), autocommit=True) as other:
            other.execute(
                psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(
                    psycopg.sql.Identifier(postgres_url.database or "")
                )
            )
        log.close()
        with pytest.raises(LogReadOnly):
            log.append(appending(fact("E99")))
        assert len(list(log.read())) == 20


def test_a_folder_that_is_not_there_is_reported_as_such(tmp_path: Path) -> None:
    with pytest.raises(LogFailed, match="unable to open"):
        SqlLog.open(f"sqlite:///{tmp_path}/nowhere/evenhand.db")


def test_a_file_that_is_no_database_is_reported_as_such(tmp_path: Path) -> None:
    (tmp_path / "evenhand.db").write_bytes(b"PK\x03\x04" + os.urandom(8192))

    with pytest.raises(LogDamaged):
        SqlLog.open(f"sqlite:///{tmp_path}/evenhand.db")


@pytest.mark.parametrize("setting", ["synchronous", "trusted_schema", "foreign_keys"])
def test_a_connection_that_does_not_keep_its_settings_is_refused(
    sqlite_url: URL, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setitem(connections._SQLITE_SETTINGS, setting, 7)

    with pytest.raises(LogUnsafe, match=setting):
        SqlLog.open(sqlite_url)


def test_every_connection_to_sqlite_is_safe(sqlite_url: URL) -> None:
    with SqlLog.open(sqlite_url) as log, log.engine.connect() as one, log.engine.connect() as two:
        for connection in (one, two):
            assert _pragma(connection, "journal_mode") == "wal"
            assert _pragma(connection, "synchronous") == 2
            assert _pragma(connection, "foreign_keys") == 1
            assert _pragma(connection, "trusted_schema") == 0
            assert _pragma(connection, "cell_size_check") == 1


def test_a_server_that_does_not_keep_what_it_confirms_is_refused(
    postgres_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections._POSTGRESQL_SETTINGS, "synchronous_commit", "off")

    with pytest.raises(LogUnsafe, match="synchronous_commit"):
        SqlLog.open(postgres_url)


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


def _pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()
