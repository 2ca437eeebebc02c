"""How fast a topic is taken into the log, end to end, beside merely polling it.

The same preloaded topic is polled with the consumer's own options and nothing done with it, then
taken into SQLite and PostgreSQL: decoded, validated, hashed, committed with its positions. Then
two consumers of one group share another topic. Every message is a distinct fact.
"""

import json
import signal
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from sqlalchemy import URL

from bench.messages import MIX, message
from engine.log import Append, Appended
from evenhand.kafka import Consumer, KafkaSettings
from evenhand.sql import SqlLog
from schemas.wire import decode, same_content
from tests.kafka import consuming
from tests.services import postgres
from tests.services.kafka import Broker, running_broker

PARTITIONS = 6
BATCH = 2000


def kafka_rows(events: int = 60_000, repeats: int = 2) -> dict[str, object]:
    """Facts a second by store, and each as a share of a bare poll; medians of `repeats`."""
    with ExitStack() as stack:
        broker = stack.enter_context(running_broker())
        topic = broker.create_topic(partitions=PARTITIONS)
        preload(broker, topic, events)
        server = stack.enter_context(postgres.server())
        rounds = [_round(broker, topic, events, server) for _ in range(repeats)]
    rates = {name: _median([each[name] for each in rounds]) for name in rounds[0]}
    poll = rates["bare_poll"]
    return {
        "events": events,
        "batch": BATCH,
        "partitions": PARTITIONS,
        **{f"{name}_per_s": round(rate) for name, rate in rates.items()},
        "sqlite_ratio": round(rates["sqlite"] / poll, 3),
        "postgres_ratio": round(rates["postgres"] / poll, 3),
        "postgres_two_consumers_ratio": round(rates["postgres_two_consumers"] / poll, 3),
    }


def preload(broker: Broker, topic: str, events: int) -> None:
    """Publish distinct facts, as fast as the producer can."""
    producer = KafkaProducer(
        bootstrap_servers=broker.address,
        linger_ms=50,
        batch_size=262_144,
        acks=1,
        enable_idempotence=False,
    )
    try:
        for number in range(events):
            signed = MIX[number % len(MIX)] == "deal-signed"
            key = f"deal/D{number}" if signed else f"lead/L{number}"
            producer.send(topic, value=message(number), key=key.encode())
        producer.flush()
    finally:
        producer.close()


def _round(broker: Broker, topic: str, events: int, server: URL) -> dict[str, float]:
    rates = {"decode": _decoding(min(events, 20_000)), "bare_poll": _polling(broker, topic, events)}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        rates["sqlite"] = _taking(broker, topic, events, url)
    with postgres.database(server) as database:
        rates["postgres"] = _taking(broker, topic, events, database)
    with postgres.database(server) as database:
        rates["postgres_two_consumers"] = _taking_together(broker, events, database)
    return rates


def _decoding(count: int) -> float:
    messages = [message(number) for number in range(count)]
    started = time.perf_counter()
    for each in messages:
        decode(each)
    return count / (time.perf_counter() - started)


def _polling(broker: Broker, topic: str, events: int) -> float:
    consumer = KafkaConsumer(
        bootstrap_servers=broker.address,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_poll_records=BATCH,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        metrics_enabled=False,
    )
    try:
        consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
        seen, started = 0, time.perf_counter()
        while seen < events:
            seen += sum(map(len, consumer.poll(timeout_ms=1000).values()))
        return events / (time.perf_counter() - started)
    finally:
        consumer.close()


def _taking(broker: Broker, topic: str, events: int, url: str | URL) -> float:
    given = KafkaSettings(brokers=(broker.address,), topics=(topic,), batch=BATCH, quiet_ms=1000)
    stop = threading.Event()
    with SqlLog.open(url, same_content=same_content) as log:
        timed = Timed(log)
        Consumer(given, timed).run(stop, when_idle=stop.set)
        position = log.head().position
    if position != events:
        raise AssertionError(f"{position} facts of {events} were taken")
    return events / (timed.last - timed.first)


def _taking_together(broker: Broker, events: int, database: URL) -> float:
    """Two consumers that have joined wait frozen until the topic is full, then share it."""
    topic = broker.create_topic(partitions=PARTITIONS)
    given = KafkaSettings(brokers=(broker.address,), topics=(topic,), batch=BATCH, quiet_ms=1000)
    url = database.render_as_string(hide_password=False)
    with ExitStack() as stack:
        log = stack.enter_context(SqlLog.open(url, same_content=same_content))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        members = [
            stack.enter_context(consuming.process(url, given, folder / name))
            for name in ("one", "two")
        ]
        consuming.until(lambda: all(member.said("reading") for member in members))
        time.sleep(2)  # the second one's joining moves partitions again
        for member in members:
            member.send(signal.SIGSTOP)
        preload(broker, topic, events)
        started = time.perf_counter()
        for member in members:
            member.send(signal.SIGCONT)
        consuming.until(lambda: log.head().position == events, patience=600)
        return events / (time.perf_counter() - started)


class Timed:
    """A log that notes when it was first asked for positions and when the last append was done."""

    def __init__(self, log: SqlLog) -> None:
        self._log = log
        self.first = self.last = 0.0

    def append(self, append: Append) -> Appended:
        appended = self._log.append(append)
        self.last = time.perf_counter()
        return appended

    def tracked(self) -> Mapping[str, int]:
        self.first = self.first or time.perf_counter()
        return self._log.tracked()

    def quarantined(self) -> Sequence[object]:
        return self._log.quarantined()


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    print(json.dumps(kafka_rows(), indent=1))
