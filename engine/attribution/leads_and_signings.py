"""The leads and the signings that count: the first of each in order of effect."""

from typing import Final

import polars as pl

from engine.at_once import at_once

SIGNERS_NAMES: Final = pl.col("signed_by").list.eval(pl.element().struct.field("payee"))
"""Who signs, of a split (SIGNERS): their payees, in its order."""


def first_leads(facts: pl.DataFrame) -> pl.DataFrame:
    """The lead-created that counts for each lead, the first of `facts` in order of effect.

    `lead, customer, payee, side, opened, opened_at`; `side` is null where the lead names none.
    """
    created = facts.lazy().filter(pl.col("type") == "lead-created")
    told = ("lead", "customer", "payee", "side")
    return _first(at_once(created.select(*told, opened="order", opened_at="effective_at")), "lead")


def first_signings(facts: pl.DataFrame) -> pl.DataFrame:
    """The signing that counts for each deal, the first of `facts` in order of effect.

    FACTS with `signing` and `signed_at` in place of `order` and `effective_at`.
    """
    signed = facts[(facts["type"] == "deal-signed").arg_true()]
    return _first(signed, "deal").rename({"order": "signing", "effective_at": "signed_at"})


def _first(facts: pl.DataFrame, name: str) -> pl.DataFrame:
    """The first of each name; mostly that is all of them, and nothing is moved."""
    first = facts[name].is_first_distinct()
    return facts if first.all() else facts.filter(first)


def signers(signings: pl.DataFrame) -> pl.DataFrame:
    """Who signs which deals: `deal, payee`, a row a signer."""
    return signings.select("deal", payee=SIGNERS_NAMES).explode("payee").drop_nulls()


def with_customers(signings: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """The signings, each of the customer it names, else of that of the lead it names."""
    if not signings["customer"].has_nulls():
        return signings
    unnamed = signings.select("signing", "lead").filter(signings["customer"].is_null())
    owners = unnamed.join(leads.select("lead", _customer="customer"), on="lead")
    found = signings.select("signing").join(owners, on="signing", how="left", maintain_order="left")
    return signings.with_columns(customer=pl.coalesce("customer", found["_customer"]))
