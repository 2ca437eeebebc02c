"""What one message becomes, over a real broker."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from engine.log import Append, Appended
from evenhand.sql import SqlLog
from tests.kafka import crm
from tests.kafka.consuming import facts, settings, take_all
from tests.services.kafka import Broker

pytestmark = pytest.mark.kafka


def test_binary_and_structured_mode_say_the_same_fact(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    crm.publish(kafka_broker, topic, [crm.structured(1), crm.binary(1), crm.binary(2)])
    taken = take_all(settings(kafka_broker.address, topic), log)
    assert (taken.recorded, taken.repeated, taken.quarantined) == (2, 1, 0)
    assert [record.stream for record in log.read()] == ["lead/L1", "lead/L2"]


def test_a_key_that_is_not_the_subject_is_quarantined_and_no_key_is_fine(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    right, other, none = crm.structured(1), crm.structured(2), crm.structured(3)
    wrong = crm.Sent(value=other.value, key=b"lead/L1")
    crm.publish(kafka_broker, topic, [right, wrong, crm.Sent(value=none.value)])
    take_all(settings(kafka_broker.address, topic), log)
    assert facts(log) == {"1": 1, "3": 1}
    [kept] = log.quarantined()
    assert (kept.message.code, kept.message.raw) == ("key-is-not-subject", other.value)


def test_poison_is_kept_whole_with_its_place_and_holds_up_nothing(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    poison = {
        "not-json": b"\xff\xfe{",
        "not-an-object": b"[]",
        "missing-attribute": b'{"id": "1"}',
        "too-large": b'"' + b"x" * 1_100_000 + b'"',
        "not-a-fact": crm.structured(9, type="plan-published").value,
        "naive-time": crm.structured(9, time="2026-01-05T09:00:00").value,
        "empty": None,
    }
    bad = [crm.Sent(value=raw, key=b"lead/L9", partition=1) for raw in poison.values()]
    crm.publish(kafka_broker, topic, [*bad, crm.structured(1, partition=1)])
    taken = take_all(settings(kafka_broker.address, topic), log)
    assert (taken.recorded, taken.quarantined) == (1, len(poison))
    kept = [each.message for each in log.quarantined()]
    assert {each.code: each.raw for each in kept} == {
        code: raw or b"" for code, raw in poison.items()
    }
    assert [each.origin for each in kept] == [f"kafka:{topic}/1/{n}" for n in range(len(poison))]


def test_in_binary_mode_the_headers_are_kept_with_what_could_not_be_read(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    fine = crm.binary(1)
    crm.publish(kafka_broker, topic, [crm.Sent(value=b"{", key=fine.key, headers=fine.headers)])
    take_all(settings(kafka_broker.address, topic), log)
    [kept] = log.quarantined()
    head, _, value = kept.message.raw.partition(b"\r\n\r\n")
    assert value == b"{"
    assert b"ce_id: 1" in head.splitlines()


def test_a_thousand_headers_are_refused_before_they_are_read(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    sent = crm.structured(1)
    many = crm.Sent(value=sent.value, key=sent.key, headers=[("x", b"y")] * 1000)
    crm.publish(kafka_broker, topic, [many])
    take_all(settings(kafka_broker.address, topic), log)
    assert [kept.message.code for kept in log.quarantined()] == ["too-large"]


def test_the_same_key_with_other_content_is_quarantined_and_counted(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    other = crm.structured(1, time="2026-01-06T09:00:00+08:00")
    crm.publish(kafka_broker, topic, [crm.structured(1), crm.structured(1), other])
    taken = take_all(settings(kafka_broker.address, topic), log)
    assert (taken.recorded, taken.repeated, taken.quarantined, taken.seen) == (1, 1, 1, 3)


def test_an_aborted_transaction_is_never_seen(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    crm.publish_in_vain(kafka_broker, topic, [crm.structured(n) for n in range(100, 150)])
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(50)], transaction="real")
    crm.publish_in_vain(kafka_broker, topic, [crm.structured(n) for n in range(150, 200)])
    taken = take_all(settings(kafka_broker.address, topic), log)
    assert (taken.recorded, taken.seen) == (50, 50)
    assert facts(log) == {str(n): 1 for n in range(50)}


def test_a_batch_that_another_consumer_took_first_is_refused_and_reading_goes_on_behind_it(
    kafka_broker: Broker, log: SqlLog
) -> None:
    topic = kafka_broker.create_topic(partitions=1)
    crm.publish(kafka_broker, topic, [crm.structured(n) for n in range(100)])
    with capture_logs() as said:
        taken = take_all(settings(kafka_broker.address, topic), Overtaken(log))
    assert "already-tracked" in [entry["event"] for entry in said]
    assert (taken.recorded, taken.repeated) == (90, 0)
    assert facts(log) == {str(n): 1 for n in range(100)}


class Overtaken:
    """A log in which another consumer takes the first ten messages at the last moment."""

    def __init__(self, log: SqlLog) -> None:
        self._log, self._overtaken = log, False

    def append(self, append: Append) -> Appended:
        if not self._overtaken:
            self._overtaken = True
            [tracking] = append.tracking
            first = replace(append, events=append.events[:10], tracking=[replace(tracking, last=9)])
            self._log.append(first)
        return self._log.append(append)

    def tracked(self) -> Mapping[str, int]:
        return self._log.tracked()

    def quarantined(self) -> Sequence[object]:
        return self._log.quarantined()


def test_the_same_messages_in_another_topic_add_nothing(
    kafka_broker: Broker, topic: str, log: SqlLog
) -> None:
    messages = [crm.structured(n) for n in range(2000)]
    crm.publish(kafka_broker, topic, messages)
    take_all(settings(kafka_broker.address, topic), log)
    again = kafka_broker.create_topic(partitions=5)
    crm.publish(kafka_broker, again, messages)
    taken = take_all(settings(kafka_broker.address, again, group="later"), log)
    assert (taken.recorded, taken.repeated) == (0, 2000)
    assert log.head().position == 2000
