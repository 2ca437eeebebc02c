"""A small company's log in a database, to be sealed."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from bench.generator import records
from engine.log import Append
from evenhand.segments.places import Place
from evenhand.segments.sealing import Sealing, seal
from evenhand.sql.log import SqlLog
from replay.segments import Segment
from schemas.events import EVENTS
from schemas.recorded import Unrecorded, instant
from schemas.wire import same_content

COMMIT = 40
AT = datetime(2026, 11, 1, tzinfo=UTC)
SIZE = 300
"""Records of a whole segment in these tests."""


def opened(url: str) -> SqlLog:
    types = {name: model.version for name, model in EVENTS.items()}
    return SqlLog.open(url, same_content=same_content, types=types)


def fill(log: SqlLog, told: pl.DataFrame) -> None:
    """Append records (RECORDS) in small commits, as a consumer would."""
    events = [
        Unrecorded(
            stream=row["stream"],
            type=row["type"],
            schema_version=row["schema_version"],
            effective_at=instant(row["effective_at"]),
            source=row["source"],
            id=row["id"],
            state=row["state"].encode(),
        )
        for row in told.iter_rows(named=True)
    ]
    for start in range(0, len(events), COMMIT):
        log.append(Append(events=events[start : start + COMMIT], actor="crm"))


def company(events: int = 1_000) -> pl.DataFrame:
    return records(events)


def sealed_in(
    log: SqlLog, place: Place, *, everything: bool = False, by: str = "ops", size: int = SIZE
) -> list[Segment]:
    wish = Sealing(by=by, at=AT, everything=everything, size=size)
    return list(seal(log, place, wish))


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
