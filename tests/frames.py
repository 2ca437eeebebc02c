"""Histories of plain dicts, as the oracle reads them, turned into the frames the kernel reads."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from schemas.events import EVENTS, OWN_SOURCE
from schemas.events.decisions import PlanPublished
from schemas.frames import RECORDS
from schemas.recorded import Unrecorded, microseconds
from schemas.values import _instant
from schemas.wire import decode, unrecorded

REPAIRS = ("fact-corrected", "fact-voided")
SUBJECTS = ("lead", "deal", "payee", "customer")
CLOSING = ("period-closed", "period-reopened")


def unrecorded_of(record: dict[str, Any]) -> Unrecorded:
    """One record of a history as the wire or a command would make it."""
    if record["type"] in REPAIRS:
        content = {name: value for name, value in record["data"].items() if name not in SUBJECTS}
        return decode(json.dumps({**record, "data": content}).encode())
    if record["source"] != OWN_SOURCE:
        return decode(json.dumps(record).encode())
    model = EVENTS[record["type"]]
    data = dict(record["data"])
    if model is PlanPublished:
        plan = data["plan"]
        data = {"plan": plan["plan"], "plan_version": plan["version"], "document": plan}
    at = _instant(record["time"])
    return unrecorded(
        model.model_validate(data), effective_at=at, source=record["source"], id=record["id"]
    )


def frame_of(records: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """A history as RECORDS: positions count from 1, repeats and closes leave holes."""
    seen: set[tuple[str, str]] = set()
    rows: list[dict[str, Any]] = []
    for position, record in enumerate(records, 1):
        key = (record["source"], record["id"])
        if record["type"] in CLOSING or key in seen:
            continue
        seen.add(key)
        event = unrecorded_of(record)
        rows.append(
            {
                "position": position,
                "stream": event.stream,
                "type": event.type,
                "schema_version": event.schema_version,
                "effective_at": microseconds(event.effective_at),
                "source": event.source,
                "id": event.id,
                "state": event.state.decode(),
            }
        )
    return pl.DataFrame(rows, schema=RECORDS)
