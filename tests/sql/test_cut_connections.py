"""A connection to PostgreSQL breaks at every message of an append, in both directions."""

from collections.abc import Callable
from itertools import count

import psycopg
import pytest
from sqlalchemy import URL

from evenhand.sql import SqlLog, trouble
from evenhand.sql.verify import verify
from tests.services.postgres import conninfo
from tests.sql.facts import COMMAND_SIZE, Ticking, command
from tests.sql.wire import Direction, Wire, wire

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.mark.parametrize("direction", ["asked", "answered"])
def test_wherever_the_connection_is_cut_an_append_is_answered_and_recorded_once(
    postgres_url: URL, monkeypatch: pytest.MonkeyPatch, direction: Direction
) -> None:
    """Cut before a message is passed on: a question that is lost, or an answer that is."""
    monkeypatch.setattr(trouble, "_PAUSE_S", 0.0001)
    with wire(postgres_url) as cut, SqlLog.open(cut.url, clock=Ticking()) as log:
        assert _appends(log, cut, direction) > 20


def test_whenever_the_server_ends_the_session_an_append_is_answered_and_recorded_once(
    postgres_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble, "_PAUSE_S", 0.0001)
    with (
        psycopg.connect(conninfo(postgres_url), autocommit=True) as other,
        wire(postgres_url) as watched,
        SqlLog.open(watched.url, clock=Ticking()) as log,
    ):

        def end() -> bool:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return True

        assert _appends(log, watched, "asked", end) > 20


def _appends(
    log: SqlLog, on: Wire, direction: Direction, passes: Callable[[], bool] | None = None
) -> int:
    """Append again and again, disturbed one message later each time; how many there are."""
    for number in count(1):
        reached = False
        for anew in (False, True):
            before = log.head().position
            if anew:
                log.close()
            on.at(direction, number, passes)
            appended = log.append(command(before))
            reached |= on.reached
            there = range(before + 1, before + COMMAND_SIZE + 1)
            assert appended.positions == there == log.append(command(before)).positions
            assert log.head().position == log.tracked()["k"] == before + COMMAND_SIZE
        if not reached:
            break
    records = list(log.read())
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    times = [record.recorded_at for record in records[::COMMAND_SIZE]]
    assert times == sorted(set(times))
    assert verify(log) is None
    return number
