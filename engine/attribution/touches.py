"""The touches that may bear on claims: of the claim's lead or customer, and of its side."""

from collections.abc import Collection
from typing import Final

import polars as pl

from engine.attribution.known import Known
from engine.attribution.leads_and_signings import SIGNERS_NAMES, signers

KNOWN_BY: Final = pl.when(pl.col("lead").is_null()).then("signing").otherwise("opened")
"""The order of the fact that makes a claim: its lead; of signers' own word the signing."""


def touches_of(known: Known, kinds: Collection[str] | None) -> pl.DataFrame:
    """The touches of some kinds or all, in order of effect; one that names a lead has no customer.

    `touch, at, lead, customer, payee, kind, on`; `on` is the side, null for every side.
    """
    wanted = pl.lit(value=True) if kinds is None else pl.col("kind").is_in(list(kinds))
    told = known.facts.lazy().filter(pl.col("type") == "touch-recorded", wanted)
    customer = pl.when(pl.col("lead").is_null()).then("customer")
    columns = told.select(
        "lead", "payee", "kind", customer, touch="order", at="effective_at", on="side"
    )
    return columns.collect()


def bearing(claims: pl.DataFrame, touches: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Which touches are of which claims: `anchor, opened_at, touch, at, payee, kind`, sorted.

    `claims` has `since` besides its columns: signers' own word rests on what they did from then on.
    """
    anchored = claims.with_columns(anchor=KNOWN_BY).unique("anchor")
    leads = anchored.filter(pl.col("lead").is_not_null())
    own = anchored.filter(pl.col("lead").is_null())
    found = [
        leads.drop("payee", "customer").join(touches, on="lead"),
        leads.drop("payee", "lead").join(touches, on="customer"),
        own.drop("payee", "lead")
        .join(touches, on="customer")
        .join(signers(known.signings), on=["deal", "payee"], how="semi")
        .filter(pl.col("at") >= pl.col("since")),
    ]
    columns = ("anchor", "opened_at", "touch", "at", "payee", "kind")
    on_side = (pl.col("on") == pl.col("side")).fill_null(value=True)
    told = pl.concat([each.filter(on_side).select(columns) for each in found])
    return told.sort("anchor", "touch")


def signers_touches(deals: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """The first touch of each deal's customer by its signers: `deal, opened, opened_at`.

    From `since` of the deal on and before the signing; deals without any are left out.
    """
    of_sales = touches.filter((pl.col("on") == "sales").fill_null(value=True))
    named = deals.select("deal", "signing", "customer", "since", payee=SIGNERS_NAMES)
    asked = named.explode("payee")
    earliest = of_sales.unique(["customer", "payee", "at"], keep="first", maintain_order=True)
    return (
        asked.sort("since")
        .join_asof(
            earliest.select("customer", "payee", "touch", "at").drop_nulls().sort("at"),
            left_on="since",
            right_on="at",
            by=["customer", "payee"],
            strategy="forward",
            check_sortedness=False,
            coalesce=False,
        )
        .filter(pl.col("touch") < pl.col("signing"))
        .sort("touch")
        .unique("deal", keep="first", maintain_order=True)
        .select("deal", opened="touch", opened_at="at")
    )
