"""Whose deal it is: rulings first, then the rules in the order of the policy at the signing."""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.attribution.given import CHOICE, DEALS, Asked, Given, gathered
from engine.attribution.known import Known
from engine.attribution.rules import applied, nobody
from engine.attribution.statuses import LIVE
from engine.attribution.terms import in_force
from engine.attribution.vectors import written
from engine.rulings import Ruled


def decisions(known: Known, claims: pl.DataFrame) -> Given:
    """What is decided of every deal that has a signing, over claims in order with their status."""
    deals = known.signings.select(*DEALS, policy=in_force("signed_at", known.policies))
    live = claims.lazy().filter(pl.col("status").is_in(LIVE)).select(*CHOICE).collect()
    ruled = _ruled(deals, known.rulings)
    parts = [ruled]
    for name in deals["policy"].unique().sort():
        alike = deals.filter(pl.col("policy") == name)
        asked = Asked(
            known=known,
            policy=known.policies.named[name].policy,
            deals=alike,
            live=live.join(alike, on="signing", how="semi", maintain_order="left"),
        )
        parts += _by_rules(asked.without(ruled))
    return gathered(parts)


def _by_rules(asked: Asked) -> Iterator[Given]:
    """What each rule gives of the deals that those before it left, and nobody of the rest."""
    for rule in asked.policy.rules:
        given = applied(rule, asked)
        asked = asked.without(given)
        yield given
    yield nobody(asked)


def _ruled(deals: pl.DataFrame, rulings: Mapping[str, Ruled]) -> Given:
    """The deals whose classes are ruled."""
    rows = [
        (deal, written(ruled.ruling.shares))
        for deal, ruled in rulings.items()
        if ruled.ruling.shares is not None
    ]
    schema = {"deal": pl.String(), "vector": pl.String()}
    told = pl.DataFrame(rows, schema=schema, orient="row").join(deals, on="deal")
    return Given(deals=told.select("signing", rule=pl.lit("ruling"), vector="vector"))
