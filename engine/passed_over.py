"""Awards' facts that do not count: joint signings and referrals that the policy passes over.

By the `awards` of the policy in force at the signing of their deal (docs/decisions, 0008).
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from engine.world import World
from engine.zones import month
from schemas.policies import Policy

_NO_CLAIM: Final = ("unknown", "late", "ruled-out", "not-admitted")
_QUARTER: Final = 3


def one_sided(joint: pl.DataFrame, world: World) -> pl.DataFrame:
    """The joint signings (FACTS) that lack a side their policy asks for: `order`."""
    asked = _deals_under(world, lambda policy: policy.awards.joint_signing == "both-sides")
    told = joint.join(asked, on="deal", how="semi").select("deal", "order", payee="payees")
    if told.is_empty():
        return told.select("order")
    members = told.explode("payee")
    claims = world.claims.filter(
        pl.col("side") == "marketing", pl.col("status").is_in(_NO_CLAIM).not_()
    )
    finders = world.credits.filter(pl.col("role") == "marketing")
    marketing = pl.concat([each.select("deal", "payee") for each in (claims, finders)]).unique()
    both = (
        members.join(side, on=["deal", "payee"], how="semi").select("order").unique()
        for side in (_signers(world), marketing)
    )
    whole = told
    for present in both:
        whole = whole.join(present, on="order", how="semi")
    return told.join(whole, on="order", how="anti").select("order")


def passed_over(referred: pl.DataFrame, world: World) -> pl.DataFrame:
    """The referrals that do not count, of those with their deals: `fact`.

    `referred` has `deal, fact, at, by, to`, a row a referral and deal it is for.
    """
    found = [
        reason(referred.join(_deals_under(world, asks), on="deal", how="semi"), world)
        for name, reason in _REASONS.items()
        for asks in [lambda policy, name=name: name in policy.awards.referral]
    ]
    return pl.concat([each.select("fact") for each in found]).unique()


def _of_claimed_customers(referred: pl.DataFrame, world: World) -> pl.DataFrame:
    live = world.claims.filter(pl.col("status").is_in([*_NO_CLAIM, "disqualified"]).not_())
    return referred.join(live.select("deal", "payee", "opened", "closes_at"), on="deal").filter(
        pl.col("payee").ne_missing(pl.col("by")),
        pl.col("opened") < pl.col("fact"),
        pl.col("closes_at") > pl.col("at"),
    )


def _of_signers(referred: pl.DataFrame, world: World) -> pl.DataFrame:
    return referred.join(
        _signers(world), left_on=["deal", "by"], right_on=["deal", "payee"], how="semi"
    )


def _in_circles(referred: pl.DataFrame, world: World) -> pl.DataFrame:
    made = world.facts.filter(pl.col("type") == "referral-made").select(
        by=pl.col("payees").list.get(1), to="payee", before="order", _at="effective_at"
    )
    deals = world.sources.select("deal", "policy")
    found: list[pl.DataFrame] = [referred.clear()]
    for name, version in world.policies.named.items():
        here = referred.join(deals.filter(pl.col("policy") == name), on="deal", how="semi")
        quarters = (month(pl.col(at), version.policy.zone) // _QUARTER for at in ("at", "_at"))
        met = here.join(made, on=["by", "to"]).filter(
            pl.col("before") < pl.col("fact"), next(quarters) == next(quarters)
        )
        found.append(met.select(referred.columns))
    return pl.concat(found)


_REASONS: Final[Mapping[str, Callable[[pl.DataFrame, World], pl.DataFrame]]] = {
    "claimed-customer": _of_claimed_customers,
    "referrer-signs": _of_signers,
    "cycle": _in_circles,
}


def _deals_under(world: World, asks: Callable[[Policy], bool]) -> pl.DataFrame:
    """The deals under policies that ask for something: `deal`."""
    names = [name for name, version in world.policies.named.items() if asks(version.policy)]
    return world.sources.filter(pl.col("policy").is_in(names)).select("deal")


def _signers(world: World) -> pl.DataFrame:
    """Who signs deals: `deal, payee`."""
    names = pl.col("signed_by").list.eval(pl.element().struct.field("payee"))
    return world.signings.select("deal", payee=names).explode("payee").drop_nulls()
