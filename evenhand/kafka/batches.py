"""The messages of one poll as one append: events, what goes to quarantine, how far we are then.

Every message ends as exactly one of recorded, repeated or quarantined, so the counts of a partition
always add up to the messages seen. A bad message never holds up the good ones behind it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from commands.intake import sorted_out
from engine.log import Append, Appended
from evenhand.kafka.port import Message, Partition
from schemas.bad_events import BadEvent
from schemas.errors import Malformed
from schemas.recorded import Quarantined, Tracking, Unrecorded
from schemas.wire import decode_binary

HEADERS_MAX = 64

Decode = Callable[
    [Sequence[tuple[str, bytes | None]], bytes | None, bytes | None],
    Unrecorded,
]
"""Headers, key and value of a message to the fact it says; raises `Malformed`."""

logger = structlog.get_logger("evenhand.kafka")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A partition's name in our tracking, and where it is asked after this batch."""

    name: str
    next_offset: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the messages of a partition; `seen` is always the sum of the three."""

    recorded: int = 0
    repeated: int = 0
    quarantined: int = 0

    @property
    def seen(self) -> int:
        """How many messages there were."""
        return self.recorded + self.repeated + self.quarantined

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.recorded + other.recorded,
            self.repeated + other.repeated,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """One append, and the partition each of its events and bad messages came from."""

    append: Append
    origins: Sequence[Partition]
    bad: Counter[Partition]

    def counts(self, appended: Appended) -> dict[Partition, Counts]:
        """What became of the messages, by partition."""
        recorded = Counter(self.origins[index] for index in appended.recorded)
        repeated = Counter(self.origins[index] for index in appended.repeated)
        conflicting = Counter(self.origins[index] for index in appended.conflicting)
        return {
            each: Counts(recorded[each], repeated[each], conflicting[each] + self.bad[each])
            for each in {*self.origins, *self.bad}
        }


def batch(
    messages: Mapping[Partition, Sequence[Message]],
    upstreams: Mapping[Partition, Upstream],
    *,
    actor: str,
    now: datetime,
    decode: Decode = decode_binary,
) -> Batch:
    """The append that takes these messages, each partition from its first through its last.

    `last` goes beyond the last message where the broker skipped markers of transactions.
    """
    events: list[Unrecorded] = []
    origins: list[Partition] = []
    quarantined: list[Quarantined] = []
    bad: Counter[Partition] = Counter()
    tracking: list[Tracking] = []
    for partition, found in messages.items():
        read, whole = partial(_read, partition, decode), partial(_whole, partition)
        facts, refusals = sorted_out(found, read, whole, now=now)
        events += facts
        origins += [partition] * len(facts)
        quarantined += refusals
        bad[partition] = len(refusals)
        upstream = upstreams[partition]
        last = upstream.next_offset - 1
        tracking.append(Tracking(name=upstream.name, first=found[0].offset, last=last))
    append = Append(events=events, actor=actor, tracking=tracking, quarantined=quarantined)
    return Batch(append, origins, bad)


def _origin(partition: Partition, message: Message) -> str:
    return f"kafka:{partition}/{message.offset}"


def _whole(partition: Partition, message: Message) -> tuple[str, bytes]:
    """Where a message came from, and all that is needed to read it again.

    That is its value, in binary mode below its headers.
    """
    origin, value = _origin(partition, message), message.value or b""
    if not any(name.lower().startswith("ce_") for name, _ in message.headers):
        return origin, value
    kept = message.headers[:HEADERS_MAX]
    lines = [name.encode() + b": " + (content or b"") for name, content in kept]
    return origin, b"\r\n".join([*lines, b"", value])


def _read(partition: Partition, decode: Decode, message: Message) -> Unrecorded:
    """The fact a message says. Raises `BadEvent`, and nothing else whatever the message is."""
    headers = message.headers
    if len(headers) > HEADERS_MAX:
        raise BadEvent("too-large", f"it has {len(headers):,} headers, more than {HEADERS_MAX}")
    try:
        return decode(headers, message.key, message.value)
    except BadEvent:
        raise
    except Exception as error:
        logger.exception("decoder-failed", origin=_origin(partition, message))
        raise DecoderFailed(type(error).__name__) from error


class DecoderFailed(BadEvent):
    """A message that our decoder breaks on: kept aside, so that our bug stops nobody else's pay."""

    code = "decoder-failed"

    def __init__(self, failure: str) -> None:
        Malformed.__init__(
            self,
            f"The message was not read: Evenhand itself failed on it ({failure}). Report this, and "
            "release the message when it is repaired.",
        )
        self.source = self.id = None


def total(counts: Iterable[Counts]) -> Counts:
    """All counts together."""
    return sum(counts, Counts())
