"""Conversions: leads of the marketing side that were qualified, and those that signed, by window.

A flow counts what was qualified and what was signed in a window; a cohort follows the leads that
were qualified in it, and counts those that signed in time. Both grow only by facts effective before
the end of the period at which one looks.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

import polars as pl

from engine.by_name import joined
from engine.by_order import beside
from engine.rulebook import Version
from engine.windows import window_number
from engine.world import World
from engine.zones import month
from schemas.calendar import PayoutPeriod, midnight
from schemas.frames import Schema
from schemas.plans import MONTHS_OF, CohortGate, FlowGate, Plan
from schemas.recorded import microseconds

COUNTED: Final[Schema] = {
    "payee": pl.String(),
    "lead": pl.String(),
    "at": pl.Int64(),
    "what": pl.String(),  # qualified or signed
}
"""Leads that count for gates: one row a lead and what became of it."""
_COUNTS: Final = ("payee", "what", "window", "period", "many")
_ONE: Final = pl.lit(1, dtype=pl.Int64)


def conversions(world: World) -> pl.DataFrame:
    """Leads that count for a gate (COUNTED)."""
    found = world.qualifications.select("payee", "lead", "at", "role").filter(
        pl.col("role") == "marketing"
    )
    parts = (("qualified", found), ("signed", _signed(world)))
    return pl.concat(
        part.select("payee", "lead", "at", what=pl.lit(what)) for what, part in parts
    ).filter(pl.col("payee").is_not_null())


def added_up(counted: pl.DataFrame, versions: Collection[Version]) -> pl.DataFrame:
    """Conversions (COUNTED) with those that count alike as one row, with how `many` they are.

    Flow gates of these versions ask for a month and not for a lead; so the counts of a whole log
    are few where each part of it needs them. What was added up before, of parts of a log, becomes
    one. A gate by cohort follows each lead: with one among them, all stay as they are.
    """
    if any(gate.count == "cohort" for version in versions for gate in version.plan.gates):
        return counted
    seen = [version for version in versions if version.plan.gates]
    zones = {version.plan.zone.key: version.plan.zone for version in seen}
    runs = sorted({version.runs_from for version in seen})
    months = [month(pl.col("at"), zone).alias(f"_in_{key}") for key, zone in zones.items()]
    since = [(pl.col("at") >= run).alias(f"_since_{run}") for run in runs]
    alike = ("payee", "what", *(each.meta.output_name() for each in (*months, *since)))
    told = counted if "many" in counted.columns else counted.with_columns(many=_ONE)
    return (
        told.with_columns(*months, *since)
        .group_by(alike)
        .agg(pl.col("lead", "at").min(), pl.col("many").sum())
        .sort(alike)
        .select("payee", "lead", "at", "what", "many")
    )


def _signed(world: World) -> pl.DataFrame:
    """Leads of the marketing side, when they were first signed: `opened, lead, payee, at`."""
    marketing = pl.col("side").fill_null("marketing") == "marketing"
    leads = world.leads.select("lead", "payee", "opened").filter(
        world.leads.select(marketing).to_series()
    )
    return (
        joined(_signed_leads(world), leads, "lead")
        .group_by("opened")
        .agg(pl.col("lead", "payee").first(), at=pl.col("signed_at").min())
    )


def flow(counted: pl.DataFrame, version: Version, gate: FlowGate) -> pl.DataFrame:
    """What conversions count for, each in the window of its date, and how `many` of them alike.

    `payee, what, window, period, many`.
    """
    told = counted if "many" in counted.columns else counted.with_columns(many=_ONE)
    return _dated(told, version, gate).select(_COUNTS)


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
    return pl.concat([qualified, signed.select(qualified.columns)]).select(*_COUNTS[:-1], many=_ONE)


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
    signings = world.signings.select("deal", "signing", "signed_at", "lead")
    cancellations = world.facts.select("deal", _at="effective_at").filter(
        world.facts["kind"] == "cancellation"
    )
    if not cancellations.is_empty():
        void = signings.join(cancellations, on="deal").filter(pl.col("_at") <= pl.col("signed_at"))
        signings = signings.join(void, on="signing", how="anti")
    return (
        beside(signings, world.sources.select("signing", "claimed_lead"), "signing")
        .select("signed_at", lead=pl.coalesce("lead", "claimed_lead"))
        .drop_nulls("lead")
    )
