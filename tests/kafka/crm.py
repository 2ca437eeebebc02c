"""A CRM that publishes: facts, the same again, and what nobody can read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kafka import KafkaProducer, TopicPartition

from schemas.recorded import Unrecorded
from schemas.wire import decode
from tests.services.kafka import Broker

SOURCE = "/crm/test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message to be published."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    partition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as the library would hand it over."""

    offset: int
    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


def recorded_as(number: int) -> Unrecorded:
    """The fact that the event of a number says."""
    return decode(structured(number).value or b"")


def lead_created(number: int, **overrides: object) -> dict[str, object]:
    """A CloudEvent whose id, subject and data follow from a number."""
    lead = f"L{number}"
    data = {"lead": lead, "customer": f"C{number}", "by": "mia", "side": "marketing"}
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": str(number),
        "source": SOURCE,
        "type": "lead-created",
        "time": "2026-01-05T09:00:00+08:00",
        "subject": f"lead/{lead}",
        "data": data,
    }
    return event | overrides


def structured(number: int, *, partition: int | None = None, **overrides: object) -> Sent:
    """The event as one JSON object, with its subject as the key."""
    event = lead_created(number, **overrides)
    return Sent(
        value=json.dumps(event).encode(),
        key=str(event["subject"]).encode(),
        headers=[("content-type", b"application/cloudevents+json")],
        partition=partition,
    )


def binary(number: int) -> Sent:
    """The same event with its attributes as headers."""
    event = lead_created(number)
    data = event.pop("data")
    headers = [(f"ce_{name}", str(value).encode()) for name, value in event.items()]
    return Sent(
        value=json.dumps(data).encode(),
        key=str(event["subject"]).encode(),
        headers=[*headers, ("content-type", b"application/json")],
    )


def publish(broker: Broker, topic: str, messages: Iterable[Sent], transaction: str = "") -> None:
    """Publish and wait until the broker has everything; in a committed transaction if named."""
    producer = _producer(broker, transaction)
    try:
        if transaction:
            producer.init_transactions()
            producer.begin_transaction()
        _send(producer, topic, messages)
        if transaction:
            producer.commit_transaction()
    finally:
        producer.close()


def publish_in_vain(broker: Broker, topic: str, messages: Iterable[Sent]) -> None:
    """Publish in a transaction that is aborted when all has reached the broker."""
    producer = _producer(broker, "in-vain")
    try:
        producer.init_transactions()
        producer.begin_transaction()
        _send(producer, topic, messages)
        producer.abort_transaction()
    finally:
        producer.close()


def delete_before(broker: Broker, topic: str, partition: int, offset: int) -> None:
    """What retention does: the partition starts at an offset from now on."""
    with broker.admin() as admin:
        admin.delete_records({TopicPartition(topic, partition): offset})


def _producer(broker: Broker, transaction: str) -> KafkaProducer:
    options: dict[str, object] = {"transactional_id": transaction} if transaction else {}
    return KafkaProducer(
        bootstrap_servers=broker.address, max_request_size=4_000_000, linger_ms=20, **options
    )


def _send(producer: KafkaProducer, topic: str, messages: Iterable[Sent]) -> None:
    futures = [
        producer.send(
            topic,
            value=each.value,
            key=each.key,
            headers=list(each.headers),
            partition=each.partition,
        )
        for each in messages
    ]
    producer.flush()
    for future in futures:
        future.get(timeout=30)
