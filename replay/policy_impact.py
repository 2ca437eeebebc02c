"""What a drafted policy would change, deal by deal: whose it is, by which rule, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from engine.earned import earned
from engine.world import World, world
from replay.drafts import with_draft
from schemas.policies import Policy

Costs = Mapping[str, int]
"""Currencies to amounts in minor units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whose a deal is: classes with their shares as a text, the rule; and what it pays in all."""

    shares: str
    rule: str
    costs: Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDeal:
    """A deal that a draft would decide or pay otherwise."""

    deal: str
    before: Standing
    after: Standing


def deals_moved(records: pl.DataFrame, draft: Policy) -> list[MovedDeal]:
    """The deals that a draft would decide or pay otherwise, by their ids."""
    before, after = (standings(world(each)) for each in (records, with_draft(records, draft)))
    return [
        MovedDeal(deal=deal, before=before[deal], after=after[deal])
        for deal in sorted(before, key=str.encode)
        if before[deal] != after[deal]
    ]


def standings(told: World) -> dict[str, Standing]:
    """Every deal of a world that is signed, with whose it is and what it pays."""
    shares = (
        told.classes.sort("deal", "source")
        .with_columns(
            share=pl.when(pl.col("num") == pl.col("den"))
            .then(pl.col("source"))
            .otherwise(pl.format("{} {}/{}", "source", "num", "den"))
        )
        .group_by("deal")
        .agg(pl.col("share").str.join(", "))
    )
    rows = told.sources.select("deal", "rule").join(shares, on="deal")
    stood = {
        deal: Standing(shares=share, rule=rule, costs={})
        for deal, rule, share in rows.select("deal", "rule", "share").iter_rows()
    }
    for deal, costs in deal_costs(told).items():
        if deal in stood:
            stood[deal] = replace(stood[deal], costs=costs)
    return stood


def deal_costs(told: World, deals: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """What all lines of each deal come to, by currency, in minor units; zero is left out."""
    lines = earned(told).filter(pl.col("deal").is_not_null())
    if deals is not None:
        lines = lines.filter(pl.col("deal").is_in(deals))
    sums = lines.group_by("deal", "currency").agg(pl.col("amount").sum()).sort("currency")
    found: dict[str, dict[str, int]] = {}
    for deal, currency, amount in sums.filter(pl.col("amount") != 0).iter_rows():
        found.setdefault(deal, {})[currency] = amount
    return found
