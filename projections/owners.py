"""Who held a lead when: its finder, then whoever it was assigned to; a deal is its signers'."""

from typing import Final

import polars as pl

from engine.world import World
from schemas.frames import Schema

OWNERS: Final[Schema] = {"lead": pl.String(), "since": pl.Int64(), "payee": pl.String()}
"""From when on who holds a lead: one row a change, sorted by `since`."""


def owners(told: World) -> pl.DataFrame:
    """Every change of who holds a lead (OWNERS). `told` has assignments among its facts."""
    found = told.leads.select("lead", payee="payee", since="opened_at", order="opened")
    assigned = told.facts.filter(pl.col("type") == "lead-assigned").select(
        "lead", payee=pl.col("payees").list.get(1), since="effective_at", order="order"
    )
    return (
        pl.concat([found, assigned])
        .drop_nulls("payee")
        .sort("since", "order")
        .unique(["lead", "since"], keep="last", maintain_order=True)
        .select(*OWNERS)
    )


def owner_at(rows: pl.DataFrame, held: pl.DataFrame, at: str) -> pl.DataFrame:
    """Rows with `_owner`: who held the lead at the instant in a column, null where nobody did.

    Rows `of` the signers, and of no lead, are held by the `signers`.
    """
    asked = rows.with_row_index("_row")
    told = (
        asked.select("_row", "lead", at)
        .drop_nulls()
        .sort(at)
        .join_asof(
            held.select("lead", "since", _owner="payee"),
            left_on=at,
            right_on="since",
            by="lead",
            strategy="backward",
            check_sortedness=False,
        )
        .select("_row", "_owner")
    )
    of_signers = (pl.col("of") == "signers") | pl.col("lead").is_null()
    return (
        asked.join(told, on="_row", how="left")
        .sort("_row")
        .with_columns(_owner=pl.when(of_signers).then("signers").otherwise("_owner"))
        .drop("_row")
    )
