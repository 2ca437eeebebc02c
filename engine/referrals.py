"""Referrals: which of them a deal has, and for how long it is the one that counts.

The first referral of a deal, a lead or a customer in order of effect counts; that of a lead or a
customer is for the first deal that is signed not before it. Of several for one deal that of the
deal goes before that of its lead, and that before that of its customer, each from when it takes
effect on.
"""

import polars as pl

from engine.passed_over import referrals_passed_over
from engine.world import World


def referrals(world: World) -> pl.DataFrame:
    """The referrals of deals: `deal, fact, at, until, by, to`.

    `until` is the instant from which a referral of something narrower counts, null if none does.
    """
    signings = _signings(world)
    told = _made(world)
    over = referrals_passed_over(_weighed(told, signings), world)
    told = told.join(over, on="fact", how="anti", maintain_order="left")
    found = [
        _first(told, "deal"),
        _of_first_deal(_first(told, "lead"), signings, "lead"),
        _of_first_deal(_first(told, "customer"), signings, "customer"),
    ]
    columns = ("deal", "fact", "at", "by", "to")
    ranked = pl.concat(
        [each.select(*columns, breadth=pl.lit(breadth)) for breadth, each in enumerate(found)]
    )
    narrower = pl.col("at").cum_min().shift(1).over("deal")
    return (
        ranked.sort("deal", "breadth")
        .unique(["deal", "fact"], keep="first", maintain_order=True)
        .with_columns(until=narrower)
        .select("deal", "fact", "at", "until", "by", "to")
    )


def weighed_referrals(world: World) -> pl.DataFrame:
    """Every referral with each deal that it would be for: `deal, fact, at, by, to`."""
    return _weighed(_made(world), _signings(world))


def _weighed(made: pl.DataFrame, signings: pl.DataFrame) -> pl.DataFrame:
    found = [
        made.drop_nulls("deal"),
        _of_first_deal(made.drop_nulls("lead"), signings, "lead"),
        _of_first_deal(made.drop_nulls("customer"), signings, "customer"),
    ]
    return pl.concat([each.select("deal", "fact", "at", "by", "to") for each in found])


def _made(world: World) -> pl.DataFrame:
    """Every referral, in order of effect: `deal, lead, customer, fact, at, by, to`."""
    return world.facts.filter(pl.col("type") == "referral-made").select(
        "deal",
        "lead",
        "customer",
        fact="order",
        at="effective_at",
        by="payee",
        to=pl.col("payees").list.get(1),
    )


def _signings(world: World) -> pl.DataFrame:
    """Every signing that counts, with its lead and its customer: `deal, signing, signed_at, ...`.

    The lead is the one it names, else the one that decided; the customer the deal's own, else that
    of the lead it names.
    """
    owners = world.leads.select("lead", _known="lead", _customer="customer")
    claimed = world.sources.select("deal", "claimed_lead")
    return (
        world.signings.select("deal", "signing", "signed_at", "lead", "customer")
        .join(owners, on="lead", how="left")
        .join(claimed, on="deal", how="left")
        .with_columns(
            lead=pl.when(pl.col("lead").is_null()).then("claimed_lead").otherwise("_known"),
            customer=pl.coalesce("customer", "_customer"),
        )
        .sort("signing")
    )


def _first(told: pl.DataFrame, about: str) -> pl.DataFrame:
    named = told.filter(pl.col(about).is_not_null())
    return named.unique(about, keep="first", maintain_order=True)


def _of_first_deal(told: pl.DataFrame, signings: pl.DataFrame, about: str) -> pl.DataFrame:
    """Each referral with the first deal of what it names that is signed not before it."""
    return (
        signings.select("deal", "signing", "signed_at", about)
        .join(told.drop("deal"), on=about)
        .filter(pl.col("signed_at") >= pl.col("at"))
        .sort("signing")
        .unique("fact", keep="first", maintain_order=True)
    )
