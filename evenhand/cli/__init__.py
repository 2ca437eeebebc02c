"""The command line: data on stdout, words on stderr; exit 0 done, 1 refused or wrong, 2 usage."""

import os
import sys

import typer

from evenhand.asking import BadInstant
from evenhand.cli import (
    attribution,
    benches,
    chains,
    costs,
    demo,
    dispute_questions,
    disputes,
    earned,
    explaining,
    facts,
    files,
    models,
    performance,
    periods,
    plan_documents,
    plan_questions,
    plans,
    policies,
    questions,
    rules,
    segments,
    statements,
    upkeep,
    weights,
    what_if,
)
from evenhand.cli.options import Log
from evenhand.cli.output import say
from evenhand.segments.places import SETTING
from evenhand.times import BadPeriod, BadTime
from schemas.errors import EvenhandError

USAGE = (BadInstant, BadPeriod, BadTime, explaining.NothingToExplain)
"""Errors about how a command was written, not about what it found."""

app = typer.Typer(
    name="evenhand",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(plans.plan, name="plan")
plans.plan.command("diff")(plan_questions.diff)
plans.plan.command("impact")(plan_questions.show_impact)
plans.plan.command("acceptances")(plan_questions.show_acceptances)
plans.plan.command("document")(plan_documents.document)
app.add_typer(policies.policy, name="policy")
models.model.command("train")(weights.train)
models.model.command("approve")(weights.approve)
models.model.command("activate")(weights.activate)
models.model.command("shadow")(weights.shadow)
app.add_typer(rules.rate, name="rate")
app.add_typer(disputes.dispute, name="dispute")
disputes.dispute.command("list")(dispute_questions.list_disputes)
disputes.dispute.command("show")(dispute_questions.show_dispute)
disputes.dispute.command("preview")(dispute_questions.preview_ruling)
app.command("override")(disputes.override)
app.add_typer(models.model, name="model")
app.add_typer(periods.period, name="period")
app.add_typer(facts.quarantine, name="quarantine")
app.add_typer(questions.schemas, name="schemas")
app.add_typer(segments.segments, name="segments")
app.add_typer(benches.bench, name="bench")
app.command("demo")(demo.demo)
app.command("ingest")(facts.ingest)
app.command("import")(files.import_export)
app.command("consume")(facts.consume)
app.command("statement")(statements.statement)
app.command("balance")(statements.balance)
app.command("costs")(costs.costs)
app.command("replay")(statements.replay)
app.command("earned")(earned.earned)
app.command("what-if")(what_if.what_if)
app.command("difference")(statements.compare)
app.command("explain")(explaining.explain)
app.command("attribution")(attribution.attribution)
app.command("collisions")(attribution.show_collisions)
app.command("history")(questions.show_history)
app.command("as-of")(questions.show_as_of)
app.command("exceptions")(questions.show_exceptions)
app.command("chain")(chains.chain)
app.command("conversion")(chains.conversion)
app.command("flags")(chains.show_flags)
app.command("performance")(performance.show_performance)
app.command("verify")(questions.verify)
app.command("doctor")(upkeep.doctor)


@app.callback()
def choose(log: Log = None, where: segments.Where = None) -> None:
    """Commissions from events: every cent explained by facts and one rule."""
    if log is not None:
        os.environ["EVENHAND_LOG"] = log
    if where is not None:
        os.environ[SETTING] = where


def main() -> None:
    """Run the command that was asked for; our own errors become a sentence and exit 1 or 2."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except EvenhandError as error:
        say(f"{error.code}: {error}")
        sys.exit(2 if isinstance(error, USAGE) else 1)
    except BrokenPipeError:  # whoever read our output has read enough
        _close_quietly()
        sys.exit(0)


def _close_quietly() -> None:
    """Let what is left to print go nowhere, so that nothing fails on the way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
