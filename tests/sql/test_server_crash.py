"""PostgreSQL crashes while two writers append, again and again; what it confirmed is there.

A server process is killed with SIGKILL: PostgreSQL then ends all sessions and recovers from its
write-ahead log, as after a power failure, except that the system's memory survives. Whether a disk
keeps what PostgreSQL synced is left to PostgreSQL.
"""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import URL

from engine.log import Append
from evenhand.sql import SqlLog
from evenhand.sql.errors import LogUnavailable
from evenhand.sql.verify import verify
from tests.services import postgres
from tests.sql.facts import appending, fact

CRASHES = 3
SIZE = 3

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def test_a_server_that_crashes_loses_nothing_confirmed_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("EVENHAND_TEST_PG", raising=False)  # a server of our own, to be killed
    stop = threading.Event()
    with (
        postgres.server() as server,
        postgres.database(server) as url,
        SqlLog.open(url) as one,
        SqlLog.open(url) as other,
        ThreadPoolExecutor(2) as both,
    ):
        writers = [both.submit(_write, one, "A", stop), both.submit(_write, other, "B", stop)]
        try:
            for _ in range(CRASHES):
                time.sleep(0.2)
                _crash(url)
            time.sleep(0.2)
        finally:
            stop.set()
        confirmed = [writer.result() for writer in writers]

        records = list(one.read())
        assert verify(one) is None
    expected = {
        f"{name}-{batch}-{n}"
        for name, batches in zip("AB", confirmed, strict=True)
        for batch in range(batches)
        for n in range(SIZE)
    }
    assert sorted(record.id for record in records) == sorted(expected)
    assert [record.position for record in records] == list(range(1, len(records) + 1))


def _write(log: SqlLog, name: str, stop: threading.Event) -> int:
    """Append batches until told to stop, each until it is confirmed; how many there were."""
    batch = 0
    while not stop.is_set():
        events = [fact(f"{name}-{batch}-{n}", f"deal/{name}") for n in range(SIZE)]
        while not _is_confirmed(log, appending(*events)):
            time.sleep(0.05)
        batch += 1
    return batch


def _is_confirmed(log: SqlLog, asked: Append) -> bool:
    try:
        log.append(asked)
    except LogUnavailable:
        return False
    return True


def _crash(url: URL) -> None:
    """Kill the server process of a session, once there is one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(postgres.conninfo(url), autocommit=True) as connection:
                found = connection.execute(
                    "SELECT pid FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchone()
            if found is not None:
                os.kill(found[0], signal.SIGKILL)
                return
        except (psycopg.OperationalError, ProcessLookupError):
            pass  # it is recovering from the last one, or the session has just ended
        time.sleep(0.05)
    pytest.fail("the server did not come back")
