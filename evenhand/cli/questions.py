"""Questions: why, why not, what happened, what was known, is it whole."""

from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree
from typing import Annotated, Any

import polars as pl
import typer

from commands.handle import kept_by
from engine.earned import earned
from engine.exceptions import exceptions
from engine.explain import explained
from engine.reasons import Reason
from engine.why_not import why_not
from engine.why_nothing import why_not_in
from evenhand.asking import Known, about, known
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format, document, say, show, tree
from evenhand.cli.reports import To, report
from evenhand.sql.verify import verify as first_damage
from evenhand.times import period_of
from evenhand.wiring import open_log
from projections.history import history, related_streams
from replay import as_of
from replay.periods import Closed, Kept, before, closes, open_again, stated_lines
from replay.stating import at, everything
from schemas.calendar import PayoutPeriod
from schemas.errors import Missing
from schemas.recorded import instant
from schemas.statements import PAYABLE, line_id
from schemas.values import amount_text


class NoSuchLine(Missing):
    """A line was named that no statement has."""

    code = "no-such-line"

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(
            f"Line {line} was to be explained, and no issued or open statement has it. Take the id "
            "from evenhand statement; for a line that was expected and is not there, ask: evenhand "
            "explain --payee PAYEE --deal DEAL."
        )


class NothingToExplain(Missing):
    """Neither a line nor a payee with a deal was named."""

    code = "nothing-to-explain"

    def __init__(self) -> None:
        super().__init__(
            "An explanation was asked for, and nothing to explain was named. Name a line, or a "
            "payee and a deal: evenhand explain --payee PAYEE --deal DEAL; for pay of a window, "
            "such as a bonus, ask: evenhand explain --payee PAYEE --component COMPONENT --period "
            "PERIOD."
        )


class NoSuchSubject(Missing):
    """A subject about which nothing is recorded."""

    code = "no-such-subject"

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(
            f"The history of {subject} was asked for, and nothing about it is recorded. Write the "
            "kind and the id, as in deal/D1, lead/L1 or payee/mia."
        )


def explain(
    line: Annotated[str | None, typer.Argument(help="The id of a line.")] = None,
    payee: Annotated[
        str | None, typer.Option(help="Why not: the payee who expected a line.")
    ] = None,
    deal: Annotated[str | None, typer.Option(help="Why not: the deal.")] = None,
    component: Annotated[
        str | None, typer.Option(help="Why not: a component that pays for a window.")
    ] = None,
    in_period: Annotated[
        str | None, typer.Option("--period", help="Why not: the period, with --component.")
    ] = None,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
) -> None:
    """Why a line is what it is; or why a payee has none on a deal, or for a window."""
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
        kept = kept_by(opened)
    if line is not None:
        reason = _of_line(line, told, kept)
    elif payee is not None and deal is not None:
        reason = why_not(payee, deal, told.world())
    elif payee is not None and component is not None and in_period is not None:
        reason = why_not_in(payee, component, period_of(in_period), told.world())
    else:
        raise NothingToExplain
    if form is Format.TABLE:
        tree(reason)
    elif form is Format.JSON:
        document(reason.document())
    else:
        show([{"depth": depth, "text": text} for depth, text in reason.lines()], form)


def _of_line(line: str, told: Known, kept: Kept) -> Reason:
    """The explanation of an issued line in the world of its close, or of a line still open."""
    done = closes(told.records)
    for closed in reversed(done):
        found = _explained(line, closed, told, kept)
        if found is not None:
            return found
    stated = stated_lines(before(told.records, told.position, kept))
    for period in _open_periods(told):
        known = everything(told.records, effective_by=told.effective_by, through=period)
        answer = at(known, period, kept)
        row = _row(line, answer.issue.lines)
        if row is not None:
            return explained(row, answer.world, stated)
    raise NoSuchLine(line)


def _explained(line: str, closed: Closed, told: Known, kept: Kept) -> Reason | None:
    issues = before(told.records, closed.recorded, kept)
    row = _row(line, issues[-1].lines)
    if row is None:
        return None
    prefix = told.records.filter(pl.col("position") <= closed.position)
    return explained(row, Known(prefix, closed.position, None).world(), stated_lines(issues[:-1]))


def _row(line: str, lines: pl.DataFrame) -> dict[str, Any] | None:
    for row in lines.select(*PAYABLE).iter_rows(named=True):
        if line_id(row) == line:
            return row
    return None


def _open_periods(told: Known) -> list[PayoutPeriod]:
    """The open periods in which anything is earned, and the next to be closed."""
    done = closes(told.records)
    earned_in = earned(told.world())["period"].to_list()
    if done:
        first = (open_again(told.records) or done[-1].period.following).number
    else:
        first = min(earned_in, default=0)
    return [PayoutPeriod(n) for n in sorted({first, *earned_in}) if n >= first]


def show_history(
    subject: Annotated[str, typer.Argument(help="As in deal/D1, lead/L1, payee/mia, plan/p.")],
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """Everything recorded about a subject, and about the leads and customer a deal leans on."""
    with open_log(log) as opened:
        position = known(opened, known_at, None).position
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
