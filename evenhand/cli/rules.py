"""Rules: plans linted, tried, published and assigned; rates of exchange."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from commands.handle import rule
from commands.plans import AssignPlan, PublishPlan, PublishRate
from evenhand.asking import zone
from evenhand.cli.options import ApprovedBy, By, Form, Log
from evenhand.cli.output import Format, say, show
from evenhand.plan_files import BadPlan, lint, read_bytes, read_plan
from evenhand.times import instant_of, period_of
from evenhand.wiring import now, open_log, person
from replay.trial import tried
from schemas.bad_events import BadEvent
from schemas.calendar import midnight
from schemas.events.decisions import PlanAssigned, RateOfExchangePublished
from schemas.json_text import parse_object
from schemas.recorded import Unrecorded
from schemas.statements import line_documents
from schemas.values import Instant
from schemas.wire import decode, unrecorded

LINE_COLUMNS = (
    "line", "payee", "period", "stated_in", "deal", "lead", "component", "source", "share", "base",
    "rate", "amount", "currency",
)  # fmt: skip

_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)
Decided = TypeVar("Decided", PlanAssigned, RateOfExchangePublished)

plan = typer.Typer(no_args_is_help=True, help="Plans: data that finance can read.")
rate = typer.Typer(no_args_is_help=True, help="Rates of exchange.")


@plan.command("lint")
def lint_plan(
    files: Annotated[list[Path], typer.Argument(help="Plan files, YAML or JSON.")],
) -> None:
    """Find everything that is wrong with plans, and execute their examples."""
    wrong: list[str] = []
    for file in files:
        try:
            found = lint(file)
        except BadPlan as bad:
            wrong.append(f"{bad.code}: {bad}")
        else:
            say(f"{file}: {found.name} can be published; {len(found.examples)} examples hold")
    for text in wrong:
        say(text)
    if wrong:
        raise typer.Exit(1)


@plan.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The plan file.")],
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Make a version of a plan the law from its effective_from."""
    found = lint(file)
    command = PublishPlan(plan=found, by=person(by), approved_by=approved_by)
    at = midnight(found.effective_from, found.zone)
    id_ = f"plan-{found.plan}-{found.version}"
    with open_log(log) as opened:
        new = rule(opened, command, effective_at=at, id_=id_, by=person(by))
    say(f"{found.name} {'is published' if new else 'was published before; nothing changed'}")


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
        event = _decided(PlanAssigned, fields)
        id_ = f"assign-{payee}-{name}-{begin:%Y%m%dT%H%M%S}-{now():%Y%m%dT%H%M%S%f}"
        new = rule(opened, AssignPlan(assignment=event), effective_at=begin, id_=id_, by=person(by))
    say(f"{payee} {'is assigned to' if new else 'was assigned before to'} {name}")


@plan.command("try")
def try_plan(
    files: Annotated[list[Path], typer.Argument(help="Plan files: versions and plans.")],
    events: Annotated[Path, typer.Option(help="Facts: CloudEvents, one JSON object a line.")],
    through: Annotated[str | None, typer.Option(help="The last period, as 2026-03.")] = None,
    form: Form = Format.TABLE,
) -> None:
    """What plans would pay on facts; nothing is stored."""
    plans = [read_plan(file) for file in files]
    facts, refused = _facts(events)
    last = None if through is None else period_of(through)
    trial = tried(plans, facts, through=last)
    show(line_documents(trial.lines), form, LINE_COLUMNS)
    for each in trial.quarantine:
        say(f"{each.code}: {each.reason}; the first one counts")
    if refused or trial.quarantine:
        raise typer.Exit(1)


def _facts(file: Path) -> tuple[list[Unrecorded], int]:
    """The facts in a file; decisions about rates and assignments may stand among them."""
    facts: list[Unrecorded] = []
    refused = 0
    for number, line in enumerate(read_bytes(file).splitlines(), 1):
        try:
            if line.strip():
                facts.append(_fact(line.removeprefix(b"\xef\xbb\xbf")))
        except BadEvent as bad:
            refused += 1
            say(f"{file.name}:{number}: {bad.code}: {bad}")
    return facts, refused


def _fact(line: bytes) -> Unrecorded:
    """One line as a fact, or as a decision that a trial may take as given."""
    try:
        return decode(line)
    except BadEvent as bad:
        given = _given(line) if bad.code == "not-a-fact" else None
        if given is None:
            raise
        return given


def _given(line: bytes) -> Unrecorded | None:
    envelope = parse_object(line)
    models = {model.type: model for model in (RateOfExchangePublished, PlanAssigned)}
    model = models.get(envelope["type"])
    if model is None:
        return None
    try:
        at = _INSTANT.validate_python(envelope["time"])
        event = model.model_validate(envelope.get("data"))
    except ValidationError:
        return None
    return unrecorded(event, effective_at=at, source=envelope["source"], id=envelope["id"])


def _decided(model: type[Decided], fields: dict[str, object]) -> Decided:
    """A decision of what was typed; what it cannot hold is a wrong use of the command."""
    try:
        return model.model_validate(fields)
    except ValidationError as invalid:
        reasons = (f"{error['loc'][0]}: {error['msg']}" for error in invalid.errors())
        raise typer.BadParameter("; ".join(reasons)) from None


@rate.command("publish")
def publish_rate(
    base: str,
    quote: str,
    worth: Annotated[str, typer.Argument(metavar="RATE", help='As in "7.1" or "64/9".')],
    starts: Annotated[str, typer.Option("--from", help="A date or an instant.")],
    log: Log = None,
    by: By = None,
) -> None:
    """Say what one unit of BASE is worth in QUOTE from a time on."""
    with open_log(log) as opened:
        at = instant_of(starts, zone(opened))
        fields: dict[str, object] = {"base": base, "quote": quote, "rate": worth, "by": person(by)}
        event = _decided(RateOfExchangePublished, fields)
        id_ = f"rate-{base}-{quote}-{at:%Y%m%dT%H%M%S}-{now():%Y%m%dT%H%M%S%f}"
        rule(opened, PublishRate(rate=event), effective_at=at, id_=id_, by=person(by))
    say(f"1 {base} is worth {worth} {quote} from {starts} on")
