"""Conversions: leads of the marketing side that were qualified, and those that signed, by window.

A flow counts what was qualified and what was signed in a window; a cohort follows the leads that
were qualified in it, and counts those that signed in time. Both grow only by facts effective before
the end of the period at which one looks.
"""

from datetime import timedelta

import polars as pl

from engine.ground import first_qualifications
from engine.rulebook import Version
from engine.windows import window_number
from engine.world import World
from engine.zones import month
from schemas.calendar import PayoutPeriod, midnight
from schemas.plans import MONTHS_OF, CohortGate, FlowGate, Plan
from schemas.recorded import microseconds


def conversions(world: World) -> pl.DataFrame:
    """Leads that count for a gate: `payee, lead, at, what`, with `what` qualified or signed."""
    qualified = first_qualifications(world).filter(pl.col("role") == "marketing")
    signed = (
        _signed_leads(world)
        .join(world.leads, on="lead")
        .filter(pl.col("side").fill_null("marketing") == "marketing")
        .group_by("lead", "payee")
        .agg(at=pl.col("signed_at").min())
    )
    return pl.concat(
        [
            qualified.select("payee", "lead", "at", what=pl.lit("qualified")),
            signed.select("payee", "lead", "at", what=pl.lit("signed")),
        ]
    ).filter(pl.col("payee").is_not_null())


def flow(counted: pl.DataFrame, version: Version, gate: FlowGate) -> pl.DataFrame:
    """What conversions count for: `payee, what, window, period`, each in the window of its date."""
    dated = _dated(counted, version, gate)
    return dated.select("payee", "what", "window", "period")


def cohort(counted: pl.DataFrame, version: Version, gate: CohortGate) -> pl.DataFrame:
    """The same of leads qualified in a window: a signing in time counts there, when both are."""
    dated = _dated(counted, version, gate)
    qualified = dated.filter(pl.col("what") == "qualified")
    signed = (
        dated.filter(pl.col("what") == "signed")
        .select("lead", "what", "at", _signed_in="period")
        .join(qualified.drop("what", "at"), on="lead")
        .join(_deadlines(qualified, version.plan, gate), on="window")
        .filter(pl.col("at") < pl.col("deadline"))
        .with_columns(period=pl.max_horizontal("period", "_signed_in"))
    )
    kept = ["payee", "what", "window", "period"]
    return pl.concat([qualified.select(kept), signed.select(kept)])


def _dated(counted: pl.DataFrame, version: Version, gate: FlowGate | CohortGate) -> pl.DataFrame:
    """Conversions since the windows of the version run, with the period and window of each."""
    return (
        counted.filter(pl.col("at") >= version.runs_from)
        .with_columns(period=month(pl.col("at"), version.plan.zone))
        .with_columns(window=window_number(pl.col("period"), gate.window, version.plan))
    )


def _deadlines(qualified: pl.DataFrame, plan: Plan, gate: CohortGate) -> pl.DataFrame:
    """The local midnight so many days after the end of each window: `window, deadline`."""
    months, rows = MONTHS_OF[gate.window], list[tuple[int, int]]()
    for number in qualified["window"].unique():
        ends = PayoutPeriod((number + 1) * months + plan.year_starts - 1).first_day
        late = midnight(ends + timedelta(days=gate.days), plan.zone)
        rows.append((number, microseconds(late)))
    schema = {"window": pl.Int64(), "deadline": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _signed_leads(world: World) -> pl.DataFrame:
    """The deals that sign a lead, `lead, signed_at`, but for those cancelled before that."""
    cancelled = (
        world.facts.filter(pl.col("kind") == "cancellation")
        .select("deal", _at="effective_at")
        .join(world.signings.select("deal", "signed_at"), on="deal")
        .filter(pl.col("_at") <= pl.col("signed_at"))
    )
    return (
        world.signings.select("deal", "lead", "signed_at")
        .join(world.sources.select("deal", "claimed_lead"), on="deal")
        .join(cancelled, on="deal", how="anti")
        .select("signed_at", lead=pl.coalesce("lead", "claimed_lead"))
        .filter(pl.col("lead").is_not_null())
    )
