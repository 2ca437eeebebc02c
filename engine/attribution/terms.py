"""Which version of the policies governs a deal, and whose terms a claim has."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import polars as pl

from engine.policies import Policies
from engine.zones import days_later
from schemas.policies import Policy, SideTerms


def in_force(at: str, policies: Policies) -> pl.Expr:
    """The name of the version in force at an instant, that of the first where there is none."""
    spans = policies.spans()
    if spans.height == 1:
        return pl.lit(spans["policy"][0])
    place = pl.lit(spans["since"]).search_sorted(pl.col(at), side="right").cast(pl.Int64) - 1
    return pl.lit(spans["policy"]).gather(place.clip(lower_bound=0))


def with_terms(claims: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Claims with `terms`: of the version at their opening if it keeps them, else of `policy`."""
    keeping = [
        name
        for name, version in policies.named.items()
        if version.policy.terms_at == "claim-opened"
    ]
    if not keeping:
        return claims.with_columns(terms="policy")
    opening = in_force("opened_at", policies)
    kept = opening.is_in(keeping) & pl.col("opened_at").is_not_null()
    return claims.with_columns(terms=pl.when(kept).then(opening).otherwise("policy"))


def by_terms(policies: Policies) -> Iterator[tuple[pl.Expr, Policy, SideTerms]]:
    """The terms of each side in each version, with which claims have them."""
    for name, version in policies.named.items():
        for side, terms in version.policy.claims.items():
            alike = (pl.col("terms") == name) & (pl.col("side") == side)
            yield alike, version.policy, terms


def with_ends(claims: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Claims with `closes_at`, before any extension; null where their side makes no claims."""
    ends = pl.lit(None, dtype=pl.Int64)
    for (days, zone), holds in _protections(policies).items():
        later = days_later(pl.col("opened_at"), days, ZoneInfo(zone))
        ends = pl.when(holds).then(later).otherwise(ends)
    return claims.with_columns(closes_at=ends)


def _protections(policies: Policies) -> dict[tuple[int, str], pl.Expr]:
    """How long claims are protected, in days of a zone, and which are so."""
    found: dict[tuple[int, str], pl.Expr] = {}
    for alike, policy, terms in by_terms(policies):
        key = (terms.protection_days, policy.time_zone)
        found[key] = found[key] | alike if key in found else alike
    return found


def since(policy: Policy, terms: SideTerms) -> pl.Expr:
    """From when on what signers did speaks for their own word: so many days before the signing."""
    return days_later(pl.col("signed_at"), -terms.protection_days, policy.zone)
