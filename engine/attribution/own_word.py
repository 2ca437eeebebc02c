"""The claims of signers by their own word: the deal is said to be self-sourced."""

import polars as pl

from engine.attribution.evidence import own_evidence
from engine.attribution.known import Known
from engine.attribution.terms import since
from engine.attribution.touches import signers_touches, touches_of


def own_claims(deals: pl.DataFrame, known: Known) -> pl.DataFrame:
    """What the signers of deals (the signings, with `policy`) claim by their own word.

    Opened by their first touch, else by the signing; the window and the kinds of that touch are
    those of the version at the signing. Deals without signers have none.
    """
    signed = deals.filter(pl.col("signed_by").list.len() > 0)
    return (
        signed.join(_openings(signed, known), on="deal", how="left")
        .join(_foremost(signed), on="deal")
        .with_columns(
            opened=pl.coalesce("opened", "signing"),
            opened_at=pl.coalesce("opened_at", "signed_at"),
            side=pl.lit("sales"),
            lead=pl.lit(None, dtype=pl.String),
            payee="foremost",
            named=pl.lit(value=False),
        )
    )


def _openings(signed: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The touches that open the claims: `deal, opened, opened_at`."""
    opened = [signed.select("deal", opened="signing", opened_at="signed_at").clear()]
    for name in signed["policy"].unique().sort():
        policy = known.policies.named[name].policy
        terms = policy.claims.get("sales")
        if terms is not None:
            alike = signed.filter(pl.col("policy") == name)
            touches = touches_of(known, own_evidence(terms).kinds)
            opened.append(signers_touches(alike.with_columns(since=since(policy, terms)), touches))
    return pl.concat(opened)


def _foremost(signed: pl.DataFrame) -> pl.DataFrame:
    """The signer with the greatest share, of equal ones the least by name: `deal, foremost`."""
    signers = signed.select("deal", "signed_by").explode("signed_by").unnest("signed_by")
    # Denominators are at most 10^6, so shares that differ at all differ in twelve digits.
    digits = pl.col("num") * 10**12 // pl.col("den")
    return (
        signers.sort("deal", digits, "payee", descending=[False, True, False])
        .unique("deal", keep="first", maintain_order=True)
        .select("deal", foremost="payee")
    )
