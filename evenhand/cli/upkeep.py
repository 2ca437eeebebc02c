"""Upkeep: is everything in order here."""

from importlib.metadata import version
from typing import Any

import typer

from engine.exceptions import exceptions
from evenhand.asking import known
from evenhand.cli.options import Form, Log
from evenhand.cli.output import Format, show
from evenhand.sql.log import SqlLog
from evenhand.sql.verify import verify
from evenhand.wiring import open_log
from replay.periods import closes

PACKAGES = (
    "evenhand", "polars", "sqlalchemy", "eventsourcing", "pydantic", "kafka-python", "tzdata",
)  # fmt: skip


def doctor(log: Log = None, form: Form = Format.TABLE) -> None:
    """Look at the log, the open work and the versions; exit 1 when something needs a person."""
    with open_log(log) as opened:
        rows = [*_of_log(opened), *_of_work(opened)]
    rows += [
        {"check": f"version of {name}", "found": version(name), "well": True} for name in PACKAGES
    ]
    show(rows, form)
    if not all(row["well"] for row in rows):
        raise typer.Exit(1)


def _of_log(log: SqlLog) -> list[dict[str, Any]]:
    damage = verify(log)
    head = log.head()
    return [
        {"check": "log", "found": log.engine.url.render_as_string(), "well": True},
        {"check": "records", "found": str(head.position), "well": True},
        {"check": "whole", "found": str(damage or "yes"), "well": damage is None},
    ]


def _of_work(log: SqlLog) -> list[dict[str, Any]]:
    told = known(log, None, None)
    waiting = len(log.quarantined())
    odd = exceptions(told.world()).height
    closed = closes(told.records)
    last = str(closed[-1].period) if closed else "none"
    return [
        {"check": "messages in quarantine", "found": str(waiting), "well": waiting == 0},
        {"check": "exceptions", "found": str(odd), "well": True},
        {"check": "last closed period", "found": last, "well": True},
    ]
