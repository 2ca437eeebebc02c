"""Plans: linted, tried, compared, weighed, published, assigned, accepted."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from commands.handle import rule
from commands.plans import AcceptPlan, AssignPlan, PublishPlan
from engine.law import RULES
from evenhand.archived import Archived
from evenhand.asking import zone
from evenhand.cli.drafts import announced, lint_all
from evenhand.cli.options import ApprovedBy, By, Form, Lang, Language, Log, PlanName
from evenhand.cli.output import Format, say, show
from evenhand.cli.rules import decided
from evenhand.plan_files import PLAN_FILES, lint, read_plan
from evenhand.times import instant_of, period_of
from evenhand.trial_files import facts_and_refused
from evenhand.wiring import now, open_log, person
from replay.acceptances import version_named
from replay.trial import tried
from schemas.calendar import PayoutPeriod, midnight
from schemas.events.decisions import PlanAssigned
from schemas.events.people import PlanAccepted
from schemas.statements import line_documents
from schemas.values import amount_text

LINE_COLUMNS = (
    "line", "payee", "period", "stated_in", "deal", "lead", "component", "source", "share", "base",
    "rate", "amount", "currency",
)  # fmt: skip
BALANCES_SHOWN = ("held", "disputed", "capped", "carried", "owed")

plan = typer.Typer(no_args_is_help=True, help="Plans: data that finance can read.")


@plan.command("lint")
def lint_plan(
    files: Annotated[list[Path], typer.Argument(help="Plan files, YAML or JSON.")],
) -> None:
    """Find everything that is wrong with plans, with its place, and execute their examples."""
    lint_all(files, PLAN_FILES)


@plan.command("try")
def try_plan(
    files: Annotated[list[Path], typer.Argument(help="Plan files: versions and plans.")],
    events: Annotated[Path, typer.Option(help="Facts: CloudEvents, one JSON object a line.")],
    through: Annotated[str | None, typer.Option(help="The last period, as 2026-03.")] = None,
    balances: Annotated[
        bool, typer.Option("--balances", help="Print cash and balances after each period instead.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """What plans would pay on facts; nothing is stored."""
    plans = [read_plan(file) for file in files]
    facts, refused = facts_and_refused(events)
    for reason in refused:
        say(reason)
    last = None if through is None else period_of(through)
    trial = tried(plans, facts, through=last)
    if balances:
        show(_balances(trial.balances()), form)
    else:
        show(line_documents(trial.lines), form, LINE_COLUMNS)
    for each in trial.quarantine:
        say(f"{each.code}: {each.reason}; the first one counts")
    if refused or trial.quarantine:
        raise typer.Exit(1)


def _balances(found: pl.DataFrame) -> list[dict[str, str]]:
    """Balances after each period as rows to print."""
    names = ("stated", "carried_before", "cash", *BALANCES_SHOWN)
    return [
        {
            "payee": row["payee"],
            "period": str(PayoutPeriod(row["period"])),
            **{name: amount_text(row[name], row["currency"]) for name in names if name in row},
            "currency": row["currency"],
        }
        for row in found.sort("payee", "currency", "period").iter_rows(named=True)
    ]


@plan.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The plan file.")],
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Make a version of a plan the law from its effective_from; a second person approves it."""
    found = lint(file)
    command = PublishPlan(plan=found, by=person(by), approved_by=approved_by or "")
    at = midnight(found.effective_from, found.zone)
    id_ = f"plan-{found.plan}-{found.version}"
    with open_log(log) as opened:
        archive, before = Archived(opened), opened.head().position
        new = rule(archive, command, effective_at=at, id_=id_, by=person(by))
        more = announced(found, archive, before) if new else ()
    say(f"{found.name} {'is published' if new else 'was published before; nothing changed'}")
    for text in more:
        say(text)


@plan.command("assign")
def assign(
    payee: str,
    name: Annotated[str, typer.Argument(metavar="PLAN")],
    starts: Annotated[str, typer.Option("--from", help="A date or an instant.")],
    ends: Annotated[str | None, typer.Option("--to", help="Half-open end.")] = None,
    log: Log = None,
    by: By = None,
) -> None:
    """Pay somebody under a plan from a date on."""
    with open_log(log) as opened:
        local = zone(opened)
        begin = instant_of(starts, local)
        fields: dict[str, object] = {"payee": payee, "plan": name, "from": begin, "by": person(by)}
        if ends is not None:
            fields["to"] = instant_of(ends, local)
        event = decided(PlanAssigned, fields)
        id_ = f"assign-{payee}-{name}-{begin:%Y%m%dT%H%M%S}-{now():%Y%m%dT%H%M%S%f}"
        new = rule(
            Archived(opened),
            AssignPlan(assignment=event),
            effective_at=begin,
            id_=id_,
            by=person(by),
        )
    say(f"{payee} {'is assigned to' if new else 'was assigned before to'} {name}")


@plan.command("accept")
def accept(
    name: PlanName,
    payee: Annotated[str, typer.Option(metavar="ID", help="Who accepts it.")],
    language: Lang = Language.EN,
    log: Log = None,
    by: By = None,
) -> None:
    """Record that a payee accepts a version of a plan, in the words of its document."""
    with open_log(log) as opened:
        new = _accept(Archived(opened), name, payee, language.value, person(by))
    say(f"{payee} {'accepts' if new else 'accepted before:'} {name}")


def _accept(archive: Archived, name: str, payee: str, language: str, by: str) -> bool:
    version = version_named(archive.columns(types=RULES), name)
    fields: dict[str, object] = {
        "payee": payee,
        "plan": version.plan,
        "plan_version": version.version,
        "digest": version.digest(),
        "language": language,
    }
    command = AcceptPlan(acceptance=decided(PlanAccepted, fields))
    at = now()
    id_ = f"accept-{payee}-{version.plan}-{version.version}-{at:%Y%m%dT%H%M%S%f}"
    return rule(archive, command, effective_at=at, id_=id_, by=by)
