"""Intake: messages from outside as one append; what cannot be read goes to quarantine, whole.

A CRM's fact is recorded, not judged: it may contradict others or name a lead that has not arrived.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from engine.log import Append
from schemas.bad_events import BadEvent
from schemas.events import OWN_SOURCE
from schemas.events.repair import FactCorrected
from schemas.recorded import Quarantined, Tracking, Unrecorded
from schemas.wire import event_of, unrecorded

AHEAD_AT_MOST: Final = timedelta(hours=24)
"""A fact that counts later than this after now is a slip of a clock, not a plan."""

_PLANNED: Final = frozenset(
    {"payee-enrolled", "payee-assigned", "payee-left", "quota-set", "identity-linked"}
)
"""Facts about people that may well lie in the future."""


_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it came: where from, its bytes, and how to read them."""

    origin: str
    raw: bytes
    read: Callable[[], Unrecorded]


def intake(
    messages: Sequence[Message],
    *,
    actor: str,
    now: datetime,
    tracking: Sequence[Tracking] = (),
) -> Append:
    """The append that messages make: readable ones as events, the others as quarantined."""
    events, quarantined = sorted_out(
        messages, lambda each: each.read(), lambda each: (each.origin, each.raw), now=now
    )
    return Append(events=events, actor=actor, tracking=tracking, quarantined=quarantined)


def sorted_out(
    messages: Iterable[_Each],
    read: Callable[[_Each], Unrecorded],
    whole: Callable[[_Each], tuple[str, bytes]],
    *,
    now: datetime,
) -> tuple[list[Unrecorded], list[Quarantined]]:
    """The facts that messages say, and what is kept of those that cannot be read.

    `read` raises `BadEvent`. `whole` is the origin and the bytes of a message: asked of bad ones
    alone, because the good ones are many.
    """
    events: list[Unrecorded] = []
    quarantined: list[Quarantined] = []
    for message in messages:
        try:
            events.append(in_time(read(message), now))
        except BadEvent as bad:
            quarantined.append(_refused(*whole(message), bad))
    return events, quarantined


def _refused(origin: str, raw: bytes, bad: BadEvent) -> Quarantined:
    """A message that could not be read, with the reason."""
    return Quarantined(
        origin=origin, code=bad.code, reason=str(bad), raw=raw, source=bad.source, id=bad.id
    )


def in_time(event: Unrecorded, now: datetime) -> Unrecorded:
    """The event, unless it claims to have happened after tomorrow. Raises `BadEvent`."""
    if event.effective_at > now + AHEAD_AT_MOST and event.type not in _PLANNED:
        raise BadEvent(
            "time-ahead",
            f"it says it happened at {event.effective_at.isoformat()}, which is not yet",
            source=event.source,
            id=event.id,
        )
    return event


def released(conflicting: Unrecorded, *, number: int, effective_at: datetime | None) -> Unrecorded:
    """A conflicting duplicate, let in: a correction of the fact that was recorded first.

    `number` is that of the quarantined message, and makes the key of the correction.
    """
    correction = FactCorrected.model_validate(
        {
            "target": {"source": conflicting.source, "id": conflicting.id},
            "data": _content(conflicting),
            "effective_at": effective_at,
            "reason": f"released from quarantine, number {number}",
        }
    )
    return unrecorded(
        correction,
        stream=conflicting.stream,
        effective_at=conflicting.effective_at,
        source=OWN_SOURCE,
        id=f"release-{number}",
    )


def _content(event: Unrecorded) -> object:
    return event_of(event).model_dump(mode="json", by_alias=True, exclude_none=True)
