"""Questions: why, why not, what happened, what was known, is it whole."""

from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree
from typing import Annotated, Any

import polars as pl
import typer

from engine.exceptions import exceptions
from evenhand.asking import about, bounds, known
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format, say, show
from evenhand.cli.reports import To, report
from evenhand.sql.verify import verify as first_damage
from evenhand.wiring import open_log
from projections.history import history, related_streams
from replay import as_of
from schemas.errors import Missing
from schemas.recorded import instant
from schemas.values import amount_text


class NoSuchSubject(Missing):
    """A subject about which nothing is recorded."""

    code = "no-such-subject"

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(
            f"The history of {subject} was asked for, and nothing about it is recorded. Write the "
            "kind and the id, as in deal/D1, lead/L1 or payee/mia."
        )


def show_history(
    subject: Annotated[str, typer.Argument(help="As in deal/D1, lead/L1, payee/mia, plan/p.")],
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """Everything recorded about a subject, and about the leads and customer a deal leans on."""
    with open_log(log) as opened:
        position, _ = bounds(opened, known_at, None)
        records = list(opened.stream(subject))
        for stream in sorted(related_streams(records)):
            records.extend(opened.stream(stream))
    rows = history(record for record in records if record.position <= position)
    if not rows:
        raise NoSuchSubject(subject)
    columns = (
        "position",
        "effective_at",
        "recorded_at",
        "subject",
        "type",
        "content",
        "source",
        "id",
    )
    show(rows, form, columns)


class What(StrEnum):
    """What the state of is asked."""

    DEALS = "deals"
    LEADS = "leads"


def show_as_of(
    what: Annotated[What, typer.Argument(help="deals or leads.")] = What.DEALS,
    subject: Annotated[
        str | None, typer.Option("--about", help="Only of deal/D1, lead/L1 or customer/C1.")
    ] = None,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """The state of deals or leads: what was known then, of what had happened by then."""
    with open_log(log) as opened:
        if subject is None:
            told = known(opened, known_at, effective_by)
            world, position = told.world(), told.position
        else:
            world, position = about(opened, subject, known_at, effective_by)
    frame = as_of.leads(world) if what is What.LEADS else as_of.deals(world)
    if subject is not None:
        kind, _, name = subject.partition("/")
        if kind not in frame.columns:
            raise NoSuchSubject(subject)
        frame = frame.filter(pl.col(kind) == name)
    say(f"as known at position {position}")
    report([_dated(row) for row in frame.iter_rows(named=True)], form, (), to)


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    told = dict(row)
    for name in ("signed_at", "opened_at"):
        if name in told:
            told[name] = instant(told[name]).isoformat()
    if "value" in told:
        told["value"] = amount_text(told["value"], told["currency"])
    return told


def show_exceptions(
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """Facts that contradict each other, or wait for one that has not arrived."""
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
    report(list(exceptions(told.world()).iter_rows(named=True)), form, (), to)


def verify(log: Log = None) -> None:
    """Whether the log is whole: leaves, positions, versions, times; else the first damage."""
    with open_log(log) as opened:
        damage = first_damage(opened)
        head = opened.head().position
    if damage is not None:
        say(f"damaged at position {damage.position}: {damage.kind}: {damage}")
        raise typer.Exit(1)
    say(f"whole: {head} records, every leaf and position as recorded")


schemas = typer.Typer(no_args_is_help=True, help="The published contract.")


@schemas.command("export")
def export_schemas(folder: Annotated[Path, typer.Argument(help="Where to write.")]) -> None:
    """Write the JSON Schemas and the AsyncAPI document."""
    with as_file(files("schemas") / "json") as published:
        copytree(published, folder, dirs_exist_ok=True)
    say(f"written to {folder}")
