"""Referrals: which of them a deal has, and for how long it is the one that counts.

The first referral of a deal, a lead or a customer in order of effect counts; that of a lead or a
customer is for the first deal that is signed not before it. Whether it counts at all, or is passed
over, is asked of the deal that it is for. Of several for one deal that of the deal goes before that
of its lead, and that before that of its customer, each from when it takes effect on.
"""

import polars as pl

from engine.passed_over import referrals_passed_over
from engine.world import World


def referrals(world: World) -> pl.DataFrame:
    """The referrals of deals: `deal, fact, at, until, by, to`.

    `until` is the instant from which a referral of something narrower counts, null if none does.
    """
    weighed = _weighed(world)
    over = referrals_passed_over(weighed, world)
    narrower = pl.col("at").cum_min().shift(1).over("deal")
    return (
        weighed.join(over, on=["deal", "fact"], how="anti")
        .sort("fact", "breadth")
        .unique(["breadth", "about"], keep="first", maintain_order=True)
        .sort("deal", "breadth")
        .unique(["deal", "fact"], keep="first", maintain_order=True)
        .with_columns(until=narrower)
        .select("deal", "fact", "at", "until", "by", "to")
    )


def weighed_referrals(world: World) -> pl.DataFrame:
    """Every referral with each deal that it would be for: `deal, fact, at, by, to`."""
    return _weighed(world).select("deal", "fact", "at", "by", "to")


def _weighed(world: World) -> pl.DataFrame:
    """As above, with what the referral is `about`, and how broad that is: a deal is 0."""
    made, signings = _made(world), _signings(world)
    found = [
        made.drop_nulls("deal").with_columns(about="deal"),
        _of_first_deal(made, signings, "lead"),
        _of_first_deal(made, signings, "customer"),
    ]
    columns = ("deal", "fact", "at", "by", "to", "about")
    return pl.concat(
        [each.select(*columns, breadth=pl.lit(breadth)) for breadth, each in enumerate(found)]
    )


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


def _of_first_deal(made: pl.DataFrame, signings: pl.DataFrame, about: str) -> pl.DataFrame:
    """Each referral of a lead or customer with the first deal of it that is signed not before."""
    return (
        signings.select("deal", "signing", "signed_at", about)
        .join(made.drop("deal"), on=about)
        .filter(pl.col("signed_at") >= pl.col("at"))
        .sort("signing")
        .unique("fact", keep="first", maintain_order=True)
        .rename({about: "about"})
    )
