"""What a claim rests on: touches near its opening, one of a kind by one payee on one day."""

from collections.abc import Iterator

import polars as pl

from engine.attribution.known import Known
from engine.attribution.terms import by_terms, since
from engine.attribution.touches import KNOWN_BY, bearing, touches_of
from engine.zones import days_later, local
from schemas.policies import Evidence, Policy, SideTerms

_OWN_WORD = Evidence.model_validate({"minimum": 1})
"""What signers have to show for their own word where the policy asks nothing of claims."""
_DAY = 86_400_000_000
_NONE = pl.lit([], dtype=pl.List(pl.Int64))


def with_evidence(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims with `pieces` of evidence, how many are `needed`, and the orders of the touches.

    Of touches that are one piece the first stands for all.
    """
    found = list(_of_all(claims, known))
    if not found:
        return claims.with_columns(
            pieces=pl.lit(0, dtype=pl.Int64), needed=pl.lit(0, dtype=pl.Int64), evidence=_NONE
        )
    near = pl.concat(found)
    return claims.join(
        near, on=["signing", "opened"], how="left", maintain_order="left"
    ).with_columns(
        pieces=pl.col("evidence").list.len().cast(pl.Int64).fill_null(0),
        needed=pl.col("needed").fill_null(0),
        evidence=pl.col("evidence").fill_null(_NONE),
    )


def _of_all(claims: pl.DataFrame, known: Known) -> Iterator[pl.DataFrame]:
    of_lead = pl.col("lead").is_not_null()
    own_word = claims.filter(~of_lead) if claims["lead"].has_nulls() else claims.clear()
    for alike, policy, terms in by_terms(known.policies):
        if not own_word.is_empty() and not (own := own_word.filter(alike)).is_empty():
            yield _judged(own, own_evidence(terms), (policy, terms), known)
        if terms.evidence is not None and not (leads := claims.filter(of_lead, alike)).is_empty():
            yield _judged(leads, terms.evidence, (policy, terms), known)


def own_evidence(terms: SideTerms) -> Evidence:
    """What signers' own word needs: what any claim of sales does, and at least one piece."""
    asked = terms.evidence or _OWN_WORD
    return asked.model_copy(update={"minimum": max(1, asked.minimum)})


def _judged(
    claims: pl.DataFrame, wanted: Evidence, law: tuple[Policy, SideTerms], known: Known
) -> pl.DataFrame:
    """The pieces of claims of one side and version: `signing, opened, needed, evidence`."""
    touches = touches_of(known, wanted.kinds)
    begun = claims.with_columns(since=since(*law))
    near = _pieces(bearing(begun, touches, known), wanted, law[0])
    known_by_signing = (
        claims.select("opened", "signing", anchor=KNOWN_BY)
        .join(near, on="anchor")
        .filter(pl.col("touch") < pl.col("signing"))
        .sort("touch")
        .group_by("signing", "opened")
        .agg(evidence="touch")
    )
    return claims.select("signing", "opened", needed=pl.lit(wanted.minimum, dtype=pl.Int64)).join(
        known_by_signing, on=["signing", "opened"], how="left"
    )


def _pieces(near: pl.DataFrame, wanted: Evidence, policy: Policy) -> pl.DataFrame:
    """The touches in the window around the opening, the first of each piece: `anchor, touch`."""
    opened = pl.col("opened_at")
    return (
        near.filter(
            pl.col("at") >= days_later(opened, wanted.from_days, policy.zone),
            pl.col("at") < days_later(opened, wanted.to_days, policy.zone),
        )
        .with_columns(day=local(pl.col("at"), policy.zone) // _DAY)
        .sort("touch")
        .unique(["anchor", "kind", "payee", "day"], keep="first", maintain_order=True)
        .select("anchor", "touch")
    )
