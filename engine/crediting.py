"""Who is credited for a deal: the split of its signers, and the side that found it.

Shares become whole weights over the common denominator of a split, so that nothing is rounded
before money is. A payee on both sides of a marketing-sourced deal is paid for the part that meets
once, at the self-sourced rate; the rest keeps the marketing rates.
"""

from math import lcm

import polars as pl

from schemas.frames import CREDITS, SOURCES, checked


def credited(sources: pl.DataFrame, splits: pl.DataFrame) -> pl.DataFrame:
    """The credits (CREDITS) of deals with `sources` (SOURCES) under their `splits`.

    `splits` has one row a deal and split: `deal, split, signed_by`; a deal has several where an
    upsell or a renewal was signed by others.
    """
    checked(sources, SOURCES)
    signers = _weighed(splits).join(
        sources.select("deal", "source", "finder"), on="deal", how="inner"
    )
    met = signers.filter(pl.col("payee") == pl.col("finder")).select("deal", "split", met="weight")
    found = signers.filter(pl.col("source") == "marketing")
    plain = signers.filter(pl.col("source") != "marketing").with_columns(
        role=pl.lit("sales"), class_weight=pl.col("whole")
    )
    sales = (
        found.filter(pl.col("finder").is_null() | (pl.col("payee") != pl.col("finder")))
        .join(met, on=["deal", "split"], how="left")
        .with_columns(
            role=pl.lit("sales"), class_weight=pl.col("whole") - pl.col("met").fill_null(0)
        )
    )
    own = found.filter(pl.col("payee") == pl.col("finder")).with_columns(
        role=pl.lit("sales"), source=pl.lit("self"), class_weight=pl.col("weight")
    )
    parts = [plain, sales, own, _finders(sources, splits, met)]
    return pl.concat([part.select(*CREDITS) for part in parts])


def _finders(sources: pl.DataFrame, splits: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """The marketing side: the finder's share of the deal, less what it signed itself."""
    wholes = _wholes(splits)
    return (
        sources.filter(pl.col("finder").is_not_null())
        .select("deal", "source", payee="finder")
        .join(wholes, on="deal")
        .join(met, on=["deal", "split"], how="left")
        .with_columns(role=pl.lit("marketing"), weight=pl.col("whole") - pl.col("met").fill_null(0))
        .with_columns(class_weight=pl.col("weight"))
        .filter(pl.col("weight") > 0)
    )


def _weighed(splits: pl.DataFrame) -> pl.DataFrame:
    """One row a signer: `deal, split, payee, weight, whole`."""
    return (
        splits.filter(pl.col("signed_by").list.len() > 0)
        .explode("signed_by")
        .unnest("signed_by")
        .join(_wholes(splits).select("deal", "split", "whole"), on=["deal", "split"])
        .with_columns(weight=pl.col("num") * (pl.col("whole") // pl.col("den")))
        .select("deal", "split", "payee", "weight", "whole")
    )


def _wholes(splits: pl.DataFrame) -> pl.DataFrame:
    """The common denominator of each split, 1 for nobody's; few patterns make many splits."""
    dens = splits.select(
        "deal",
        "split",
        dens=pl.col("signed_by").list.eval(pl.element().struct.field("den").unique().sort()),
    )
    patterns = dens["dens"].unique().to_list()
    table = pl.DataFrame(
        {"dens": patterns, "whole": [lcm(*pattern) for pattern in patterns]},
        schema={"dens": pl.List(pl.Int64), "whole": pl.Int64},
    )
    return dens.join(table, on="dens").select("deal", "split", "whole")
