"""What awards pass over: joint signings and referrals that the policy says do not count.

By the `awards` of the policy in force at the signing of their deal (docs/decisions, 0008).
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from engine.attribution import signers
from engine.world import World
from engine.zones import month
from schemas.frames import Schema, empty
from schemas.policies import Policy

PASSED_OVER: Final[Schema] = {
    "deal": pl.String(),
    "fact": pl.Int64(),
    "rule": pl.String(),  # both-sides, claimed-customer, referrer-signs, cycle
}
"""Facts that do not count for a deal: one row a fact, deal, and rule that passes it over."""

_NO_CLAIM: Final = ("unknown", "late", "ruled-out", "not-admitted")
_QUARTER: Final = 3


def joint_signings_passed_over(world: World) -> pl.DataFrame:
    """The joint signings that lack a side their policy asks for (PASSED_OVER)."""
    asked = _deals_under(world, lambda policy: policy.awards.joint_signing == "both-sides")
    if asked.is_empty():
        return empty(PASSED_OVER)
    joint = world.facts.filter(pl.col("type") == "joint-signing-confirmed")
    told = joint.join(asked, on="deal", how="semi").select("deal", "payees", fact="order")
    members = told.rename({"payees": "payee"}).explode("payee")
    for side in (signers(world.signings), _marketing(world)):
        present = members.join(side, on=["deal", "payee"], how="semi")
        members = members.join(present, on="fact", how="semi")
    lacking = told.join(members, on="fact", how="anti")
    return lacking.with_columns(rule=pl.lit("both-sides")).select(*PASSED_OVER)


def referrals_passed_over(weighed: pl.DataFrame, world: World) -> pl.DataFrame:
    """The referrals that do not count (PASSED_OVER).

    `weighed` has `deal, fact, at, by, to`, a row a referral and deal that it is for.
    """
    found = [pl.DataFrame(schema=PASSED_OVER)]
    for rule, barred in _BARRED.items():
        of_rule = weighed.join(_deals_barring(world, rule), on="deal", how="semi")
        over = barred(of_rule, world).with_columns(rule=pl.lit(rule))
        found.append(over.select(*PASSED_OVER).unique(maintain_order=True))
    return pl.concat(found)


def _marketing(world: World) -> pl.DataFrame:
    """Who is of the marketing side of deals: `deal, payee`: finders of claims, and credited.

    Credited is who is so on some layer: signers of an amendment that opened none have no part.
    """
    claims = world.claims.filter(
        pl.col("side") == "marketing", pl.col("status").is_in(_NO_CLAIM).not_()
    )
    credited = world.credits.filter(pl.col("role") == "marketing").join(
        world.layers, on="split", how="semi"
    )
    return pl.concat([each.select("deal", "payee") for each in (claims, credited)])


def _of_claimed_customers(weighed: pl.DataFrame, world: World) -> pl.DataFrame:
    """Those for deals on which somebody else had a claim, which was still open."""
    claims = world.claims.filter(pl.col("status").is_in([*_NO_CLAIM, "disqualified"]).not_())
    return weighed.join(claims.select("deal", "payee", "opened", "closes_at"), on="deal").filter(
        pl.col("payee").ne_missing(pl.col("by")),
        pl.col("opened") < pl.col("fact"),
        pl.col("closes_at") > pl.col("at"),
    )


def _by_signers(weighed: pl.DataFrame, world: World) -> pl.DataFrame:
    """Those by somebody who signs the deal."""
    own = signers(world.signings)
    return weighed.join(own, left_on=["deal", "by"], right_on=["deal", "payee"], how="semi")


def _back_again(weighed: pl.DataFrame, world: World) -> pl.DataFrame:
    """Those to somebody who had referred to who refers now, in the same quarter of the policy."""
    before = world.facts.filter(pl.col("type") == "referral-made").select(
        to="payee", by=pl.col("payees").list.get(1), earlier="order", _at="effective_at"
    )
    pairs = weighed.join(before, on=["by", "to"]).filter(pl.col("earlier") < pl.col("fact"))
    policies = world.sources.select("deal", "policy")
    found = [weighed.clear()]
    for name, version in world.policies.named.items():
        under = policies.filter(pl.col("policy") == name)
        now, then = (_quarter(at, version.policy) for at in ("at", "_at"))
        met = pairs.join(under, on="deal", how="semi").filter(now == then)
        found.append(met.select(weighed.columns))
    return pl.concat(found)


def _quarter(at: str, policy: Policy) -> pl.Expr:
    """The calendar quarter of an instant, counted from year 0, in the zone of a policy."""
    return month(pl.col(at), policy.zone) // _QUARTER


_BARRED: Final[Mapping[str, Callable[[pl.DataFrame, World], pl.DataFrame]]] = {
    "claimed-customer": _of_claimed_customers,
    "referrer-signs": _by_signers,
    "cycle": _back_again,
}
"""Rules of `awards.referral` to those of weighed referrals that they pass over."""


def _deals_barring(world: World, rule: str) -> pl.DataFrame:
    return _deals_under(world, lambda policy: rule in policy.awards.referral)


def _deals_under(world: World, asks: Callable[[Policy], bool]) -> pl.DataFrame:
    """The deals under policies that ask for something: `deal`."""
    names = [name for name, version in world.policies.named.items() if asks(version.policy)]
    if not names:
        return world.sources.select("deal").clear()
    return world.sources.filter(pl.col("policy").is_in(names)).select("deal")
