"""Conversion: how many leads became valid, and how many were signed, by what they share."""

from typing import Final, Literal

import polars as pl

from engine.reading import said
from engine.repairs import as_repaired
from engine.world import World
from engine.zones import local
from schemas.frames import Schema

By = Literal["channel", "campaign", "payee", "side", "month"]

CONVERSIONS: Final[Schema] = {
    "name": pl.String(),  # of the channel, campaign, payee, side or month; null: none is told
    "leads": pl.Int64(),
    "qualified": pl.Int64(),
    "signed": pl.Int64(),
    "currency": pl.String(),  # of what was signed; null: nothing was
    "value": pl.Int64(),  # signed, minor units of `currency`
}
"""One row a name, or a name and currency where something was signed; the counts are of the name."""


def conversions(records: pl.DataFrame, told: World, by: By, until: int) -> pl.DataFrame:
    """What became of leads before an instant (CONVERSIONS), sorted by name.

    `records` (RECORDS) are those of the world. A lead is qualified once it was found valid,
    whatever came later; it is signed when it is the first that decides a deal, and the value is
    that of its signings.
    """
    leads = _named(records, told, by).filter(pl.col("opened_at") < until)
    happened = told.facts.filter(pl.col("effective_at") < until)
    qualified = happened.filter(pl.col("type") == "lead-qualified").select("lead").unique()
    signed = told.sources.filter(pl.col("signed_at") < until).join(
        told.signings.select("deal", "amount", "currency"), on="deal"
    )
    counted = leads.group_by("name").agg(
        leads=pl.len().cast(pl.Int64),
        qualified=pl.col("lead").is_in(qualified["lead"].implode()).sum().cast(pl.Int64),
        signed=pl.col("lead").is_in(signed["claimed_lead"].implode()).sum().cast(pl.Int64),
    )
    values = (
        leads.join(signed, left_on="lead", right_on="claimed_lead")
        .group_by("name", "currency")
        .agg(value=pl.col("amount").sum())
    )
    return (
        counted.join(values, on="name", how="left", nulls_equal=True)
        .select(*CONVERSIONS)
        .sort("name", "currency", nulls_last=True)
    )


def _named(records: pl.DataFrame, told: World, by: By) -> pl.DataFrame:
    """Leads with the name they are counted under: `lead, opened_at, name`."""
    leads = told.leads.with_columns(side=pl.col("side").fill_null("marketing"))
    match by:
        case "payee" | "side":
            return leads.select("lead", "opened_at", name=by)
        case "month":
            on_the_clock = local(pl.col("opened_at"), told.rules.zone).cast(pl.Datetime("us"))
            return leads.select("lead", "opened_at", name=on_the_clock.dt.strftime("%Y-%m"))
        case "channel" | "campaign":
            said = _said(records, told, by)
            joined = leads.join(said, on="opened", how="left")
            return joined.select("lead", "opened_at", "name")


def _said(records: pl.DataFrame, told: World, field: str) -> pl.DataFrame:
    """What the facts that opened leads say in a field: `opened, name`."""
    created = as_repaired(records.filter(pl.col("type") == "lead-created"), told.repairs)
    names = said(created, {field: pl.String()}).select(name=field)
    return told.names.select("source", "id", opened="order").join(
        created.select("source", "id").hstack(names), on=["source", "id"]
    )
