"""Every claim on each deal, weighed: of leads, and of signers by their own word."""

import polars as pl

from engine.attribution.evidence import with_evidence
from engine.attribution.known import Known
from engine.attribution.own_word import own_claims
from engine.attribution.protection import protected
from engine.attribution.terms import in_force, with_terms


def claimed(known: Known) -> pl.DataFrame:
    """Every claim on each deal as it is opened: whose, when, on which side.

    Those are every lead of the customer that was there when the deal was signed, the lead that the
    deal names whatever it is, and the signers' own word where a policy weighs it.
    """
    deals = known.signings.with_columns(policy=in_force("signed_at", known.policies))
    leads = known.leads.with_columns(side=pl.col("side").fill_null("marketing"))
    signed = deals.select("deal", "signing", "signed_at", "policy", "lead", "customer")
    named = (
        signed.drop("customer")
        .filter(pl.col("lead").is_not_null())
        .join(leads, on="lead", how="left")
        .with_columns(named=pl.lit(value=True))
    )
    of_customer = (
        signed.rename({"lead": "_named"})
        .join(leads, on="customer")
        .filter(pl.col("lead").ne_missing(pl.col("_named")), pl.col("opened") < pl.col("signing"))
        .with_columns(named=pl.lit(value=False))
    )
    parts = [named, of_customer]
    if not (own := _told(deals, known)).is_empty():
        parts.append(own_claims(own, known))
    return pl.concat([part.select(named.columns) for part in parts])


def _told(deals: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The deals that are said to be their signers' own, under policies that weigh it."""
    weighing = [
        name
        for name, version in known.policies.named.items()
        if version.policy.self_sourced == "weighed"
    ]
    if not weighing or known.details.is_empty():
        return deals.clear()
    said = known.details.filter(pl.col("self_sourced")).select("deal")
    return deals.filter(pl.col("policy").is_in(weighing)).join(said, on="deal", how="semi")


def weighed(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims with their terms, until when they are protected, and what they rest on."""
    termed = with_terms(claims, known.policies)
    return with_evidence(protected(termed, known), known).sort("opened")
