"""Gates: a payee's conversion that must be reached before a component pays.

A gate opens or stays shut per payee, window and period at whose end one looks. Its counts grow only
by facts effective before that end, so a window that is over never moves with time, only with
knowledge.
"""

from collections.abc import Sequence

import polars as pl

from engine.components.points import first_qualifications
from engine.rulebook import Version
from engine.world import World
from engine.zones import month
from schemas.plans import MONTHS_OF, Gate


def gated(lines: pl.DataFrame, world: World, versions: Sequence[Version]) -> pl.DataFrame:
    """Entitlements (EARNED) of commission, each multiplied by whether its gates are open.

    A line whose gate opens or shuts in a period without any change of its own gets a row there.
    """
    zone = versions[0].plan.zone
    dates = world.layers.select("deal", fact="layer", dated=month(pl.col("opened_at"), zone))
    for version in versions:
        for gate in version.plan.gates:
            here = (pl.col("plan") == version.plan.name) & pl.col("component").is_in(
                gate.applies_to
            )
            told = lines.filter(here)
            if told.is_empty():
                continue
            counts = _counts(world, told, version, gate)
            rest = lines.filter(here.not_())
            lines = pl.concat([rest, _multiplied(told, dates, counts, gate)])
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


def _counts(world: World, told: pl.DataFrame, version: Version, gate: Gate) -> pl.DataFrame:
    """Whether the gate is met: `payee, window, period, met`, a row a change of the counts."""
    span = MONTHS_OF[gate.window]
    period = month(pl.col("at"), version.plan.zone)
    counted = (
        conversions(world)
        .join(told.select("payee").unique(), on="payee", how="semi")
        .filter(pl.col("at") >= version.runs_from)
        .with_columns(period=period)
        .with_columns(window=pl.col("period") // span)
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
    told: pl.DataFrame, dates: pl.DataFrame, counts: pl.DataFrame, gate: Gate
) -> pl.DataFrame:
    span = MONTHS_OF[gate.window]
    dated = told.join(dates, on=["deal", "fact"]).with_columns(window=pl.col("dated") // span)
    openings = _openings(counts, gate, dated)
    key = ["payee", "deal", "fact", "component", "source", "plan", "currency", "role"]
    moments = (
        dated.select(*key, "window", "dated")
        .unique()
        .join(openings.select("payee", "window", "period"), on=["payee", "window"])
        .filter(pl.col("period") > pl.col("dated"))
        .select(*key, "window", "period")
    )
    rows = _filled(dated, moments, key)
    answered = rows.sort("period").join_asof(
        openings.sort("period"),
        on="period",
        by=["payee", "window"],
        strategy="backward",
        check_sortedness=False,
    )
    shut = pl.lit(gate.zero_qualified == "open")
    opened = pl.col("opened").fill_null(shut)
    return answered.with_columns(amount=pl.when(opened).then("amount").otherwise(0)).select(
        told.columns
    )


def _filled(dated: pl.DataFrame, moments: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Entitlements with a row for every moment too, as they stood then."""
    extra = moments.join(
        dated.select(*key, "period"), on=[*key, "period"], how="anti", nulls_equal=True
    )
    if extra.is_empty():
        return dated
    both = pl.concat([dated, extra], how="diagonal").sort(*key, "period")
    carried = [name for name in dated.columns if name not in (*key, "window", "period")]
    return both.with_columns(pl.col(carried).forward_fill().over(key)).filter(
        pl.col("amount").is_not_null()
    )


def _openings(counts: pl.DataFrame, gate: Gate, dated: pl.DataFrame) -> pl.DataFrame:
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
