"""The touches of deals: what led to each of them on one side, as journeys to credit."""

from typing import Final

import polars as pl

from engine.attribution.known import Known
from engine.policies import PolicyVersion
from engine.zones import days_later, local
from schemas.policies import ByTouches

_DAY: Final = 86_400_000_000

Deals = pl.DataFrame
"""Deals with their customers: `deal, signing, signed_at, customer`."""


def deal_touches(
    known: Known, deals: Deals, side: str, asked: ByTouches, version: PolicyVersion
) -> pl.DataFrame:
    """The touches of each deal on a side, in order of effect.

    `journey, place, channel, at, milestone` (TOUCHES) with `payee`, `order` and `by_channel`, what
    weights of channels go by. A touch is of its own customer, else of that of its lead.
    """
    zone = version.policy.zone
    told = _touches(known, side, asked).sort("order")
    lookback = days_later(pl.col("signed_at"), -asked.lookback_days, zone)
    rows = (
        deals.filter(pl.col("customer").is_not_null())
        .join(told, on="customer")
        .filter(pl.col("order") < pl.col("signing"), pl.col("at") >= lookback)
        .sort("deal", "order")
    )
    if asked.once == "actor-day":
        day = local(pl.col("at"), zone) // _DAY
        rows = rows.with_columns(_day=day).unique(
            ["deal", "payee", "_day", "kind"], keep="first", maintain_order=True
        )
    placed = rows.with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64).over("deal"))
    return placed.with_columns(milestone=_marks()).select(
        "place", "payee", "order", "by_channel", "at", "milestone", journey="deal", channel="payee"
    )


def _touches(known: Known, side: str, asked: ByTouches) -> pl.DataFrame:
    """Every touch of a side by somebody: `customer, payee, order, at, kind, by_channel, ...`."""
    owners = known.leads.select("lead", _customer="customer")
    facts = known.facts.filter(pl.col("payee").is_not_null()).join(owners, on="lead", how="left")
    own_side = pl.col("side").is_null() if asked.kinds else pl.lit(value=False)
    touches = facts.filter(
        pl.col("type") == "touch-recorded", (pl.col("side") == side) | own_side
    ).with_columns(kind=pl.col("kind"), is_lead=pl.lit(value=False))
    if asked.kinds is not None:
        touches = touches.filter(pl.col("kind").is_in(asked.kinds))
    parts = [touches]
    if asked.lead == "counts":
        opened = known.leads.select(order="opened")
        found = facts.join(opened, on="order", how="semi").filter(
            pl.col("side").fill_null("marketing") == side
        )
        parts.append(found.with_columns(kind=pl.lit("lead-created"), is_lead=pl.lit(value=True)))
    qualified = _first_qualified(known)
    return (
        pl.concat(parts)
        .with_columns(customer=pl.coalesce("customer", "_customer"))
        .join(qualified, on="customer", how="left")
        .select(
            "customer",
            "payee",
            "order",
            "kind",
            "is_lead",
            "qualified",
            at="effective_at",
            by_channel=pl.coalesce("channel", "kind"),
        )
    )


def _first_qualified(known: Known) -> pl.DataFrame:
    """The first qualification of any lead of each customer: `customer, qualified`."""
    return (
        known.facts.filter(pl.col("type") == "lead-qualified")
        .select("lead", "order")
        .join(known.leads.select("lead", "customer"), on="lead")
        .drop_nulls("customer")
        .group_by("customer")
        .agg(qualified=pl.col("order").min())
    )


def _marks() -> pl.Expr:
    """The milestones a touch stands at: the first lead, the first after it qualified, the last."""
    after = (pl.col("order") >= pl.col("qualified")).fill_null(value=False)
    firsts = {"LC": pl.col("is_lead"), "OC": after}
    marks = [
        pl.when(at & (at.cast(pl.Int64).cum_sum().over("deal") == 1)).then(pl.lit(mark))
        for mark, at in firsts.items()
    ]
    last = pl.when(pl.col("place") == pl.col("place").max().over("deal")).then(pl.lit("CW"))
    return pl.concat_list(*marks, last).list.drop_nulls()
