"""The leads and the signings that count: the first of each in order of effect."""

import polars as pl


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


def with_customers(signings: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """The signings, each of the customer it names, else of that of the lead it names."""
    return (
        signings.join(leads.select("lead", _customer="customer"), on="lead", how="left")
        .with_columns(customer=pl.coalesce("customer", "_customer"))
        .drop("_customer")
    )
