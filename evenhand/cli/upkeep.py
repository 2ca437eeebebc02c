"""Upkeep: is everything in order here, and how fast is it."""

from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer

from engine.exceptions import exceptions
from evenhand.asking import known
from evenhand.cli.options import Form, Log
from evenhand.cli.output import Format, document, say, show
from evenhand.sql.log import SqlLog
from evenhand.sql.verify import verify
from evenhand.wiring import open_log
from replay.periods import closes
from schemas.errors import Missing

PACKAGES = (
    "evenhand", "polars", "sqlalchemy", "eventsourcing", "pydantic", "kafka-python", "tzdata",
)  # fmt: skip


class BenchNotHere(Missing):
    """The benches were to be run from an installation that does not have them."""

    code = "bench-not-here"

    def __init__(self) -> None:
        super().__init__(
            "A bench was to be run, and the benches and their peers are not part of an "
            "installation. Run it in a checkout of the sources, after make test."
        )


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


bench = typer.Typer(no_args_is_help=True, help="Measure, as ratios against peers in one run.")
Events = Annotated[int, typer.Option(min=100, help="How many.")]


@bench.command("replay")
def bench_replay(events: Events = 1_000_000, form: Form = Format.TABLE) -> None:
    """Replay all periods, against a bare scan, tuned SQL and a plain loop."""
    _print(_bench("bench.replay").replay_row(events), form)


@bench.command("append")
def bench_append(events: Events = 20_000, form: Form = Format.TABLE) -> None:
    """Append to SQLite and PostgreSQL, against bare inserts and the stock library."""
    _print(_bench("bench.append").append_rows(events), form)


@bench.command("credit")
def bench_credit(journeys: Events = 1_000_000, form: Form = Format.TABLE) -> None:
    """Credit journeys by Shapley values, positions and removal effects, against packages."""
    _print(_bench("bench.crediting").crediting_row(journeys), form)


def _bench(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        say(str(missing))
        raise BenchNotHere from None


def _print(row: dict[str, Any], form: Format) -> None:
    if form is Format.JSON:
        document(row)
    else:
        show([{"figure": name, "value": str(value)} for name, value in row.items()], form)
