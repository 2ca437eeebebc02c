"""Logs that histories are told to, as one batch after another or decided step by step."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from commands.handle import close_period, kept_by, reopen_period
from commands.periods import ReopenPeriod
from engine.earned import earned, named
from engine.log import Append
from engine.memory import MemoryLog
from engine.world import world
from replay.periods import closes, kept_issue
from schemas.calendar import PayoutPeriod
from schemas.statements import LINES, Issue, line_documents
from tests.frames import unrecorded_of
from tests.strategies import Record

NOW = datetime(2027, 1, 1, tzinfo=UTC)
CLOSING = ("period-closed", "period-reopened")


def recorded(history: Sequence[Record], *, batch: int = 1) -> MemoryLog:
    """A log to which a history was appended, so many records at a time."""
    log = MemoryLog()
    events = [unrecorded_of(record) for record in history if record["type"] not in CLOSING]
    for first in range(0, len(events), batch):
        log.append(Append(events=events[first : first + batch], actor="crm"))
    return log


def lived(history: Sequence[Record]) -> MemoryLog:
    """A log to which a history was told record by record, its closes and reopenings decided."""
    log = MemoryLog()
    for record in history:
        if record["type"] == "period-closed":
            close_period(log, PayoutPeriod.parse(record["data"]["period"]), now=NOW, by="ann")
        elif record["type"] == "period-reopened":
            period = PayoutPeriod.parse(record["data"]["period"])
            command = ReopenPeriod(period=period, by="ann", approved_by="lee", reason="asked")
            reopen_period(log, command, now=NOW)
        else:
            log.append(Append(events=[unrecorded_of(record)], actor="crm"))
    return log


def closable(history: Sequence[Record]) -> list[Record]:
    """A history whose closes the commands accept: they begin where the earnings begin."""
    first = next((n for n, record in enumerate(history) if record["type"] in CLOSING), None)
    if first is None:
        return list(history)
    prefix = recorded(history[:first])
    has_plan = any(record["type"] == "plan-published" for record in history[:first])
    lowest = earned(world(prefix.columns()))["period"].min()
    period = PayoutPeriod.parse(history[first]["data"]["period"])
    if has_plan and (lowest is None or int(str(lowest)) >= period.number):
        return list(history)
    return [record for record in history if record["type"] not in CLOSING]


def issues(log: MemoryLog) -> list[Issue]:
    return [kept_issue(closed, kept_by(log)) for closed in closes(log.columns())]


def earned_documents(log: MemoryLog) -> list[dict[str, Any]]:
    """Earned lines as they are told outside, by which answers are compared to the byte."""
    known = world(log.columns())
    lines = named(earned(known), known).select(*LINES)
    told = lines.with_columns(
        stated_in=pl.lit(0, dtype=pl.Int64),
        issue=pl.lit(1, dtype=pl.Int64),
        cause=pl.lit([], dtype=LINES["because"]),
    )
    return line_documents(told)


def sums(lines: pl.DataFrame, *names: str) -> Counter[tuple[Any, ...]]:
    counted: Counter[tuple[Any, ...]] = Counter()
    for *key, amount in lines.select(*names, "amount").iter_rows():
        counted[tuple(key)] += amount
    return counted
