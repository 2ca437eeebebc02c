"""Disputes and rulings as decisions: raised, evidenced, settled, appealed, withdrawn, revoked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from commands.disputing import free_name, take
from evenhand.archived import Archived
from evenhand.cli.dispute_options import (
    Actual,
    ByDeal,
    ByLead,
    Code,
    Component,
    Expected,
    Files,
    Line,
    Named,
    NewName,
    Outcomes,
    PerhapsWhy,
    Period,
    Records,
    Whose,
    Why,
    Wrong,
)
from evenhand.cli.options import ApprovedBy, By, Log
from evenhand.cli.output import say
from evenhand.cli.rules import decided
from evenhand.cli.ruling_options import (
    Claims,
    Marketing,
    RulingFile,
    Sales,
    Shares,
    ruling_of,
)
from evenhand.evidence_files import evidence_of
from evenhand.sql.log import SqlLog
from evenhand.wiring import now, open_log, person
from schemas.events import OWN_SOURCE
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
)
from schemas.events.rulings import CreditOverridden, OverrideRevoked
from schemas.wire import event_of

dispute = typer.Typer(no_args_is_help=True, help="Disputes: contested pay, and how it is ruled.")


@dispute.command("raise")
def raise_dispute(
    deal: ByDeal = None,
    lead: ByLead = None,
    payee: Whose = None,
    reason_code: Wrong = Code.OTHER,
    line: Line = None,
    component: Component = None,
    in_period: Period = None,
    expected: Expected = None,
    actual: Actual = None,
    shares: Shares = None,
    marketing: Marketing = None,
    sales: Sales = None,
    claim: Claims = None,
    ruling: RulingFile = None,
    reason: PerhapsWhy = None,
    position: Records = None,
    file: Files = None,
    name: NewName = None,
    log: Log = None,
    by: By = None,
) -> None:
    """Contest what is paid for a deal or a lead; a ruling may be proposed. Its cash then waits."""
    proposed = ruling_of({"shares": shares, "marketing": marketing, "sales": sales}, claim, ruling)
    about = {"deal": deal, "lead": lead, "line": line, "component": component, "period": in_period}
    amounts = {"expected": _money(expected), "actual": _money(actual), "proposed": proposed}
    why = {"reason_code": reason_code.value, "reason": reason, "positions": position}
    with open_log(log) as opened:
        archive = Archived(opened)
        raised = archive.columns(types=[DisputeRaised.type])
        who = {"dispute": name or free_name(raised), "payee": payee or person(by)}
        fields = {**who, **about, **amounts, **why, "by": person(by)}
        event = decided(DisputeRaised, _present(fields, file, opened))
        new = take(archive, event, now=now())
    say(f"{event.dispute} {'is raised' if new else 'was raised before'} about {event.subject}")


def _money(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    amount, _, currency = text.partition(" ")
    return {"amount": amount, "currency": currency}


def _present(
    fields: Mapping[str, object], files: list[Path] | None, log: SqlLog
) -> dict[str, object]:
    """The fields that were typed, with the files by their digests."""
    named = {"files": evidence_of(files, log)} if files else {}
    return {name: value for name, value in fields.items() if value is not None} | named


@dispute.command("evidence")
def evidence(
    name: Named,
    position: Records = None,
    file: Files = None,
    note: Annotated[str | None, typer.Option(help="What it shows.")] = None,
    log: Log = None,
    by: By = None,
) -> None:
    """Add records and files to a dispute."""
    fields = {"dispute": name, "positions": position, "note": note, "by": person(by)}
    with open_log(log) as opened:
        event = decided(EvidenceAdded, _present(fields, file, opened))
        new = take(Archived(opened), event, now=now())
    say(f"evidence is added to {name}" if new else "it was added before; nothing changed")


@dispute.command("settle")
def settle(
    name: Named,
    outcome: Annotated[Outcomes, typer.Option(help="How it is ruled.")],
    reason: Why,
    shares: Shares = None,
    marketing: Marketing = None,
    sales: Sales = None,
    claim: Claims = None,
    ruling: RulingFile = None,
    deal: Annotated[
        str | None, typer.Option(help="The deal that is ruled; default that of the dispute.")
    ] = None,
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Rule a dispute; two people do who are no parties. Preview it first."""
    ruled = ruling_of({"shares": shares, "marketing": marketing, "sales": sales}, claim, ruling)
    with open_log(log) as opened:
        said = {"outcome": outcome.value, "reason": reason, **people(by, approved_by)}
        event = settlement(opened, name, {**said, "ruling": ruled, "deal": deal})
        _say(take(Archived(opened), event, now=now()), f"{name} is settled: {outcome}")


def settlement(log: SqlLog, name: str, fields: Mapping[str, object]) -> DisputeSettled:
    """The settlement of a dispute, about its own deal unless another is named."""
    present = {key: value for key, value in fields.items() if value is not None}
    about = {"deal": deal} if (deal := deal_of(log, name)) is not None else {}
    return decided(DisputeSettled, {**about, **present, "dispute": name})


def deal_of(log: SqlLog, name: str) -> str | None:
    """The deal that a dispute is about, None if it is about a lead or not there."""
    for record in log.stream(f"dispute/{name}"):
        event = event_of(record)
        if isinstance(event, DisputeRaised):
            return event.deal
    return None


def people(by: str | None, approved_by: str | None) -> dict[str, str]:
    """The two who rule; of one who names no other, just that one."""
    second = {} if approved_by is None else {"approved_by": approved_by}
    return {"by": person(by), **second}


@dispute.command("appeal")
def appeal(name: Named, reason: Why, log: Log = None, by: By = None) -> None:
    """Ask others to rule again."""
    _take(DisputeAppealed, {"dispute": name, "reason": reason}, f"{name} is appealed", (log, by))


@dispute.command("withdraw")
def withdraw(name: Named, reason: PerhapsWhy = None, log: Log = None, by: By = None) -> None:
    """Let a dispute go; only who raised it can."""
    said = {} if reason is None else {"reason": reason}
    _take(DisputeWithdrawn, {"dispute": name, **said}, f"{name} is withdrawn", (log, by))


@dispute.command("revoke")
def revoke(
    ruled: Annotated[str, typer.Argument(metavar="RULING", help="As ruling-dispute-1-1.")],
    deal: Annotated[str, typer.Option(help="The deal that it is about.")],
    reason: Why,
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Take a ruling or an override back, as if it had never been; two people do."""
    fields = {"deal": deal, "override": {"source": OWN_SOURCE, "id": ruled}, "reason": reason}
    event = decided(OverrideRevoked, {**fields, **people(by, approved_by)})
    with open_log(log) as opened:
        _say(take(Archived(opened), event, now=now()), f"{ruled} is revoked")


def override(
    deal: Annotated[str, typer.Argument(help="The deal.")],
    reason: Why,
    shares: Shares = None,
    marketing: Marketing = None,
    sales: Sales = None,
    claim: Claims = None,
    ruling: RulingFile = None,
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Rule the credit of a deal without a dispute; it goes before the rules of the policy."""
    ruled = ruling_of({"shares": shares, "marketing": marketing, "sales": sales}, claim, ruling)
    if ruled is None:
        raise typer.BadParameter("say what is ruled: --shares, --marketing, --sales or --claim")
    fields = {"deal": deal, "ruling": ruled, "reason": reason, **people(by, approved_by)}
    event = decided(CreditOverridden, fields)
    with open_log(log) as opened:
        _say(take(Archived(opened), event, now=now()), f"the credit of deal {deal} is ruled")


def _take(
    model: type[DisputeAppealed | DisputeWithdrawn],
    fields: Mapping[str, object],
    done: str,
    where: tuple[str | None, str | None],
) -> None:
    """Take a decision of one person about a dispute."""
    log, by = where
    event = decided(model, {**fields, "by": person(by)})
    with open_log(log) as opened:
        _say(take(Archived(opened), event, now=now()), done)


def _say(new: bool, done: str) -> None:
    say(done if new else "that was decided before; nothing changed")
