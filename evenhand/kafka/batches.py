"""The messages of one poll as one append: events, what goes to quarantine, how far we are then.

Every message ends as exactly one of recorded, repeated or quarantined, so the counts of a partition
always add up to the messages seen. A bad message never holds up the good ones behind it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from engine.log import Append, Appended
from evenhand.kafka.port import Message, Partition
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
        for message in found:
            match read(message, f"kafka:{partition}/{message.offset}", decode):
                case Unrecorded() as event:
                    events.append(event)
                    origins.append(partition)
                case Quarantined() as poison:
                    quarantined.append(poison)
                    bad[partition] += 1
        upstream = upstreams[partition]
        last = upstream.next_offset - 1
        tracking.append(Tracking(name=upstream.name, first=found[0].offset, last=last))
    append = Append(events=events, actor=actor, tracking=tracking, quarantined=quarantined)
    return Batch(append, origins, bad)


def read(message: Message, origin: str, decode: Decode) -> Unrecorded | Quarantined:
    """The fact a message says, or the message whole with the reason why it says none."""
    try:
        return _decoded(message, decode)
    except Malformed as error:
        return Quarantined(
            origin=origin,
            code=error.code,
            reason=str(error),
            raw=message.value or b"",
            source=getattr(error, "source", None),
            id=getattr(error, "id", None),
        )
    except Exception as error:  # our bug must not stop everybody's pay
        logger.exception("decoder-failed", origin=origin)
        reason = f"Reading it failed inside Evenhand ({type(error).__name__}); this is our bug."
        return Quarantined(
            origin=origin, code="decoder-failed", reason=reason, raw=message.value or b""
        )


def _decoded(message: Message, decode: Decode) -> Unrecorded:
    headers = message.headers
    if len(headers) > HEADERS_MAX:
        raise TooManyHeaders(len(headers))
    return decode(headers, message.key, message.value)


def total(counts: Iterable[Counts]) -> Counts:
    """All counts together."""
    return sum(counts, Counts())


class TooManyHeaders(Malformed):
    """A message with more headers than any sender of events needs."""

    code = "too-many-headers"

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__(
            f"The message cannot be recorded: it has {found} headers, and {HEADERS_MAX} is the "
            "limit. Send only the attributes of the event as headers."
        )
