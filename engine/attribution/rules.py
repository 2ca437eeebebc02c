"""The rules of a policy: each says which deals it decides, by which claims, for which classes."""

from collections.abc import Callable, Mapping
from typing import Final, get_args

import polars as pl

from engine.at_once import among
from engine.attribution.accounts import existing_account
from engine.attribution.evidence import with_evidence
from engine.attribution.fixed_rules import fixed_rule
from engine.attribution.given import Asked, Given, gathered
from engine.attribution.own_word import own_claims
from engine.attribution.terms import with_terms
from engine.attribution.vectors import CLASS_OF_SIDE, equal, whole, written
from schemas.plans.parts import SourceClass
from schemas.policies import FixedRule, Rule, Tie
from schemas.policies.rules import NamedRule

_HOUR: Final = 3_600_000_000
_OF_SIDE: Final = {side: whole(name) for side, name in CLASS_OF_SIDE.items()}


def applied(rule: Rule, asked: Asked) -> Given:
    """What a rule gives of the deals that are asked about."""
    if isinstance(rule, FixedRule):
        return fixed_rule(asked, rule)
    return _NAMED[rule](asked)


def nobody(asked: Asked) -> Given:
    """What no rule decides is the house's."""
    rule, vector = pl.lit("nobody"), pl.lit(whole("house"))
    return Given(deals=asked.deals.select("signing", rule=rule, vector=vector))


def _named_lead(asked: Asked) -> Given:
    return _by_one(asked.live.filter(pl.col("named")), "named-lead")


def _first_claim(asked: Asked) -> Given:
    return _by_one(asked.live.filter(pl.col("signing").is_first_distinct()), "customer-lead")


def _last_claim(asked: Asked) -> Given:
    return _by_one(asked.live.filter(pl.col("signing").is_last_distinct()), "last-lead")


def _by_one(claims: pl.DataFrame, rule: str) -> Given:
    """Deals that one claim each decides, for the class of its side."""
    vector = pl.col("side").replace_strict(_OF_SIDE, return_dtype=pl.String)
    return Given(deals=claims.select("signing", rule=pl.lit(rule), vector=vector), claims=claims)


def _tie(asked: Asked) -> Given:
    """Deals on which claims of several sides were opened within so many hours of the first."""
    terms = asked.policy.tie
    if terms is None:
        return gathered([])
    since_first = pl.col("opened_at") - pl.col("opened_at").min().over("signing")
    close = asked.live.filter(since_first < terms.hours * _HOUR)
    tied = close.filter(pl.col("side").n_unique().over("signing") > 1)
    sides = tied.group_by("signing", maintain_order=True).agg(pl.col("side").unique().sort())
    patterns = sides["side"].unique().to_list()
    table = pl.DataFrame(
        {"side": patterns, "vector": [_shared(pattern, terms) for pattern in patterns]},
        schema={"side": pl.List(pl.String), "vector": pl.String()},
    )
    deals = sides.join(table, on="side", maintain_order="left")
    return Given(deals=deals.select("signing", rule=pl.lit("tie"), vector="vector"), claims=tied)


def _shared(sides: list[str], terms: Tie) -> str:
    """The vector of sides that tie: as the policy says of just these classes, else equal."""
    classes: list[SourceClass] = [CLASS_OF_SIDE[side] for side in sides]
    if terms.shares != "equal" and set(terms.shares) == set(classes):
        return written(terms.shares)
    return equal(classes)


def _no_claim(asked: Asked) -> Given:
    """Deals without a live claim: their signers' own, or the house's."""
    unclaimed = asked.deals.filter(among("signing", asked.live["signing"]).not_())
    signed = pl.col("signed_by").list.len() > 0
    if asked.policy.no_claim == "evidence":
        signed &= among("signing", _with_pieces(unclaimed, asked))
    return Given(
        deals=unclaimed.select(
            "signing",
            rule=pl.when(signed).then(pl.lit("signers")).otherwise(pl.lit("nobody")),
            vector=pl.when(signed).then(pl.lit(whole("self"))).otherwise(pl.lit(whole("house"))),
        )
    )


def _with_pieces(unclaimed: pl.DataFrame, asked: Asked) -> pl.Series:
    """The deals whose signers have evidence, were they to claim by their own word."""
    policy = pl.lit(asked.policy.name)
    would_be = own_claims(unclaimed.with_columns(policy=policy), asked.known)
    with_pieces = with_evidence(with_terms(would_be, asked.known.policies), asked.known)
    return with_pieces.filter(pl.col("pieces") > 0)["signing"]


_NAMED: Final[Mapping[NamedRule, Callable[[Asked], Given]]] = {
    "named-lead": _named_lead,
    "existing-account": existing_account,
    "tie": _tie,
    "first-claim": _first_claim,
    "last-claim": _last_claim,
    "no-claim": _no_claim,
}
assert set(_NAMED) == set(get_args(NamedRule))
