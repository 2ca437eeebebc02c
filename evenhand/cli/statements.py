"""Periods closed and asked again; what payees are told."""

from collections.abc import Sequence
from typing import Annotated, Any

import polars as pl
import typer

from commands.handle import close_period, kept_by, reopen_period
from commands.periods import ReopenPeriod
from engine.earned import SEMANTICS, earned
from engine.payment_terms import first_paid
from evenhand.archived import Archived
from evenhand.asking import Known, known
from evenhand.cli.cash import (
    BALANCE_COLUMNS,
    MOVEMENT_COLUMNS,
    balance_rows,
    balance_words,
    movement_rows,
)
from evenhand.cli.options import ApprovedBy, By, EffectiveBy, Form, KnownAt, Log, Positions
from evenhand.cli.output import Format, say, show
from evenhand.cli.plans import LINE_COLUMNS
from evenhand.cli.reports import To, report
from evenhand.sql.log import SqlLog
from evenhand.times import period_of
from evenhand.wiring import now, open_log, person
from projections.periods import period_rows
from replay.difference import difference
from replay.periods import (
    Closed,
    Kept,
    ReplayDiffers,
    at,
    closes,
    kept_issue,
    open_again,
    reopened,
    replayed,
)
from schemas.calendar import PayoutPeriod
from schemas.statements import KEPT_BACK, Issue, line_documents
from schemas.values import amount_text

period = typer.Typer(no_args_is_help=True, help="Payout periods.")


@period.command("list")
def list_periods(log: Log = None, known_at: KnownAt = None, form: Form = Format.TABLE) -> None:
    """Which periods are closed, on which position, and which is open."""
    with open_log(log) as opened:
        told = known(opened, known_at, None)
    done = closes(told.records)
    first = None if done else _first_paid(told)
    rows = period_rows(done, reopened(told.records), first)
    show(rows, form)


def _first_paid(told: Known) -> PayoutPeriod | None:
    known = told.world()
    first = first_paid(earned(known), known)
    return None if first is None else PayoutPeriod(first)


@period.command("close")
def close(
    name: Annotated[str, typer.Argument(metavar="PERIOD")], log: Log = None, by: By = None
) -> None:
    """Close a period on all that is known: its statements are issued and never change."""
    with open_log(log) as opened:
        closed = close_period(Archived(opened), period_of(name), now=now(), by=person(by))
    lines = closed.issue.lines.height
    if closed.again:
        say(f"{name} was closed before, on position {closed.position}; nothing was recorded")
        return
    say(
        f"{name} is closed on position {closed.position}: issue {closed.issue.number}, "
        f"{lines} lines, digest {closed.digest[:16]}"
    )
    for text in _totals(closed.issue):
        say(f"  {text}")


def _totals(issue: Issue) -> list[str]:
    always = ("stated", "cash", "carried")
    sums = issue.balances.group_by("currency", maintain_order=True).agg(
        pl.col(*always, *KEPT_BACK).sum()
    )
    return [_total(row, [*always, *filter(row.get, KEPT_BACK)]) for row in sums.to_dicts()]


def _total(row: dict[str, Any], names: Sequence[str]) -> str:
    amounts = (f"{name} {amount_text(row[name], row['currency'])}" for name in names)
    return f"{row['currency']}: {', '.join(amounts)}"


@period.command("reopen")
def reopen(
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    reason: Annotated[str, typer.Option(help="Why.")],
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Open the latest closed period again; its next close issues differences only."""
    command = ReopenPeriod(
        period=period_of(name), by=person(by), approved_by=approved_by or "", reason=reason
    )
    with open_log(log) as opened:
        new = reopen_period(Archived(opened), command, now=now())
    say(f"{name} {'is open again' if new else 'was open already'}")


def statement(
    payee: str,
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    positions: Positions = False,
    form: Form = Format.TABLE,
) -> None:
    """What a payee is paid in a period: as issued, or as it stands while the period is open."""
    asked = period_of(name)
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
        kept = kept_by(opened)
    issues, draft = issues_of(told, asked, kept)
    own = [issue.lines.filter(pl.col("payee") == payee) for issue in issues]
    _print_lines(own, told, form, positions=positions)
    for issue in issues if form is Format.TABLE else ():
        for words in balance_words(issue, payee, draft if issue is issues[-1] else ""):
            say(words)


def issues_of(told: Known, asked: PayoutPeriod, kept: Kept) -> tuple[list[Issue], str]:
    """The issues of a period as known: those that were closed, and what it would pay now if open.

    With them words for the last, when it is an answer that was never issued.
    """
    closed = [each for each in closes(told.records) if each.period == asked]
    issues = [] if told.effective_by is not None else [kept_issue(each, kept) for each in closed]
    if issues and open_again(told.records) != asked:
        return issues, ""
    answer = at(told.records, asked, kept, effective_by=told.effective_by)
    computed = closed and told.effective_by is not None
    words = " (closed; computed, not as issued)" if computed else " (open, as it stands)"
    return [*issues, answer.issue], words


def balance(
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    movements: Annotated[
        bool, typer.Option("--movements", help="What moved between lines and cash, and why.")
    ] = False,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """The cash of every payee in a period, and what is held, capped, owed and carried."""
    with open_log(log) as opened:
        told = known(opened, known_at, None)
        kept = kept_by(opened)
    issues, _ = issues_of(told, period_of(name), kept)
    rows_of = movement_rows if movements else balance_rows
    rows = [row for issue in issues for row in rows_of(issue)]
    columns = MOVEMENT_COLUMNS if movements else BALANCE_COLUMNS
    report(rows, form, [name for name in columns if any(name in row for row in rows)], to)


def replay(
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    positions: Positions = False,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compute with this engine, whatever closed it.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Compute a period again from the log; a closed one must come out byte for byte."""
    asked = period_of(name)
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
        kept = kept_by(opened)
        again = [each for each in closes(told.records) if each.period == asked]
        if not again or effective_by is not None:
            issues, words = issues_of(told, asked, kept)
            say(f"{name} as known at position {told.position}{words}")
        else:
            issues = [_again(told, each, opened, recompute=recompute) for each in again]
    _print_lines([issue.lines for issue in issues], told, form, positions=positions)


def _again(told: Known, closed: Closed, log: SqlLog, *, recompute: bool) -> Issue:
    """One issue computed again, kept again under its digest. Raises `ReplayDiffers`."""
    what = f"{closed.period} issue {closed.issue} on position {closed.position}"
    if closed.semantics != SEMANTICS and not recompute:
        say(f"{what} was closed by semantics {closed.semantics}; these are the kept lines")
        return kept_issue(closed, kept_by(log))
    issue = replayed(told.records, closed, kept_by(log)).issue
    if issue.digest() != closed.digest:
        if closed.semantics == SEMANTICS:
            raise ReplayDiffers(closed.period, closed.digest, issue.digest())
        say(f"{what}: cause engine: {closed.digest[:16]} became {issue.digest()[:16]}")
        return issue
    log.keep(issue.document())
    say(f"{what}: identical, digest {closed.digest}")
    return issue


def compare(
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    first: Annotated[str, typer.Option("--from", metavar="WHEN", help="Known then.")],
    second: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="Known then.")] = None,
    log: Log = None,
    form: Form = Format.TABLE,
) -> None:
    """What moved in a period between two states of knowledge, and which fact moved each line."""
    with open_log(log) as opened:
        before = known(opened, first, None).position
        told = known(opened, second, None)
    moved = difference(told.records, period_of(name), (before, told.position))
    rows = [_moved(row) for row in moved.iter_rows(named=True)]
    show(rows, form, ("payee", "subject", "component", "plan", "before", "after", "moved", "cause"))


def _moved(row: dict[str, Any]) -> dict[str, Any]:
    amounts = ("before", "after", "moved")
    return {
        "payee": row["payee"],
        "period": str(PayoutPeriod(row["period"])),
        "subject": row["subject"],
        "fact": {"source": row["fact_source"], "id": row["fact_id"]},
        "component": row["component"],
        "source": row["source"],
        "plan": row["plan"],
        "currency": row["currency"],
        **{name: amount_text(row[name], row["currency"]) for name in amounts},
        "cause": list(row["cause"]),
    }


def _print_lines(
    of_issues: Sequence[pl.DataFrame], told: Known, form: Format, *, positions: bool
) -> None:
    """The lines of issues: a table an issue, or one document of all."""
    documents = [line for lines in of_issues for line in line_documents(lines)]
    if positions:
        documents = with_positions(documents, told)
    if form is Format.TABLE:
        for issue in sorted({line["issue"] for line in documents}):
            lines = [_with_currency(line) for line in documents if line["issue"] == issue]
            show(lines, form, LINE_COLUMNS)
    else:
        show(documents, form)


def _with_currency(line: dict[str, Any]) -> dict[str, Any]:
    """A line for a table: a base in another currency than the amount says so."""
    if line["base_currency"] in (None, line["currency"]):
        return line
    return {**line, "base": f"{line['base']} {line['base_currency']}"}


def with_positions(documents: list[dict[str, Any]], told: Known) -> list[dict[str, Any]]:
    """Lines with the position of every fact they name."""
    rows = told.records.select("source", "id", "position").iter_rows()
    places = {(source, id_): position for source, id_, position in rows}

    def placed(name: dict[str, str]) -> dict[str, Any]:
        return {**name, "position": places.get((name["source"], name["id"]))}

    return [
        {
            **line,
            "fact": placed(line["fact"]),
            "because": [placed(name) for name in line["because"]],
            "cause": [placed(name) for name in line["cause"]],
        }
        for line in documents
    ]


__all__ = ["balance", "compare", "period", "replay", "statement"]
