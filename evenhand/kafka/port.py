# pyright: reportAttributeAccessIssue=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# (kafka-python 3 has no types, and pyright brings those of version 2.)
"""kafka-python with types: the few things we ask of it, and the only file that imports it.

The library (3.0.12) calls rebalance listeners on its I/O thread, where nothing may block. So ours
only puts a new partition on hold (paused, at offset 0, named in `held`); the polling thread, which
owns the database connection, looks up where to go on and calls `read_from`.
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import (
    KafkaError,
    LogTruncationError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from kafka.net.compat import KafkaNetClient
from kafka.structs import OffsetAndMetadata

from evenhand.kafka.errors import KafkaUnreachable, NoSuchTopic
from evenhand.kafka.settings import KafkaSettings

_ANSWER_MS = 10_000
_CONNECT_MS = 5_000
_CLOSE_MS = 3_000
_FETCH_BYTES = 4 * 1024 * 1024


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}"


class Bounds(NamedTuple):
    """The first offset a partition still has, and the one its next message will get."""

    earliest: int
    end: int


class Message(Protocol):
    """A message as kafka-python hands it over, nothing deserialised."""

    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> bytes | None: ...  # noqa: D102
    @property
    def value(self) -> bytes | None: ...  # noqa: D102
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...  # noqa: D102


class OffsetsGoneError(Exception):
    """The broker does not have the offsets we ask for; `truncated` if it has others in place."""

    def __init__(self, partitions: Collection[Partition], *, truncated: bool) -> None:
        self.partitions, self.truncated = partitions, truncated
        super().__init__(f"offsets gone in {', '.join(map(str, partitions))}")


class Port:
    """A member of the consumer group, subscribed to the topics."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._topics = settings.topics
        self._lock = threading.Lock()
        self._held: set[Partition] = set()
        self._connection: dict[str, Any] = {
            "bootstrap_servers": list(settings.brokers),
            "client_id": "evenhand",
            "bootstrap_timeout_ms": _CONNECT_MS,
            **settings.security,
        }
        self._consumer = _connected(KafkaConsumer, self._connection | _options(settings))
        self._consumer.subscribe(list(settings.topics), listener=_Holding(self))

    def poll(self, patience_s: float) -> dict[Partition, Sequence[Message]]:
        """The next messages, by partition, in order of offset; none of partitions on hold."""
        try:
            polled = self._consumer.poll(timeout_ms=int(patience_s * 1000))
        except OffsetOutOfRangeError as error:
            raise OffsetsGoneError(_named(error.args[0]), truncated=False) from error
        except NoOffsetForPartitionError as error:
            raise OffsetsGoneError(_named(error.args[0]), truncated=False) from error
        except LogTruncationError as error:
            raise OffsetsGoneError(_named(error.divergent_offsets), truncated=True) from error
        except KafkaError as error:
            raise KafkaUnreachable(type(error).__name__) from error
        held = self.held()
        found = {_ours(theirs): messages for theirs, messages in polled.items()}
        return {
            partition: messages for partition, messages in found.items() if partition not in held
        }

    def assigned(self) -> set[Partition]:
        """The partitions that are ours to read, on hold or not."""
        return _named(self._consumer.assignment())

    def held(self) -> set[Partition]:
        """The partitions on hold."""
        with self._lock:
            return set(self._held)

    def hold(self, partitions: Iterable[Partition]) -> None:
        """Give no messages of these until `read_from` says where to go on. Never blocks."""
        for partition in partitions:
            with self._lock:
                self._held.add(partition)
            with suppress(ValueError, KeyError):  # no longer ours: nothing to hold back
                self._consumer.pause(_theirs(partition))
                self._consumer.seek(_theirs(partition), 0)

    def read_from(self, partition: Partition, offset: int) -> None:
        """Take a partition off hold, to be read from an offset."""
        with self._lock:
            self._held.discard(partition)
        with suppress(ValueError, KeyError):  # no longer ours: it will be assigned to be read
            self._consumer.seek(_theirs(partition), offset)
            self._consumer.resume(_theirs(partition))

    def next_offset(self, partition: Partition, last: int) -> int:
        """Where the broker will be asked next after `last`: behind markers of transactions too."""
        try:
            position = self._consumer.position(_theirs(partition), timeout_ms=0)
        except (KafkaError, KeyError):
            return last + 1
        return max(last + 1, position or 0)

    def bounds(self, partitions: Collection[Partition]) -> dict[Partition, Bounds]:
        """What the broker has of these partitions now."""
        theirs = [_theirs(partition) for partition in partitions]
        try:
            earliest = self._consumer.beginning_offsets(theirs, timeout_ms=_ANSWER_MS)
            ends = self._consumer.end_offsets(theirs, timeout_ms=_ANSWER_MS)
        except KafkaError as error:
            raise KafkaUnreachable(type(error).__name__) from error
        return {_ours(each): Bounds(earliest[each], ends[each]) for each in theirs}

    def upstreams(self) -> dict[str, str]:
        """Topic to a name of it that no other topic ever has, `<cluster id>:<topic>@<topic id>`.

        A topic that is deleted and created again has another id: offsets of the one say nothing
        about the other. Brokers before 2.8 have no topic ids; there the name ends at the topic.
        """
        admin = _connected(KafkaAdminClient, self._connection)
        try:
            cluster = admin.describe_cluster()["cluster_id"]
            described = admin.describe_topics(list(self._topics))
        except KafkaError as error:
            raise KafkaUnreachable(type(error).__name__) from error
        finally:
            admin.close()
        return {topic["name"]: _upstream(cluster, topic) for topic in described}

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell the group how far we are, for its lag tools; nobody reads on from there."""
        self._consumer.commit_async(
            {_theirs(each): OffsetAndMetadata(next_, "", -1) for each, next_ in offsets.items()}
        )

    def close(self) -> None:
        """Leave the group and the brokers; a broker that is away is not waited for."""
        with suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=_CLOSE_MS)


class _Holding(ConsumerRebalanceListener):  # type: ignore[misc]
    """Puts every assigned partition on hold; runs on the I/O thread and must not block there."""

    def __init__(self, port: Port) -> None:
        self._port = port

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """Nothing: what is in hand is appended, or refused if the next owner was faster."""

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Hold them back until the polling thread has looked up where to go on."""
        self._port.hold(_named(assigned))


def _connected(kind: Any, options: Mapping[str, Any]) -> Any:
    """A client of the library, connected.

    One that cannot connect leaves its I/O thread behind; so we hold on to what it makes inside, and
    close that.
    """
    made: list[Any] = []

    def inside(**words: Any) -> Any:
        made.append(KafkaNetClient(**words))
        return made[-1]

    try:
        return kind(**options, kafka_client=inside)
    except KafkaError as error:
        for each in made:
            each.close()
        raise KafkaUnreachable(type(error).__name__) from error


def _options(settings: KafkaSettings) -> dict[str, Any]:
    return {
        "group_id": settings.group,
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "isolation_level": "read_committed",
        "allow_auto_create_topics": False,
        "max_poll_records": settings.batch,
        "max_partition_fetch_bytes": _FETCH_BYTES,
        "session_timeout_ms": settings.session_timeout_ms,
        "heartbeat_interval_ms": max(settings.session_timeout_ms // 10, 100),
        "reconnect_backoff_max_ms": 10_000,
        "metadata_max_age_ms": 10_000,  # a group that met a topic too early tries again after that
        "metrics_enabled": False,
    }


def _upstream(cluster: str, topic: Mapping[str, Any]) -> str:
    if topic["error_code"]:
        raise NoSuchTopic(topic["name"])
    identity = str(topic.get("topic_id") or "").replace("-", "")
    known = bool(identity.strip("0"))
    return f"{cluster}:{topic['name']}@{identity}" if known else f"{cluster}:{topic['name']}"


def _ours(theirs: Any) -> Partition:
    return Partition(theirs.topic, theirs.partition)


def _theirs(ours: Partition) -> Any:
    return TopicPartition(ours.topic, ours.partition)


def _named(theirs: Iterable[Any]) -> set[Partition]:
    return {_ours(each) for each in theirs}
