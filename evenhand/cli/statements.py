"""What payees are told, and periods asked again."""

from collections.abc import Sequence
from typing import Annotated, Any

import polars as pl
import typer

from commands.handle import kept_by
from engine.earned import SEMANTICS
from evenhand.asking import known
from evenhand.cli.asked import asked
from evenhand.cli.cash import (
    BALANCE_COLUMNS,
    MOVEMENT_COLUMNS,
    balance_rows,
    balance_words,
    movement_rows,
)
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log, Positions
from evenhand.cli.output import Format, say, show
from evenhand.cli.plans import LINE_COLUMNS
from evenhand.cli.reports import To, report
from evenhand.cli.run_options import MemoryBytes, ToldProgress, WorkerCount
from evenhand.runs.progress import Telling
from evenhand.stating import Stating, issues_of
from evenhand.times import period_of
from evenhand.wiring import open_log
from replay.difference import difference
from replay.periods import (
    Closed,
    ReplayDiffers,
    closes,
    kept_issue,
)
from replay.stating import replayed
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue, line_documents
from schemas.values import amount_text


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
    with asked(log, known_at=known_at, effective_by=effective_by) as told:
        issues, draft = issues_of(told, period_of(name), kept_by(told.log))
        own = [issue.lines.filter(pl.col("payee") == payee) for issue in issues]
        _print_lines(own, told, form, positions=positions)
    for issue in issues if form is Format.TABLE else ():
        for words in balance_words(issue, payee, draft if issue is issues[-1] else ""):
            say(words)


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
    with asked(log, known_at=known_at) as told:
        issues, _ = issues_of(told, period_of(name), kept_by(told.log))
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
    workers: WorkerCount = None,
    memory: MemoryBytes = None,
    progress: ToldProgress = Telling.AUTO,
    form: Form = Format.TABLE,
) -> None:
    """Compute a period again from the log; a closed one must come out byte for byte."""
    period = period_of(name)
    with asked(
        log,
        known_at=known_at,
        effective_by=effective_by,
        workers=workers,
        memory_bytes=memory,
        progress=progress,
    ) as told:
        again = [each for each in closes(told.decided) if each.period == period]
        if not again or effective_by is not None:
            issues, words = issues_of(told, period, kept_by(told.log))
            say(f"{name} as known at position {told.position}{words}")
        else:
            issues = [_again(told, each, recompute=recompute) for each in again]
        _print_lines([issue.lines for issue in issues], told, form, positions=positions)


def _again(told: Stating, closed: Closed, *, recompute: bool) -> Issue:
    """One issue computed again, kept again under its digest. Raises `ReplayDiffers`."""
    what = f"{closed.period} issue {closed.issue} on position {closed.position}"
    if closed.semantics != SEMANTICS and not recompute:
        say(f"{what} was closed by semantics {closed.semantics}; these are the kept lines")
        return kept_issue(closed, kept_by(told.log))
    known = told.told(closed.period, closed.position)
    issue = replayed(known, closed, kept_by(told.log)).issue
    if issue.digest() != closed.digest:
        if closed.semantics == SEMANTICS:
            raise ReplayDiffers(closed.period, closed.digest, issue.digest())
        say(f"{what}: cause engine: {closed.digest[:16]} became {issue.digest()[:16]}")
        return issue
    told.log.keep(issue.document())
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
    of_issues: Sequence[pl.DataFrame], told: Stating, form: Format, *, positions: bool
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


def with_positions(documents: list[dict[str, Any]], told: Stating) -> list[dict[str, Any]]:
    """Lines with the position of every fact they name."""
    names = [
        name for line in documents for name in (line["fact"], *line["because"], *line["cause"])
    ]
    rows = told.places(pl.Series([name["id"] for name in names], dtype=pl.String)).iter_rows()
    places = {(source, id_): position for source, id_, position, _ in rows}

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


__all__ = ["balance", "compare", "replay", "statement"]
