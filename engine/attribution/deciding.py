"""Whose deal it is: rulings first, then the rules in the order of the policy at the signing."""

from collections.abc import Iterator, Mapping

import polars as pl

from engine.at_once import among, at_once
from engine.attribution.given import CHOICE, DEALS, Asked, Given, gathered
from engine.attribution.known import Known
from engine.attribution.rules import applied, nobody
from engine.attribution.statuses import LIVE, PLACE
from engine.attribution.terms import in_force
from engine.attribution.vectors import written
from engine.rulings import Ruled


def decisions(known: Known, claims: pl.DataFrame) -> Given:
    """What is decided of every deal that has a signing, over claims in order with their status."""
    deals = known.signings.select(*DEALS, policy=in_force("signed_at", known.policies))
    choice = claims.lazy().select(*CHOICE, "policy", "status", place=PLACE)
    live = at_once(choice.filter(pl.col("status").is_in(LIVE)))
    ruled = _ruled(deals, known.rulings)
    if not ruled.deals.is_empty():
        left = among("signing", ruled.deals["signing"]).not_()
        deals, live = deals.filter(left), live.filter(left)
    parts = [ruled]
    for name, version in known.policies.named.items():
        mine, its_live = deals, live
        if known.policies.published:
            alike = pl.col("policy") == name
            mine, its_live = deals.filter(alike), live.filter(alike)
        asked = Asked(known=known, policy=version.policy, deals=mine, live=its_live)
        parts += _by_rules(asked)
    return gathered(parts)


def _by_rules(asked: Asked) -> Iterator[Given]:
    """What each rule gives of the deals that those before it left, and nobody of the rest."""
    for rule in asked.policy.rules:
        if asked.deals.is_empty():
            return
        given = applied(rule, asked)
        asked = asked.without(given)
        yield given
    if not asked.deals.is_empty():
        yield nobody(asked)


def _ruled(deals: pl.DataFrame, rulings: Mapping[str, Ruled]) -> Given:
    """The deals whose classes are ruled."""
    if not rulings:
        return gathered([])
    rows = [
        (deal, written(ruled.ruling.shares))
        for deal, ruled in rulings.items()
        if ruled.ruling.shares is not None
    ]
    schema = {"deal": pl.String(), "vector": pl.String()}
    told = pl.DataFrame(rows, schema=schema, orient="row").join(deals, on="deal")
    return Given(deals=told.select("signing", rule=pl.lit("ruling"), vector="vector"))
