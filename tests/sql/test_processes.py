"""Several processes at one log, and what is left when one is killed."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import URL

from evenhand.sql import SqlLog
from evenhand.sql.verify import verify
from tests.sql.facts import appending, fact

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_a_reader_at_the_tail_sees_every_position_once_and_in_order(url: URL) -> None:
    SqlLog.open(url).close()
    reader = _start(url, "tail", "320")
    writers = [_start(url, "append", f"W{n}", "20", "4") for n in range(4)]

    for writer in writers:
        _finish(writer)

    assert [int(line) for line in _finish(reader)] == list(range(1, 321))
    with SqlLog.open(url) as log:
        assert verify(log) is None


def test_eight_processes_may_start_on_an_empty_database_at_once(empty_url: URL) -> None:
    starting = [_start(empty_url, "begin") for _ in range(8)]

    assert [_finish(process) for process in starting] == [["0"]] * 8


def test_an_upstream_taken_by_two_consumers_is_taken_once(url: URL) -> None:
    consumers = [_start(url, "take", "kafka:crm/0", "199") for _ in range(3)]
    for consumer in consumers:
        _finish(consumer)

    with SqlLog.open(url) as log:
        taken = Counter(int(record.id.split("-")[1]) for record in log.read())
        assert taken == Counter(range(200))
        assert log.tracked() == {"kafka:crm/0": 199}


def test_what_was_confirmed_to_a_killed_process_is_there_and_nothing_is_half_there(
    url: URL,
) -> None:
    SqlLog.open(url).close()
    confirmed: list[tuple[int, int, int]] = []
    for turn in range(5):
        process = _start(url, "append", f"T{turn}", "100000", "7")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.03 * turn)
        process.kill()
        said = [first, *process.stdout.read().splitlines()]
        process.wait()
        _close(process)
        whole = [line.split() for line in said if len(line.split()) == 2]
        confirmed += [(turn, int(batch), int(last)) for last, batch in whole[:-1]]

    with SqlLog.open(url) as log:
        records = {record.position: record for record in log.read()}
        assert len(records) % 7 == 0
        for turn, batch, last in confirmed:
            assert records[last].id == f"T{turn}-{batch}-6"
        assert verify(log) is None
        log.append(appending(fact("after")))


def test_a_process_that_never_wrote_knows_every_type(url: URL) -> None:
    with SqlLog.open(url) as log:
        log.append(appending(fact("E1", says="ten"), fact("E2", says="eleven")))

    assert _finish(_start(url, "read_only", "deal/D1")) == ['{"says":"ten"}', '{"says":"eleven"}']


def _start(url: URL, *arguments: str) -> subprocess.Popen[str]:
    name, *rest = arguments
    asked = [name, url.render_as_string(hide_password=False), *rest]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.sql.processes", *asked],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> list[str]:
    out, problem = process.communicate(timeout=120)
    if process.returncode != 0:
        pytest.fail(problem[-2000:])
    return out.splitlines()


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
