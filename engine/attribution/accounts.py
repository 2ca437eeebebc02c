"""The rule of existing accounts: a customer who signed not long ago is an account."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from engine.attribution.given import Asked, Given, gathered
from engine.attribution.vectors import whole
from engine.zones import days_later
from schemas.policies import ExistingAccount


def existing_account(asked: Asked) -> Given:
    """Deals whose customer signed another in so many days before; the latest such is the ground."""
    terms = asked.policy.existing_account
    if terms is None:
        return gathered([])
    found = _earlier(asked, terms)
    grounds = found.group_by("signing", maintain_order=True).agg(order=pl.col("earlier").max())
    rule, vector = pl.lit("existing-account"), pl.lit(whole("account"))
    return Given(deals=grounds.select("signing", rule=rule, vector=vector), grounds=grounds)


def made_account(source: Mapping[str, Any], signings: pl.DataFrame) -> Mapping[str, Any]:
    """The signing (of `first_signings`) that makes the customer of a deal (SOURCES) an account.

    A ruling on claims may be among the grounds of the deal as well.
    """
    [earlier] = signings.filter(pl.col("signing").is_in(source["grounds"])).to_dicts()
    return earlier


def _earlier(asked: Asked, terms: ExistingAccount) -> pl.DataFrame:
    """Signings that make the customer an account, the latest among them: `signing, earlier`."""
    begins = days_later(pl.col("signed_at"), -terms.days, asked.policy.zone)
    deals = (
        asked.deals.filter(pl.col("customer").is_not_null())
        .select("customer", "signing", "signed_at", begins=begins)
        .sort("signed_at")
    )
    others = asked.known.signings.select(
        "customer", other="deal", earlier="signing", earlier_at="signed_at"
    )
    if terms.cancelled == "counts":
        return _latest(deals, others)
    cancelled = others.join(_cancellations(asked), on="other")
    standing = others.join(cancelled, on="other", how="anti")
    until_cancelled = deals.join(cancelled, on="customer").filter(
        pl.col("earlier_at") < pl.col("signed_at"),
        pl.col("earlier_at") >= pl.col("begins"),
        pl.col("cancelled_at") > pl.col("signed_at"),
    )
    return pl.concat([_latest(deals, standing), until_cancelled.select("signing", "earlier")])


def _latest(deals: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The last signing of each deal's customer before it, where that is not too long ago."""
    last = others.sort("earlier").unique(
        ["customer", "earlier_at"], keep="last", maintain_order=True
    )
    return (
        deals.join_asof(
            last.drop_nulls("customer"),
            left_on="signed_at",
            right_on="earlier_at",
            by="customer",
            allow_exact_matches=False,
            check_sortedness=False,
            coalesce=False,
        )
        .filter(pl.col("earlier_at") >= pl.col("begins"))
        .select("signing", "earlier")
    )


def _cancellations(asked: Asked) -> pl.DataFrame:
    """When deals were first cancelled: `other, cancelled_at`."""
    return (
        asked.known.facts.filter(
            pl.col("type") == "contract-amended", pl.col("kind") == "cancellation"
        )
        .group_by(other="deal")
        .agg(cancelled_at=pl.col("effective_at").min())
    )
