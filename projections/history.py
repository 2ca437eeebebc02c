"""The history of one subject: every record about it, and about what it rests on, in order."""

from collections.abc import Iterable
from typing import Any

from schemas.events.deals import DealSigned
from schemas.recorded import Recorded
from schemas.wire import event_of


def history(records: Iterable[Recorded]) -> list[dict[str, Any]]:
    """Records as rows for people, in order of effect: when it counted, when we knew, what, who."""
    ordered = sorted(records, key=lambda record: (record.effective_at, record.position))
    return [_row(record) for record in ordered]


def related_streams(records: Iterable[Recorded]) -> set[str]:
    """The streams that the records of a deal lean on: its leads and its customer."""
    streams: set[str] = set()
    for record in records:
        if record.type == DealSigned.type:
            event = event_of(record)
            assert isinstance(event, DealSigned)
            if event.lead is not None:
                streams.add(f"lead/{event.lead}")
            if event.customer is not None:
                streams.add(f"customer/{event.customer}")
    return streams


def _row(record: Recorded) -> dict[str, Any]:
    content = event_of(record).model_dump(mode="json", by_alias=True, exclude_none=True)
    return {
        "position": record.position,
        "effective_at": record.effective_at.isoformat(),
        "recorded_at": record.recorded_at.isoformat(),
        "subject": record.stream,
        "type": record.type,
        "content": content,
        "source": record.source,
        "id": record.id,
        "actor": record.actor,
    }
