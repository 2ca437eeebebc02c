"""Every claim on each deal, weighed: of leads, and of signers by their own word."""

from collections.abc import Iterator

import polars as pl

from engine.at_once import among, at_once
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
    policy = in_force("signed_at", known.policies).alias("policy")
    leads = known.leads.lazy().with_columns(side=pl.col("side").fill_null("marketing"))
    columns = ("deal", "signing", "signed_at", "lead", "customer")
    signed = known.signings.lazy().select(*columns, policy)
    named = pl.col("lead").eq_missing(pl.col("_named"))
    of_customer = at_once(
        signed.rename({"lead": "_named"})
        .join(leads, on="customer")
        .with_columns(named=named)
        .filter(pl.col("named") | (pl.col("opened") < pl.col("signing")))
        .drop("_named")
    )
    parts = [of_customer, *_named_otherwise(signed, leads, of_customer)]
    if not (own := _told(known)).is_empty():
        parts.append(own_claims(own, known).select(of_customer.columns))
    return pl.concat(parts, how="diagonal")


def _named_otherwise(
    signed: pl.LazyFrame, leads: pl.LazyFrame, found: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The claims of leads that deals name and that are not of their customers, or not known."""
    of_customer = found["signing"].filter(found["named"])
    naming = signed.drop_nulls("lead").filter(among("signing", of_customer).not_())
    left = at_once(naming.drop("customer").with_columns(named=pl.lit(value=True)))
    if left.is_empty():
        return
    known = at_once(left.lazy().join(leads, on="lead"))
    yield known
    yield left.filter(among("signing", known["signing"]).not_())


def _told(known: Known) -> pl.DataFrame:
    """The deals that are said to be their signers' own, under policies that weigh it."""
    weighing = [
        name
        for name, version in known.policies.named.items()
        if version.policy.self_sourced == "weighed"
    ]
    if not weighing or known.details.is_empty():
        return known.signings.clear()
    said = known.details.filter(pl.col("self_sourced")).select("deal")
    deals = known.signings.with_columns(in_force("signed_at", known.policies).alias("policy"))
    return deals.filter(pl.col("policy").is_in(weighing)).join(said, on="deal", how="semi")


def weighed(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims in order, with their terms, until when they are protected, and what they rest on."""
    termed = with_terms(claims.sort("opened"), known.policies)
    return with_evidence(protected(termed, known), known)
