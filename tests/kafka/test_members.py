"""Several consumers of one group under one command: they work, end and fail together."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from kafka.errors import KafkaError

from evenhand.kafka import KafkaSettings
from evenhand.kafka.batches import Counts
from evenhand.kafka.members import consume_together
from evenhand.sql import SqlLog
from tests.kafka import crm
from tests.kafka.consuming import ROOT, facts, settings, until
from tests.services.kafka import Broker

pytestmark = pytest.mark.kafka

_COMMAND = "from evenhand.cli import main; main()"


@contextmanager
def together(
    given: KafkaSettings, url: str, stop: threading.Event
) -> Iterator[Future[Counts | None]]:
    """Two members at work, asked to end in the end."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(consume_together, 2, given, url, stop)
        finally:
            stop.set()


def members(broker: Broker, group: str) -> int | None:
    """How many are in a group, as the broker knows it; none if it cannot say so soon."""
    try:
        with broker.admin() as admin:
            return len(admin.describe_groups([group])[group]["members"])
    except KafkaError:
        return None


def test_members_share_the_work_and_what_they_took_adds_up(
    kafka_broker: Broker, url: str, log: SqlLog
) -> None:
    topic, stop = kafka_broker.create_topic(partitions=4), threading.Event()
    given = settings(kafka_broker.address, topic, group=f"group-of-{topic}")
    with together(given, url, stop) as running:
        until(lambda: members(kafka_broker, given.group) == 2)
        crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(2000)])
        until(lambda: log.head().position == 2000)
        stop.set()
        taken = running.result(timeout=60)
    assert taken is not None
    assert taken.recorded == 2000
    assert facts(log) == {str(n): 1 for n in range(2000)}
    assert members(kafka_broker, given.group) == 0


def test_when_a_member_is_killed_the_others_end_and_nothing_is_lost(
    kafka_broker: Broker, url: str, log: SqlLog
) -> None:
    topic = kafka_broker.create_topic(partitions=4)
    given = settings(kafka_broker.address, topic, group=f"group-of-{topic}", batch=100)
    with together(given, url, threading.Event()) as running:
        until(lambda: members(kafka_broker, given.group) == 2)
        crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(3000)])
        until(lambda: log.head().position > 0)
        multiprocessing.active_children()[0].kill()
        assert running.result(timeout=60) is None
    assert not multiprocessing.active_children()
    with together(given, url, threading.Event()):
        until(lambda: log.head().position == 3000)
    assert facts(log) == {str(n): 1 for n in range(3000)}


@pytest.mark.parametrize(("which", "status"), [(signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_members_leave_with_the_command_that_started_them_even_when_it_is_killed(
    kafka_broker: Broker, topic: str, url: str, which: signal.Signals, status: int
) -> None:
    # A session is so long that only those who leave are out of the group in time.
    group = f"group-of-{topic}"
    words = {"BROKERS": kafka_broker.address, "TOPICS": topic, "GROUP": group}
    environment = {f"EVENHAND_KAFKA_{name}": text for name, text in words.items()}
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "consume", "--processes", "2", "--log", url],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
    ) as command:
        until(lambda: members(kafka_broker, group) == 2)
        command.send_signal(which)
        assert command.wait(timeout=60) == status
    until(lambda: members(kafka_broker, group) == 0, patience=40)
