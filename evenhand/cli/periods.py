"""Payout periods: which are closed, closing one, and opening the last one again."""

from collections.abc import Sequence
from typing import Annotated, Any

import polars as pl
import typer

from commands.handle import close_period, reopen_period
from commands.periods import ReopenPeriod
from evenhand.archived import Archived
from evenhand.cli.asked import asked
from evenhand.cli.options import ApprovedBy, By, Form, KnownAt, Log
from evenhand.cli.output import Format, say, show
from evenhand.cli.run_options import MemoryBytes, ToldProgress, WorkerCount
from evenhand.runs.progress import Telling
from evenhand.times import period_of
from evenhand.wiring import now, open_log, person
from projections.periods import period_rows
from replay.periods import closes, reopened
from replay.stating import first_moving
from schemas.statements import KEPT_BACK, Issue
from schemas.values import amount_text

period = typer.Typer(no_args_is_help=True, help="Payout periods.")


@period.command("list")
def list_periods(log: Log = None, known_at: KnownAt = None, form: Form = Format.TABLE) -> None:
    """Which periods are closed, on which position, and which is open."""
    with asked(log, known_at=known_at) as told:
        done, again = closes(told.decided), reopened(told.decided)
        first = None if done else first_moving(told.told())
    show(period_rows(done, again, first), form)


@period.command("close")
def close(
    name: Annotated[str, typer.Argument(metavar="PERIOD")],
    log: Log = None,
    by: By = None,
    workers: WorkerCount = None,
    memory: MemoryBytes = None,
    progress: ToldProgress = Telling.AUTO,
) -> None:
    """Close a period on all that is known: its statements are issued and never change."""
    closing = period_of(name)
    with asked(log, workers=workers, memory_bytes=memory, progress=progress) as told:
        closed = close_period(
            Archived(told.log),
            closing,
            now=now(),
            by=person(by),
            told=lambda position: told.told(closing, position),
        )
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
