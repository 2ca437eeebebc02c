"""Questions about plans: what changed, what it would move, who has accepted it."""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from engine.law import RULES
from evenhand.archived import Archived
from evenhand.asking import known
from evenhand.cli.drafts import records_known, show_changes, show_moved
from evenhand.cli.options import Form, KnownAt, Lang, Language, Log, PlanName
from evenhand.cli.output import Format, say, show
from evenhand.plan_files import lint, read_plan
from evenhand.wiring import open_log
from replay.acceptances import acceptances, version_named
from schemas.plans import Plan
from schemas.rule_changes import changes


def diff(
    old: Annotated[str, typer.Argument(help="A file, or PLAN@VERSION of the log.")],
    new: Annotated[str, typer.Argument(help="A file, or PLAN@VERSION of the log.")],
    language: Lang = Language.EN,
    log: Log = None,
    form: Form = Format.TABLE,
) -> None:
    """What changed from one version of a plan to another, part by part, in words."""
    found = changes(plan_of(old, log), plan_of(new, log))
    show_changes(found, language, form)
    if not found:
        say(f"{old} and {new} say the same")


def plan_of(name: str, log: str | None) -> Plan:
    """The plan in a file, or the version of that name in the log."""
    if "@" not in name or Path(name).exists():
        return read_plan(Path(name))
    with open_log(log) as opened:
        return version_named(Archived(opened).columns(types=RULES), name)


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
    show_moved(records_known(log, known_at), draft, (first, through), form)


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
