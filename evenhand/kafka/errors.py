"""What can stop the Kafka consumer, or a part of it.

Malformed
└── BadSetting          bad-setting         a setting cannot be read
Refused
├── KafkaUnreachable    kafka-unreachable   the brokers do not answer (503)
├── OffsetGap           offset-gap          messages are gone that were never read
└── QuarantineFull      quarantine-full     too many messages wait for a person
Missing
└── NoSuchTopic         no-such-topic       the cluster has no topic of that name
"""

from schemas.errors import Malformed, Missing, Refused


class BadSetting(Malformed):
    """A setting of the Kafka consumer cannot be read."""

    code = "bad-setting"

    def __init__(self, name: str, needed: str) -> None:
        self.name, self.needed = name, needed
        super().__init__(
            f"The Kafka consumer cannot start with {name} as it is. Set it to {needed}."
        )


class KafkaUnreachable(Refused):
    """The brokers do not answer, or not with what was asked."""

    code = "kafka-unreachable"
    status = 503

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Kafka cannot be read now ({reason}). Nothing is lost: it is tried again, at least "
            "once a minute. Look at the brokers, the network, and our rights to the topics."
        )


class OffsetGap(Refused):
    """Kafka no longer has, or has again from the start, what we were to read next."""

    code = "offset-gap"

    def __init__(self, partition: str, first: int, last: int) -> None:
        self.partition, self.first, self.last = partition, first, last
        super().__init__(
            f"Partition {partition} is not read further: offsets {first} to {last} were never "
            "read and Kafka cannot give them any more. Send those events again from their source, "
            f"then name the partition in EVENHAND_KAFKA_PAST_GAPS={partition} to go on behind it; "
            "the gap stays in quarantine as a reminder."
        )


class QuarantineFull(Refused):
    """More messages wait in quarantine than anyone will look at by hand."""

    code = "quarantine-full"

    def __init__(self, waiting: int, limit: int) -> None:
        self.waiting, self.limit = waiting, limit
        super().__init__(
            f"Nothing more is taken from Kafka: {waiting} messages wait in quarantine, the limit "
            f"is {limit}. Find their common reason, release or discard them; reading goes on then."
        )


class NoSuchTopic(Missing):
    """The cluster has no topic of that name, or hides it from us."""

    code = "no-such-topic"

    def __init__(self, topic: str) -> None:
        self.topic = topic
        super().__init__(
            f"Topic {topic} cannot be read: the cluster has none of this name that we may see. "
            "Create it or grant us to read it; Evenhand never creates topics."
        )
