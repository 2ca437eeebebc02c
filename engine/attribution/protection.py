"""Until when a claim is protected: so many days from its opening, and longer by what is done.

A touch that extends, on a chain of touches none of which came too late, moves the end; the first
that came too late breaks the chain for good.
"""

import polars as pl

from engine.attribution.known import Known
from engine.attribution.terms import by_terms, since, with_ends
from engine.attribution.touches import KNOWN_BY, bearing, touches_of
from engine.zones import days_later
from schemas.policies import Policy, SideTerms


def protected(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims with `closes_at`, half-open; null where their side makes no claims."""
    ending = with_ends(claims, known.policies)
    extended = [
        _extended(
            ending.filter(alike).with_columns(since=since(policy, terms)), policy, terms, known
        )
        for alike, policy, terms in by_terms(known.policies)
        if terms.extended_by is not None
    ]
    if not extended:
        return ending
    return (
        ending.join(
            pl.concat(extended), on=["signing", "opened"], how="left", maintain_order="left"
        )
        .with_columns(closes_at=pl.coalesce("later", "closes_at"))
        .drop("later")
    )


def _extended(claims: pl.DataFrame, policy: Policy, terms: SideTerms, known: Known) -> pl.DataFrame:
    """The ends of claims that were extended before the signing: `signing, opened, later`."""
    touches = touches_of(known, terms.extended_by)
    chain = _chain(bearing(claims, touches, known), policy, terms)
    return (
        claims.select("opened", "signing", anchor=KNOWN_BY)
        .sort("signing")
        .join_asof(
            chain.sort("touch"),
            left_on="signing",
            right_on="touch",
            by="anchor",
            check_sortedness=False,
        )
        .filter(pl.col("later").is_not_null())
        .select("signing", "opened", "later")
    )


def _chain(touched: pl.DataFrame, policy: Policy, terms: SideTerms) -> pl.DataFrame:
    """The touches that extend, each with the end as extended by then: `anchor, touch, later`."""
    opened, days = pl.col("opened_at"), terms.extension_days or terms.protection_days
    most = pl.lit(None, dtype=pl.Int64)
    if terms.max_days is not None:
        most = days_later(opened, terms.max_days, policy.zone)
    ends = days_later(opened, terms.protection_days, policy.zone)
    moved = days_later(pl.col("at"), days, policy.zone)
    before = pl.col("later").shift(1).over("anchor").fill_null(pl.col("ends"))
    return (
        touched.filter(pl.col("at") >= opened)
        .sort("anchor", "touch")
        .with_columns(ends=ends, most=most, moved=moved)
        .with_columns(later=pl.max_horizontal("ends", pl.col("moved").cum_max().over("anchor")))
        .with_columns(later=pl.min_horizontal("later", "most"))
        .with_columns(in_time=pl.col("at") < before)
        .filter(pl.col("in_time").cast(pl.Int8).cum_min().over("anchor") == 1)
        .select("anchor", "touch", "later")
    )
