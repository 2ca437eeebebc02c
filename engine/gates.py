"""Gates: a payee's conversion that must be reached before a component pays.

A gate opens or stays shut per payee, window and period at whose end one looks. Its counts grow only
by facts effective before that end, so a window that is over never moves with time, only with
knowledge.
"""

import polars as pl

from engine.ground import Ground, first_qualifications
from engine.moments import told_at
from engine.rulebook import Version
from engine.world import World
from engine.zones import month
from schemas.plans import MONTHS_OF, FlowGate, Plan

_LINE = ("payee", "subject", "fact", "component", "source", "plan", "currency", "role")
"""What a line is known by while it is entitled to; all but the period of its key."""


def gated(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Entitlements (ENTITLED), each multiplied by whether the gates on its component are open.

    A line whose gate opens or shuts in a period without any change of its own gets a row there.
    """
    for version in ground.versions:
        for gate in version.plan.gates:
            here = (pl.col("plan") == version.plan.name) & pl.col("component").is_in(
                gate.applies_to
            )
            told = lines.filter(here)
            if told.is_empty() or not isinstance(gate, FlowGate):
                continue
            counts = _counts(ground.world, told, version, gate)
            rest = lines.filter(here.not_())
            lines = pl.concat([rest, _multiplied(told, counts, gate, version.plan)])
    return lines


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


def _counts(world: World, told: pl.DataFrame, version: Version, gate: FlowGate) -> pl.DataFrame:
    """Whether the gate is met: `payee, window, period, met`, a row a change of the counts."""
    period = month(pl.col("at"), version.plan.zone)
    counted = (
        conversions(world)
        .join(told.select("payee").unique(), on="payee", how="semi")
        .filter(pl.col("at") >= version.runs_from)
        .with_columns(period=period)
        .with_columns(window=_window(pl.col("period"), gate, version.plan))
        .group_by("payee", "window", "period")
        .agg(
            qualified=(pl.col("what") == "qualified").sum().cast(pl.Int64),
            signed=(pl.col("what") == "signed").sum().cast(pl.Int64),
        )
        .sort("payee", "window", "period")
        .with_columns(pl.col("qualified", "signed").cum_sum().over("payee", "window"))
    )
    reached = pl.col("signed") * gate.threshold.denominator
    needed = pl.col("qualified") * gate.threshold.numerator
    enough = reached >= needed if gate.inclusive else reached > needed
    none = pl.col("qualified") == 0
    met = pl.when(none).then(pl.lit(gate.zero_qualified == "open")).otherwise(enough)
    return counted.select("payee", "window", "period", "qualified", "signed", met=met)


def _multiplied(
    told: pl.DataFrame, counts: pl.DataFrame, gate: FlowGate, plan: Plan
) -> pl.DataFrame:
    window = _window(pl.col("dated"), gate, plan)
    dated = told.with_columns(window=window)
    openings = _openings(counts, gate, dated)
    moments = (
        dated.select(*_LINE, "window", "dated")
        .unique()
        .join(openings.select("payee", "window", "period"), on=["payee", "window"])
        .filter(pl.col("period") > pl.col("dated"))
    )
    answered = (
        told_at(dated, moments, _LINE)
        .sort("period")
        .join_asof(
            openings.sort("period"),
            on="period",
            by=["payee", "window"],
            strategy="backward",
            check_sortedness=False,
        )
    )
    shut = pl.lit(gate.zero_qualified == "open")
    opened = pl.col("opened").fill_null(shut)
    return answered.with_columns(amount=pl.when(opened).then("amount").otherwise(0)).select(
        told.columns
    )


def _window(period: pl.Expr, gate: FlowGate, plan: Plan) -> pl.Expr:
    """The number of the gate's window that holds a period."""
    return (period - (plan.year_starts - 1)) // MONTHS_OF[gate.window]


def _openings(counts: pl.DataFrame, gate: FlowGate, dated: pl.DataFrame) -> pl.DataFrame:
    """From which period on each window is open: by its own counts, or if deferred by later ones.

    A later window opens an earlier one only by a conversion it reached, never by being empty.
    """
    if gate.missed == "lost":
        return counts.select("payee", "window", "period", opened="met")
    windows = dated.select("payee", "window").unique()
    counted = counts.select("payee", _window="window").unique()
    pairs = pl.concat(
        [windows.with_columns(_window="window"), windows.join(counted, on="payee")]
    ).filter(pl.col("_window") >= pl.col("window"))
    grid = pairs.unique().join(counts.select("payee", "period").unique(), on="payee")
    told = grid.sort("period").join_asof(
        counts.rename({"window": "_window"}).sort("period"),
        on="period",
        by=["payee", "_window"],
        strategy="backward",
        check_sortedness=False,
    )
    own = pl.col("_window") == pl.col("window")
    empty = pl.lit(gate.zero_qualified == "open")
    met = (
        pl.when(own)
        .then(pl.col("met").fill_null(empty))
        .otherwise(pl.col("met").fill_null(value=False) & (pl.col("qualified") > 0))
    )
    return told.group_by("payee", "window", "period").agg(opened=met.any())
