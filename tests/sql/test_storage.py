"""Disks that are full, files that may not be written, settings that would lose records."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Connection, event

from evenhand.sql import SqlLog, connections
from evenhand.sql.errors import LogDamaged, LogFailed, LogFull, LogReadOnly, LogUnsafe
from evenhand.sql.verify import verify
from tests.services.postgres import conninfo
from tests.sql.facts import appending, fact, facts

ROOT = Path(__file__).parents[2]


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
        [sys.executable, "-c", script],
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
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


def _pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()
