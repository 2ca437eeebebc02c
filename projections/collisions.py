"""Deals that sales claim for their own, of customers whom marketing had found before.

A collision is a deal that is `self` in whole or in part, or that its signers say they found
themselves, of a customer (as the closure of identities has it) on whom a lead of side marketing was
opened before the signing. Whether that lead counted is the policy's affair; here is what met.
"""

from typing import Final

import polars as pl

from engine.attribution import SIGNERS_NAMES, with_customers
from engine.details import details
from engine.one_name import facts_as_one
from engine.repairs import live
from engine.world import World
from schemas.frames import FACTS, RECORDS, Schema, checked
from schemas.statements import NAMES

DAY: Final = 86_400_000_000
"""Microseconds of 24 hours."""
COLLISIONS: Final[Schema] = {
    "deal": pl.String(),
    "customer": pl.String(),
    "signed_at": pl.Int64(),
    "signers": pl.List(pl.String()),
    "self_sourced": pl.Boolean(),  # as the signers say
    "source": pl.String(),  # the class, that with the greatest share
    "rule": pl.String(),
    "lead": pl.String(),  # the first of side marketing
    "finder": pl.String(),
    "opened_at": pl.Int64(),
    "status": pl.String(),  # of its claim
    "leads": pl.Int64(),  # how many of side marketing there are
    "days": pl.Int64(),  # completed, of 24 hours, from the lead to the signing
    "marketing_touches": NAMES,  # up to the signing: of side marketing, or of none by others
    "sales_touches": NAMES,  # up to the signing: by a signer
}
"""One row a deal that collides; sorted by signing."""
_LATER: Final = ("late", "unknown")


def collisions(world: World, records: pl.DataFrame) -> pl.DataFrame:
    """The collisions (COLLISIONS) of a world that the records (RECORDS) describe."""
    met = _met(world).join(_own(world, checked(records, RECORDS)), on="deal")
    touches = _touches(world, records, met)
    return (
        met.join(touches, on="deal", how="left")
        .with_columns(
            days=(pl.col("signed_at") - pl.col("opened_at")) // DAY,
            marketing_touches=pl.col("marketing_touches").fill_null([]),
            sales_touches=pl.col("sales_touches").fill_null([]),
        )
        .sort("signing")
        .select(*COLLISIONS)
    )


def _met(world: World) -> pl.DataFrame:
    """The first lead of side marketing on each deal, opened before it was signed."""
    before = world.claims.filter(
        pl.col("side") == "marketing",
        pl.col("lead").is_not_null(),
        pl.col("status").is_in(_LATER).not_(),
    ).sort("opened")
    return before.group_by("deal", maintain_order=True).agg(
        pl.col("lead", "opened_at", "status").first(),
        finder=pl.col("payee").first(),
        leads=pl.len().cast(pl.Int64),
    )


def _own(world: World, records: pl.DataFrame) -> pl.DataFrame:
    """The deals that are self in whole or in part, or self-sourced by their signers' word."""
    said = details(records, world.repairs, world.signings, world.leads, {})
    own = world.classes.filter(pl.col("source") == "self").select("deal", own=pl.lit(value=True))
    return (
        with_customers(world.signings, world.leads)
        .select(
            "deal",
            "signing",
            "signed_at",
            "customer",
            signers=SIGNERS_NAMES,
        )
        .join(said.select("deal", "self_sourced"), on="deal", how="left")
        .join(own, on="deal", how="left")
        .with_columns(pl.col("self_sourced", "own").fill_null(value=False))
        .filter(pl.col("self_sourced") | pl.col("own"))
        .join(world.sources.select("deal", "source", "rule"), on="deal")
    )


def _touches(world: World, records: pl.DataFrame, deals: pl.DataFrame) -> pl.DataFrame:
    """The touches of each deal's customer up to its signing, of marketing and of its signers.

    Read from the records: a world has none where no rule reads them.
    """
    live_ones = live(records, world.repairs, ("touch-recorded",)).select(*FACTS)
    touches = facts_as_one(live_ones, world.identities)
    of_lead = world.leads.select("lead", owner="customer")
    told = (
        touches.join(of_lead, on="lead", how="left")
        .with_columns(customer=pl.coalesce("customer", "owner"))
        .select("customer", "effective_at", "side", "payee", name=pl.struct("source", "id"))
        .drop_nulls("customer")
    )
    both = deals.select("deal", "customer", "signed_at", "signers").join(told, on="customer")
    by_signer = pl.col("payee").is_in(pl.col("signers")).fill_null(value=False)
    marketing = (pl.col("side") == "marketing") | (pl.col("side").is_null() & ~by_signer)
    return (
        both.filter(pl.col("effective_at") <= pl.col("signed_at"))
        .sort("effective_at", maintain_order=True)
        .group_by("deal", maintain_order=True)
        .agg(
            marketing_touches=pl.col("name").filter(marketing.fill_null(value=False)),
            sales_touches=pl.col("name").filter(
                by_signer & (pl.col("side") != "marketing").fill_null(value=True)
            ),
        )
    )
