"""The leads and the signings that count: the first of each in order of effect."""

from typing import Final

import polars as pl

SIGNERS_NAMES: Final = pl.col("signed_by").list.eval(pl.element().struct.field("payee"))
"""Who signs, of a split (SIGNERS): their payees, in its order."""


def first_leads(facts: pl.DataFrame) -> pl.DataFrame:
    """The lead-created that counts for each lead, the first of `facts` in order of effect.

    `lead, customer, payee, side, opened, opened_at`; `side` is null where the lead names none.
    """
    return (
        facts.filter(pl.col("type") == "lead-created")
        .unique("lead", keep="first", maintain_order=True)
        .select("lead", "customer", "payee", "side", opened="order", opened_at="effective_at")
    )


def first_signings(facts: pl.DataFrame) -> pl.DataFrame:
    """The signing that counts for each deal, the first of `facts` in order of effect.

    FACTS with `signing` and `signed_at` in place of `order` and `effective_at`.
    """
    return (
        facts.filter(pl.col("type") == "deal-signed")
        .unique("deal", keep="first", maintain_order=True)
        .rename({"order": "signing", "effective_at": "signed_at"})
    )


def signers(signings: pl.DataFrame) -> pl.DataFrame:
    """Who signs which deals: `deal, payee`, a row a signer."""
    return signings.select("deal", payee=SIGNERS_NAMES).explode("payee").drop_nulls()


def with_customers(signings: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """The signings, each of the customer it names, else of that of the lead it names."""
    return (
        signings.join(leads.select("lead", _customer="customer"), on="lead", how="left")
        .with_columns(customer=pl.coalesce("customer", "_customer"))
        .drop("_customer")
    )
