"""Attribution policies: linted, tried, compared, weighed, published, shown."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.handle import publish_policy
from commands.policies import PublishPolicy
from evenhand.archived import Archived
from evenhand.cli.drafts import announced, lint_all, records_known, show_changes, show_moved
from evenhand.cli.options import ApprovedBy, By, Form, KnownAt, Lang, Language, Log
from evenhand.cli.output import Format, document, say, show
from evenhand.policy_files import POLICY_FILES, read_policy
from evenhand.trial_files import facts_and_refused
from evenhand.wiring import open_log, person
from projections.attribution import Attribution
from replay.policies import policies_known, policy_named
from replay.policy_impact import MovedDeal, deals_moved
from replay.policy_trial import policies_tried
from schemas.calendar import midnight
from schemas.policies import Policy
from schemas.rule_changes import changes
from schemas.values import amount_text

ATTRIBUTION_COLUMNS = ("deal", "shares", "rule", "claims", "marketing", "sales", "policy")

policy = typer.Typer(no_args_is_help=True, help="Attribution policies: whose deal it is, as data.")


class Per(StrEnum):
    """What an impact is told per."""

    PAYEE = "payee"
    DEAL = "deal"


@policy.command("lint")
def lint(
    files: Annotated[list[Path], typer.Argument(help="Policy files, YAML or JSON.")],
) -> None:
    """Find everything that is wrong with policies, with its place, and execute their examples."""
    lint_all(files, POLICY_FILES)


@policy.command("try")
def try_policy(
    files: Annotated[list[Path], typer.Argument(help="Policy files: versions and policies.")],
    events: Annotated[Path, typer.Option(help="Facts: CloudEvents, one JSON object a line.")],
    deal: Annotated[str | None, typer.Option(help="Only this deal.")] = None,
    form: Form = Format.TABLE,
) -> None:
    """Whose deals the facts speak of, with every claim and its status; nothing is stored."""
    policies = [read_policy(file) for file in files]
    facts, refused = facts_and_refused(events)
    for reason in refused:
        say(reason)
    trial = policies_tried(policies, facts)
    show_attributions([each for each in trial.deals if deal in (None, each.deal)], form)
    for each in trial.quarantine:
        say(f"{each.code}: {each.reason}; the first one counts")
    if refused or trial.quarantine:
        raise typer.Exit(1)


def show_attributions(found: Sequence[Attribution], form: Format) -> None:
    """Print whose deals they are: JSON in full, a row a deal in tables and CSV."""
    if form is Format.JSON:
        document([each.document() for each in found])
    else:
        show([attribution_row(each) for each in found], form, ATTRIBUTION_COLUMNS)


def attribution_row(told: Attribution) -> dict[str, Any]:
    """Whose a deal is in one row of words."""
    return {
        "deal": told.deal,
        "customer": told.customer,
        "shares": shared(told.shares),
        "rule": told.rule,
        "claims": ", ".join(f"{claim.name} {claim.status}" for claim in told.claims),
        "marketing": shared(told.marketing),
        "sales": shared(told.sales),
        "policy": told.policy,
    }


def shared(shares: Mapping[str, Any]) -> str:
    """Shares in words: `mia 1/2, sam 1/2`, or one name that has all."""
    return ", ".join(
        name if str(share) == "1" else f"{name} {share}" for name, share in shares.items()
    )


@policy.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="A file, or POLICY@VERSION of the log.")],
    new: Annotated[str, typer.Argument(help="A file, or POLICY@VERSION of the log.")],
    language: Lang = Language.EN,
    log: Log = None,
    form: Form = Format.TABLE,
) -> None:
    """What changed from one version of a policy to another, key by key, in words."""
    found = changes(_policy_of(old, log), _policy_of(new, log))
    show_changes(found, language, form)
    if not found:
        say(f"{old} and {new} say the same")


def _policy_of(name: str, log: str | None) -> Policy:
    """The policy in a file, or the version of that name in the log."""
    if "@" not in name or Path(name).exists():
        return read_policy(Path(name))
    return policy_named(records_known(log, None), name)


@policy.command("impact")
def impact(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    first: Annotated[str | None, typer.Option("--from", help="The first period.")] = None,
    through: Annotated[str | None, typer.Option(help="The last period.")] = None,
    per: Annotated[Per, typer.Option(help="What is told: payees, or deals.")] = Per.PAYEE,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """What a policy would change for each payee, or of each deal; nothing is stored."""
    draft = POLICY_FILES.linted(file).rules
    records = records_known(log, known_at)
    if per is Per.PAYEE:
        show_moved(records, draft, (first, through), form)
    else:
        moved = deals_moved(records, draft)
        show([_deal_row(each) for each in moved], form)
        say(f"{draft.name} would decide or pay {len(moved)} deals otherwise")


def _deal_row(moved: MovedDeal) -> dict[str, Any]:
    was, becomes = moved.before, moved.after
    return {
        "deal": moved.deal,
        "was": was.shares,
        "becomes": becomes.shares,
        "rule": becomes.rule if was.rule == becomes.rule else f"{was.rule} -> {becomes.rule}",
        "before": cost_text(was.costs),
        "after": cost_text(becomes.costs),
    }


def cost_text(costs: Mapping[str, int]) -> str:
    """Amounts of several currencies in words: `400.00 CNY`, or 0."""
    told = (f"{amount_text(amount, currency)} {currency}" for currency, amount in costs.items())
    return ", ".join(told) or "0"


@policy.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    log: Log = None,
    by: By = None,
    approved_by: ApprovedBy = None,
) -> None:
    """Make a version of a policy the law from its effective_from; a second person approves it."""
    found = POLICY_FILES.linted(file).rules
    command = PublishPolicy(policy=found, by=person(by), approved_by=approved_by or "")
    at = midnight(found.effective_from, found.zone)
    id_ = f"policy-{found.policy}-{found.version}"
    with open_log(log) as opened:
        archive, before = Archived(opened), opened.head().position
        new = publish_policy(archive, command, effective_at=at, id_=id_)
        more = announced(found, archive, before) if new else ()
    say(f"{found.name} {'is published' if new else 'was published before; nothing changed'}")
    for text in more:
        say(text)


@policy.command("show")
def show_policy(
    name: Annotated[
        str | None,
        typer.Argument(metavar="POLICY@VERSION", help="As in source-of-deal@1; else all of them."),
    ] = None,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """A version of a policy as data, or the list of those that are known and from when on."""
    records = records_known(log, known_at)
    if name is not None:
        document(policy_named(records, name).document())
        return
    rows = [
        {
            "policy": each.name,
            "effective_from": each.effective_from.isoformat(),
            "time_zone": each.time_zone,
            "rules": ", ".join(rule if isinstance(rule, str) else rule.id for rule in each.rules),
            "digest": each.digest(),
        }
        for each in policies_known(records)
    ]
    show(rows, form, ("policy", "effective_from", "time_zone", "rules"))
