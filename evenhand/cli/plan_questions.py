"""Questions about plans: what changed, what it would move, who has accepted it."""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from evenhand.asking import known
from evenhand.cli.options import Form, KnownAt, Lang, Language, Log, PlanName
from evenhand.cli.output import Format, say, show
from evenhand.plan_files import lint, read_plan
from evenhand.times import period_of
from evenhand.wiring import open_log
from replay.acceptances import acceptances, version_named
from replay.impact import impact, last_closed
from schemas.calendar import PayoutPeriod
from schemas.plan_changes import changes, said
from schemas.plans import Plan
from schemas.values import amount_text


def diff(
    old: Annotated[str, typer.Argument(help="A file, or PLAN@VERSION of the log.")],
    new: Annotated[str, typer.Argument(help="A file, or PLAN@VERSION of the log.")],
    language: Lang = Language.EN,
    log: Log = None,
    form: Form = Format.TABLE,
) -> None:
    """What changed from one version of a plan to another, part by part, in words."""
    found = changes(plan_of(old, log), plan_of(new, log))
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
    if not found:
        say(f"{old} and {new} say the same")


def plan_of(name: str, log: str | None) -> Plan:
    """The plan in a file, or the version of that name in the log."""
    if "@" not in name or Path(name).exists():
        return read_plan(Path(name))
    with open_log(log) as opened:
        return version_named(opened.columns(), name)


def show_impact(
    file: Annotated[Path, typer.Argument(help="The plan file.")],
    first: Annotated[str | None, typer.Option("--from", help="The first period.")] = None,
    through: Annotated[str | None, typer.Option(help="The last period.")] = None,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """What a plan would change for each payee, in closed periods too; nothing is stored."""
    draft = lint(file)
    begins, last = (None if text is None else period_of(text) for text in (first, through))
    with open_log(log) as opened:
        told = known(opened, known_at, None)
    whole = impact(told.records, draft, (None, last))
    moved = whole if begins is None else whole.filter(pl.col("period") >= begins.number)
    show(_moved(moved), form)
    say(f"{draft.name} would move:")
    for text in _sums(moved) or ["nothing"]:
        say(f"  {text}")
    closed = last_closed(told.records)
    say(retroactive(whole, closed))


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


def show_acceptances(
    name: PlanName, log: Log = None, known_at: KnownAt = None, form: Form = Format.TABLE
) -> None:
    """Who has accepted a version of a plan, and who is paid under it and has not."""
    with open_log(log) as opened:
        told = known(opened, known_at, None)
    rows = [
        {
            "payee": each.payee,
            "accepted_at": None if each.at is None else each.at.astimezone(UTC).isoformat(),
            "language": each.language,
            "digest": each.digest,
            "current": "yes" if each.current else "no",
        }
        for each in acceptances(told.records, name)
    ]
    show(rows, form, ("payee", "accepted_at", "language", "current"))
    open_ = sum(row["current"] == "no" for row in rows)
    say(f"{name}: {len(rows) - open_} accepted, {open_} not")
