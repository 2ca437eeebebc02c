"""Killed, frozen, cut off and replaced: every fact is in the log once, whatever happened."""

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from evenhand.sql import SqlLog
from schemas.wire import same_content
from tests.kafka import crm
from tests.kafka.consuming import facts, process, settings, take_all, until
from tests.services import postgres
from tests.services.kafka import Broker

pytestmark = pytest.mark.kafka

MESSAGES, POISON, KILLS = 20_000, 187, 8
TO_READ_S = 2.0
"""In which a consumer has read what is there, and waits to write it."""


def mixed(count: int, poison: int, seed: int) -> list[crm.Sent]:
    """Facts 0 to count, a twelfth of them twice, and poison among them."""
    facts = [crm.structured(n) for n in range(count)]
    again = [crm.structured(n) for n in range(0, count, 12)]
    bad = [crm.Sent(value=b'{"broken": ' + str(n).encode()) for n in range(poison)]
    messages = facts + again + bad
    order = sorted(range(len(messages)), key=lambda n: sha256(b"%d/%d" % (seed, n)).digest())
    return [messages[n] for n in order]


def test_killed_at_any_time_it_loses_nothing_and_doubles_nothing(
    kafka_broker: Broker, url: str, tmp_path: Path
) -> None:
    with SqlLog.open(url, same_content=same_content) as log:
        _kill_again_and_again(kafka_broker, url, log, tmp_path)


@pytest.mark.postgres
def test_killed_at_any_time_it_loses_nothing_in_postgresql_either(
    kafka_broker: Broker, postgres_server: URL, tmp_path: Path
) -> None:
    with postgres.database(postgres_server) as database:
        url = database.render_as_string(hide_password=False)
        with SqlLog.open(url, same_content=same_content) as log:
            _kill_again_and_again(kafka_broker, url, log, tmp_path)


def _kill_again_and_again(kafka_broker: Broker, url: str, log: SqlLog, tmp_path: Path) -> None:
    topic = kafka_broker.create_topic(partitions=4)
    crm.publish(kafka_broker, topic, mixed(MESSAGES, POISON, seed=1))
    given = settings(kafka_broker.address, topic, batch=300)
    killed_amid = 0
    for kill in range(KILLS):
        with process(url, given, tmp_path / "out") as consumer:
            until(partial(_has_moved, log, log.head().position))
            time.sleep(kill * 37 % KILLS / KILLS * 0.25)
            assert consumer.end(signal.SIGKILL) == -signal.SIGKILL
            killed_amid += log.head().position < MESSAGES
    assert killed_amid >= KILLS // 2, "the consumer was too fast to be interrupted"
    taken = take_all(settings(kafka_broker.address, topic), log)
    assert taken.quarantined < POISON
    assert facts(log) == {str(n): 1 for n in range(MESSAGES)}
    kept = [each.message for each in log.quarantined()]
    assert len({each.raw for each in kept}) == len(kept) == POISON
    assert [record.position for record in log.read()] == list(range(1, MESSAGES + 1))


def test_two_consumers_share_the_work_and_one_takes_over_from_the_killed(
    kafka_broker: Broker, url: str, log: SqlLog, tmp_path: Path
) -> None:
    topic = kafka_broker.create_topic(partitions=4)
    given = settings(kafka_broker.address, topic)
    one, two = tmp_path / "one", tmp_path / "two"
    with process(url, given, one) as first, process(url, given, two) as second:
        until(lambda: first.said("reading") and second.said("reading"))
        crm.publish(kafka_broker, topic, mixed(3000, 0, seed=3))
        until(lambda: log.head().position == 3000)
        assert first.said("taken")
        assert second.said("taken")
        first.end(signal.SIGKILL)
        crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(3000, 4000)])
        until(lambda: log.head().position == 4000)
        assert second.end() == 0
    assert facts(log) == {str(n): 1 for n in range(4000)}


def test_a_frozen_consumer_that_wakes_up_is_refused_and_goes_on_where_the_other_is(
    kafka_broker: Broker, url: str, log: SqlLog, tmp_path: Path
) -> None:
    topic = kafka_broker.create_topic(partitions=2)
    given = settings(kafka_broker.address, topic, batch=50)
    with process(url, given, tmp_path / "one") as frozen:
        crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(500)])
        until(lambda: log.head().position == 500)
        with _nobody_may_write(url):
            crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(500, 5000)])
            time.sleep(TO_READ_S)
            frozen.freeze()
        before = len(frozen.said("reading"))
        with process(url, given, tmp_path / "two") as other:
            until(lambda: log.head().position == 5000)
            frozen.send(signal.SIGCONT)
            crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(5000, 6000)])
            until(lambda: log.head().position == 6000)
            until(lambda: frozen.said("already-tracked") or len(frozen.said("reading")) > before)
            assert (frozen.end(), other.end()) == (0, 0)
    assert facts(log) == {str(n): 1 for n in range(6000)}
    assert not log.quarantined()


def test_a_broker_that_dies_and_returns_is_read_on_without_a_restart(
    kafka_broker: Broker, url: str, log: SqlLog, tmp_path: Path
) -> None:
    topic = kafka_broker.create_topic(partitions=3)
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(3000)])
    given = settings(kafka_broker.address, topic, batch=100)
    with process(url, given, tmp_path / "out") as consumer:
        until(lambda: log.head().position > 0)
        kafka_broker.kill()
        until(lambda: consumer.said("kafka-unreachable"))
        assert consumer.is_running()
        kafka_broker.start()
        crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(3000, 4000)])
        until(lambda: log.head().position == 4000)
        assert consumer.end() == 0
    assert facts(log) == {str(n): 1 for n in range(4000)}


def test_asked_to_end_it_finishes_the_batch_and_leaves(
    kafka_broker: Broker, topic: str, url: str, log: SqlLog, tmp_path: Path
) -> None:
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(2000)])
    given = settings(kafka_broker.address, topic, batch=100, session_timeout_ms=45_000)
    with process(url, given, tmp_path / "out") as consumer:
        until(lambda: log.head().position > 0)
        assert consumer.end(signal.SIGINT) == 0
        [stopped] = consumer.said("stopped")
        assert stopped["recorded"] == log.head().position
    # The next one need not wait for a session to run out: the first has left the group.
    started = time.monotonic()
    take_all(given, log)
    assert time.monotonic() - started < 20
    assert log.head().position == 2000


def test_nothing_personal_and_no_amount_is_in_what_it_says(
    kafka_broker: Broker, topic: str, url: str, log: SqlLog, tmp_path: Path
) -> None:
    name = json.dumps({"payee": "secret-person", "amount": "987654.32"}).encode()
    crm.publish(kafka_broker, topic, [crm.structured(7), crm.Sent(value=name)])
    with process(url, settings(kafka_broker.address, topic), tmp_path / "out") as consumer:
        until(log.quarantined)
        consumer.end()
        assert not [word for word in ("secret", "9876", "mia", "C7") if word in consumer.words()]


@contextmanager
def _nobody_may_write(url: str) -> Iterator[None]:
    """The lock of writers, held here, so that who is frozen meanwhile does not keep others out."""
    with closing(sqlite3.connect(make_url(url).database or "", timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def _has_moved(log: SqlLog, since: int) -> bool:
    return log.head().position > since
