"""The state of deals and leads at a past date, on both time axes.

Choosing the records answers what was known; `effective_by` answers what had happened.
"""

import polars as pl

from engine.world import World

DEALS = {
    "deal": pl.String(),
    "customer": pl.String(),
    "signed_at": pl.Int64(),
    "signed_by": pl.String(),
    "source": pl.String(),
    "lead": pl.String(),
    "layers": pl.Int64(),
    "value": pl.Int64(),
    "currency": pl.String(),
    "state": pl.String(),
}
"""One row a deal: its class, the lead that decided, and what all its layers are worth."""

LEADS = {
    "lead": pl.String(),
    "customer": pl.String(),
    "by": pl.String(),
    "side": pl.String(),
    "opened_at": pl.Int64(),
    "stage": pl.String(),
}
"""One row a lead: who found it, and the last that was said of it."""


def deals(world: World) -> pl.DataFrame:
    """The deals of a world (DEALS), sorted by deal."""
    worth = (
        world.states.sort("at", maintain_order=True)
        .unique(["deal", "layer"], keep="last", maintain_order=True)
        .group_by("deal")
        .agg(value=pl.col("value").sum(), layers=pl.len().cast(pl.Int64))
    )
    last = world.steps.unique("deal", keep="last", maintain_order=True).select("deal", last="kind")
    signers = pl.element().struct.field("payee") + pl.when(
        pl.element().struct.field("den") == 1
    ).then(pl.lit("")).otherwise(
        " "
        + pl.element().struct.field("num").cast(pl.String)
        + "/"
        + pl.element().struct.field("den").cast(pl.String)
    )
    return (
        world.signings.select("deal", "customer", "signed_at", "currency", "signed_by")
        .join(world.sources.select("deal", "source", lead="claimed_lead"), on="deal")
        .join(worth, on="deal")
        .join(last, on="deal")
        .with_columns(
            signed_by=pl.col("signed_by").list.eval(signers).list.join(", "),
            state=pl.when(pl.col("last") == "cancellation")
            .then(pl.lit("cancelled"))
            .otherwise(pl.lit("running")),
        )
        .select(*DEALS)
        .sort("deal")
    )


def leads(world: World) -> pl.DataFrame:
    """The leads of a world (LEADS), sorted by lead."""
    verdicts = (
        world.facts.filter(
            pl.col("type").is_in(["lead-qualified", "lead-disqualified", "lead-recycled"])
        )
        .sort("order")
        .unique("lead", keep="last", maintain_order=True)
        .select("lead", verdict=pl.col("type").cast(pl.String).str.strip_prefix("lead-"))
    )
    signed = world.sources.select(lead="claimed_lead", signed=pl.lit("signed")).drop_nulls()
    return (
        world.leads.join(verdicts, on="lead", how="left")
        .join(signed.unique("lead"), on="lead", how="left")
        .with_columns(
            by=pl.col("payee"),
            side=pl.col("side").fill_null("marketing"),
            stage=pl.coalesce("signed", "verdict", pl.lit("created")),
        )
        .select(*LEADS)
        .sort("lead")
    )
