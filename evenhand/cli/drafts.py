"""What plans and policies have in common before they are published: linted, compared, weighed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import typer

from engine.log import Archive
from evenhand.asking import known
from evenhand.cli.options import Language
from evenhand.cli.output import Format, say, show
from evenhand.rule_files import RuleFiles
from evenhand.times import period_of
from evenhand.wiring import open_log
from replay.impact import impact, last_closed, reached
from replay.periods import OF_PERIODS
from schemas.calendar import PayoutPeriod
from schemas.errors import Malformed
from schemas.plans import Plan
from schemas.policies import Policy
from schemas.rule_changes import Change, said
from schemas.values import amount_text


def lint_all(files: Sequence[Path], language: RuleFiles[Any]) -> None:
    """Say what is wrong with each file, or what is worth a second look; exit 1 if any is wrong."""
    wrong: list[str] = []
    for file in files:
        try:
            found = language.linted(file)
        except Malformed as error:
            wrong.append(f"{error.code}: {error}")
        else:
            for note in found.notes:
                say(f"{file}: note: {note}")
            held = len(found.rules.examples)
            say(f"{file}: {found.rules.name} can be published; {held} examples hold")
    for text in wrong:
        say(text)
    if wrong:
        raise typer.Exit(1)


def show_changes(found: Sequence[Change], language: Language, form: Format) -> None:
    """Print changes, each as a sentence with what its key means."""
    rows = [
        {
            "what": change.what,
            "part": change.part or change.group,
            "key": change.key,
            "was": change.before,
            "becomes": change.after,
            "change": said(change, language.value),
            "meaning": change.meaning,
        }
        for change in found
    ]
    shown = ("change", "meaning") if language is Language.EN else ("change",)
    show(rows, form, shown)


def records_known(log: str | None, known_at: str | None) -> pl.DataFrame:
    """The records of the log that an answer may use."""
    with open_log(log) as opened:
        return known(opened, known_at, None).records


def show_moved(
    records: pl.DataFrame, draft: Plan | Policy, span: tuple[str | None, str | None], form: Format
) -> None:
    """Print what a draft would move for each payee, and whether it reaches closed periods."""
    begins, last = (None if text is None else period_of(text) for text in span)
    whole = impact(records, draft, (None, last))
    moved = whole if begins is None else whole.filter(pl.col("period") >= begins.number)
    show(_moved(moved), form)
    say(f"{draft.name} would move:")
    for text in _sums(moved) or ["nothing"]:
        say(f"  {text}")
    say(retroactive(whole, last_closed(records)))


def _moved(found: pl.DataFrame) -> list[dict[str, str]]:
    """An impact as rows to print."""
    return [
        {
            "payee": row["payee"],
            "period": str(PayoutPeriod(row["period"])),
            **{name: amount_text(row[name], row["currency"]) for name in ("before", "after")},
            "moved": amount_text(row["moved"], row["currency"]),
            "currency": row["currency"],
        }
        for row in found.iter_rows(named=True)
    ]


def _sums(moved: pl.DataFrame) -> list[str]:
    """What moves in total, by currency."""
    totals = moved.group_by("currency").agg(
        pl.col("moved").sum(), payees=pl.col("payee").n_unique()
    )
    return [
        f"{amount_text(amount, currency)} {currency} in all, of {payees} payees"
        for currency, amount, payees in totals.sort("currency").iter_rows()
    ]


def announced(draft: Plan | Policy, archive: Archive, position: int) -> Sequence[str]:
    """What is said of a version that reaches into periods that were closed before a position."""
    closed = last_closed(archive.columns(through=position, types=OF_PERIODS))
    back = reached(draft, closed)
    if not back:
        return ()
    months = ", ".join(map(str, back))
    moved = impact(archive.columns(through=position), draft, (back[0], back[-1]))
    said = f"It is in force from {draft.effective_from}, in closed periods: {months}."
    return (said, retroactive(moved, closed))


def retroactive(moved: pl.DataFrame, closed: PayoutPeriod | None) -> str:
    """Whether closed periods move, by how much, and where the difference is stated."""
    past = moved if closed is None else moved.filter(pl.col("period") <= closed.number)
    if closed is None or past.is_empty():
        return "It is not retroactive: no closed period moves."
    months = ", ".join(str(PayoutPeriod(number)) for number in past["period"].unique().sort())
    return (
        f"It is retroactive: of closed periods {months} moves, {'; '.join(_sums(past))}. What was "
        f"stated stays; the difference is stated in {closed.following}, the open period."
    )
