"""Whose deal is it: the claims on each deal, and the class that the default policy gives it.

A lead is a claim for 90 calendar days from its opening, half-open, while it is not disqualified.
The lead named on the deal decides if it is live, else the customer's first live lead; its side
decides the class. Without a claim the deal is its signers' own, or the house's.
"""

from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from engine.zones import days_later
from schemas.frames import SOURCES

PROTECTION_DAYS: Final = 90

_CLASS_OF_SIDE: Final = {"marketing": "marketing", "sales": "self", "partner": "partner"}


def first_leads(facts: pl.DataFrame) -> pl.DataFrame:
    """The lead-created that counts for each lead, the first of `facts` in order of effect."""
    return (
        facts.filter(pl.col("type") == "lead-created")
        .unique("lead", keep="first", maintain_order=True)
        .select("lead", "customer", "payee", "side", opened="order", opened_at="effective_at")
    )


def first_signings(facts: pl.DataFrame) -> pl.DataFrame:
    """The signing that counts for each deal, the first of `facts` in order of effect."""
    return (
        facts.filter(pl.col("type") == "deal-signed")
        .unique("deal", keep="first", maintain_order=True)
        .rename({"order": "signing", "effective_at": "signed_at"})
    )


def claims(
    facts: pl.DataFrame, leads: pl.DataFrame, signings: pl.DataFrame, zone: ZoneInfo
) -> pl.DataFrame:
    """Every lead that might decide a deal: one row a deal and lead, with why it is no claim.

    `leads` and `signings` are the first of each among `facts`.

    `named` says that the deal names the lead; `status` is live, late, lapsed or disqualified.
    A named lead that is not in the log is a row with the status unknown.
    """
    leads = leads.with_columns(closes_at=days_later(pl.col("opened_at"), PROTECTION_DAYS, zone))
    signings = (
        signings.join(leads.select("lead", _customer="customer"), on="lead", how="left")
        .with_columns(customer=pl.coalesce("customer", "_customer"))
        .select("deal", "signing", "signed_at", "customer", "lead")
    )
    named = (
        signings.filter(pl.col("lead").is_not_null())
        .drop("customer")
        .join(leads, on="lead", how="left")
        .with_columns(named=pl.lit(value=True))
    )
    of_customer = (
        signings.rename({"lead": "_named"})
        .join(leads, on="customer")
        .filter(
            pl.col("_named").is_null() | (pl.col("_named") != pl.col("lead")),
            pl.col("opened") < pl.col("signing"),
        )
        .with_columns(named=pl.lit(value=False))
    )
    columns = [column for column in named.columns if column != "customer"]
    both = pl.concat([named.select(columns), of_customer.select(columns)])
    return _with_status(both, facts)


def _with_status(pairs: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    judged = (
        facts.filter(pl.col("type").is_in(["lead-qualified", "lead-disqualified", "lead-recycled"]))
        .select("lead", judged="order", verdict="type")
        .join(pairs.select("deal", "lead", "signing"), on="lead")
        .filter(pl.col("judged") < pl.col("signing"))
        .sort("judged")
        .unique(["deal", "lead"], keep="last", maintain_order=True)
        .select("deal", "lead", "verdict")
    )
    return (
        pairs.join(judged, on=["deal", "lead"], how="left")
        .with_columns(
            status=pl.when(pl.col("opened").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("opened") > pl.col("signing"))
            .then(pl.lit("late"))
            .when(pl.col("signed_at") >= pl.col("closes_at"))
            .then(pl.lit("lapsed"))
            .when((pl.col("verdict") == "lead-disqualified").fill_null(value=False))
            .then(pl.lit("disqualified"))
            .otherwise(pl.lit("live"))
        )
        .drop("verdict")
    )


def sources(signings: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The class of each deal, and the claim that decided it, from `claims` (SOURCES)."""
    deciding = (
        judged.filter(pl.col("status") == "live")
        .sort(pl.col("named").not_(), "opened")
        .unique("deal", keep="first", maintain_order=True)
        .select(
            "deal",
            "side",
            "payee",
            "named",
            claim="opened",
            claimed_lead="lead",
        )
    )
    side = pl.col("side").fill_null("marketing").replace_strict(_CLASS_OF_SIDE, default=None)
    signed = pl.col("signed_by").list.len() > 0
    claimed = pl.col("claim").is_not_null()
    return (
        signings.select("deal", "signing", "signed_at", "signed_by")
        .join(deciding, on="deal", how="left")
        .with_columns(
            source=pl.when(claimed)
            .then(side)
            .when(signed)
            .then(pl.lit("self"))
            .otherwise(pl.lit("house")),
            rule=pl.when(claimed & pl.col("named"))
            .then(pl.lit("named-lead"))
            .when(claimed)
            .then(pl.lit("customer-lead"))
            .when(signed)
            .then(pl.lit("signers"))
            .otherwise(pl.lit("nobody")),
        )
        .with_columns(finder=pl.when(pl.col("source") == "marketing").then(pl.col("payee")))
        .select(*SOURCES)
    )
