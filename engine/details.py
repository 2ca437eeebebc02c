"""More of a deal than its value and its people: what conditions and matrices look at.

Read from the signing that counts, as repaired, and only when a plan asks for it.
"""

from collections.abc import Mapping

import polars as pl

from engine.facts import upcasted
from engine.reading import said
from engine.repairs import Repairs, as_repaired
from schemas.frames import DETAILS
from schemas.plans import AttributeKind

_CONTENT = {
    "self_sourced": pl.Boolean(),
    "products": pl.List(pl.String()),
    "customer_type": pl.String(),
    "term_months": pl.Int64(),
    "channel": pl.String(),
    "campaign": pl.String(),
    "team": pl.String(),
}


def details(
    records: pl.DataFrame,
    repairs: Repairs,
    signings: pl.DataFrame,
    leads: pl.DataFrame,
    attributes: Mapping[str, AttributeKind],
) -> pl.DataFrame:
    """The details (DETAILS) of every deal in `signings`, with `attr_<name>` for each attribute.

    `first` says that no deal of the same customer was signed before; a deal of a customer nobody
    names is a first one. The customer of a deal is its own, else that of the lead it names.
    """
    content: dict[str, pl.DataType] = dict(_CONTENT)
    if attributes:
        content["attributes"] = pl.Struct(dict.fromkeys(attributes, pl.String()))
    signed = upcasted(as_repaired(records.filter(pl.col("type") == "deal-signed"), repairs))
    told = signed.select("source", "id").hstack(said(signed, content))
    named = {f"attr_{name}": pl.col("attributes").struct.field(name) for name in attributes}
    columns = [name for name in DETAILS if name not in ("deal", "first")]
    owners = leads.select("lead", _customer="customer")
    by_customer = (
        signings.join(owners, on="lead", how="left")
        .with_columns(customer=pl.coalesce("customer", "_customer"))
        .sort("signing")
        .with_columns(
            first=pl.col("customer").is_null() | (pl.int_range(pl.len()).over("customer") == 0)
        )
    )
    return (
        by_customer.select("deal", "first", "source", "id")
        .join(told, on=["source", "id"], how="left")
        .with_columns(**named)
        .select("deal", "first", *columns, *named)
    )
