"""Where the consumer refuses to go on by itself, and how a person lets it."""

import threading
import time

import pytest
from structlog.testing import capture_logs

from evenhand.kafka import Consumer, KafkaSettings
from evenhand.sql import SqlLog
from tests.kafka import crm
from tests.kafka.consuming import facts, settings, take_all, until
from tests.services.kafka import Broker

pytestmark = pytest.mark.kafka


def test_messages_that_retention_took_stop_their_partition_and_no_other(
    kafka_broker: Broker, log: SqlLog
) -> None:
    topic = kafka_broker.create_topic(partitions=2)
    given = settings(kafka_broker.address, topic)
    crm.publish(kafka_broker, topic, [crm.structured(n, partition=n % 2) for n in range(100)])
    take_all(given, log)
    more = [crm.structured(n, partition=n % 2) for n in range(100, 200)]
    crm.publish(kafka_broker, topic, more)
    crm.delete_before(kafka_broker, topic, partition=1, offset=70)
    with capture_logs() as said:
        taken = take_all(given, log)
    assert taken.recorded == 50
    [gap] = [entry for entry in said if entry["event"] == "offset-gap"]
    assert (gap["partition"], gap["first"], gap["last"]) == (f"{topic}/1", 50, 69)
    assert gap["log_level"] == "error"

    with capture_logs():
        accepted = settings(kafka_broker.address, topic, past_gaps=frozenset({f"{topic}/1"}))
        assert take_all(accepted, log).recorded == 30
    [reminder] = log.quarantined()
    assert reminder.message.code == "offset-gap"
    assert reminder.message.origin == f"kafka:{topic}/1/50-69"
    assert sum(facts(log).values()) == 180


def test_a_topic_created_again_is_read_from_its_start(kafka_broker: Broker, log: SqlLog) -> None:
    topic = kafka_broker.create_topic(partitions=1)
    given = settings(kafka_broker.address, topic)
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(50)])
    take_all(given, log)
    with kafka_broker.admin() as admin:
        admin.delete_topics([topic])
    until(lambda: _is_gone(kafka_broker, topic))
    kafka_broker.create_topic(partitions=1, name=topic)
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(30, 130)])
    taken = take_all(given, log)
    assert (taken.recorded, taken.repeated) == (80, 20)


def test_a_topic_that_is_not_there_is_waited_for_with_a_clear_error(
    kafka_broker: Broker, log: SqlLog
) -> None:
    stop = threading.Event()
    consumer = Consumer(settings(kafka_broker.address, "nowhere"), log)
    with capture_logs() as said:
        running = threading.Thread(target=consumer.run, args=(stop,))
        running.start()
        until(lambda: any(entry["event"] == "no-such-topic" for entry in said))
        kafka_broker.create_topic(partitions=1, name="nowhere")
        crm.publish(kafka_broker, "nowhere", [crm.structured(1)])
        until(lambda: log.head().position == 1)
        stop.set()
        running.join(timeout=30)
    assert not running.is_alive()


def test_a_full_quarantine_pauses_reading_until_someone_has_looked(
    kafka_broker: Broker, log: SqlLog
) -> None:
    topic = kafka_broker.create_topic(partitions=1)
    bad = [crm.Sent(value=b"poison %d" % n, partition=0) for n in range(30)]
    crm.publish(kafka_broker, topic, [*bad, crm.structured(1, partition=0)])
    given = settings(kafka_broker.address, topic, batch=10, quarantine_limit=20)
    stop = threading.Event()
    with capture_logs() as said:
        running = threading.Thread(target=Consumer(given, log).run, args=(stop,))
        running.start()
        until(lambda: any(entry["event"] == "quarantine-full" for entry in said))
        time.sleep(2)
        assert len(log.quarantined()) == 20
        for kept in log.quarantined()[:15]:
            log.discard(kept.number, actor="ann", reason="a test")
        until(lambda: log.head().position == 1)
        stop.set()
        running.join(timeout=30)
    assert len(log.quarantined()) == 15


def test_brokers_that_are_away_are_asked_again_and_the_end_is_still_prompt(log: SqlLog) -> None:
    stop = threading.Event()
    before = threading.active_count()
    consumer = Consumer(settings("127.0.0.1:1", "crm"), log)
    with capture_logs() as said:
        running = threading.Thread(target=consumer.run, args=(stop,))
        running.start()
        until(lambda: [entry["event"] for entry in said].count("kafka-unreachable") == 3, 120)
        assert threading.active_count() <= before + 3, "each attempt leaves a thread behind"
        stop.set()
        asked_at = time.monotonic()
        running.join(timeout=30)
    assert time.monotonic() - asked_at < 15
    waits = [entry["again_in_s"] for entry in said if entry["event"] == "kafka-unreachable"]
    assert waits[:3] == [1, 2, 4]


def test_a_password_opens_the_door_and_is_never_shown(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    environment = {
        "EVENHAND_KAFKA_BROKERS": kafka_broker.sasl_address,
        "EVENHAND_KAFKA_TOPICS": topic,
        "EVENHAND_KAFKA_QUIET_MS": "500",
        "EVENHAND_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "EVENHAND_KAFKA_SASL_MECHANISM": "SCRAM-SHA-256",
        "EVENHAND_KAFKA_SASL_USERNAME": Broker.USER,
        "EVENHAND_KAFKA_SASL_PASSWORD": Broker.PASSWORD,
    }
    given = KafkaSettings.from_environment(environment)
    assert Broker.PASSWORD not in repr(given)
    crm.publish(kafka_broker, topic, [crm.structured(1)])
    assert take_all(given, log).recorded == 1


def _is_gone(broker: Broker, topic: str) -> bool:
    with broker.admin() as admin:
        return topic not in admin.list_topics()
