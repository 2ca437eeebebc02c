"""Who is credited for a deal: the split of its signers, and the side that found it.

Shares become whole weights over a common denominator, so that nothing is rounded before money is.
A payee on both sides of the marketing part of a deal is paid for what meets once, at the
self-sourced rate; the rest keeps the marketing rates (docs/decisions, 0008). Most deals are of one
class and have one finder at most; the others are credited by `engine.mixed_credits`.
"""

from typing import Final

import polars as pl

from engine.allocation import wholes_of
from engine.at_once import among, at_once
from engine.mixed_credits import mixed_credits
from schemas.frames import CLASSES, CREDITS, SIDES, SOURCES, checked

_NOTHING: Final = pl.lit(0, dtype=pl.Int64)


def credited(
    sources: pl.DataFrame, shared: pl.DataFrame, sided: pl.DataFrame, splits: pl.DataFrame
) -> pl.DataFrame:
    """The credits (CREDITS) of deals with `sources` (SOURCES) and `shared` classes (CLASSES).

    `splits` has one row a deal and split: `deal, signing, split, signed_by`; a deal has several
    where an upsell or a renewal was signed by others. `sided` (SIDES) are the deals whose sides are
    credited otherwise than to who found and who signed them. Raises `AmountTooLarge` where the
    shares of a deal have no common denominator in 64 bits.
    """
    told, classes = checked(sources, SOURCES), checked(shared, CLASSES)
    parts = classes["deal"].filter(classes["num"] < classes["den"])
    mixed = pl.concat([parts, checked(sided, SIDES)["deal"]])
    wholes = _with_wholes(splits)
    if mixed.is_empty():
        return _of_one_class(wholes, told)
    of_these = among("deal", mixed.unique())
    others = wholes.filter(of_these)
    weighed = (others, at_once(_signers(others.lazy())))
    several = mixed_credits(told.filter(of_these), classes.filter(of_these), sided, weighed)
    return pl.concat([_of_one_class(wholes.filter(of_these.not_()), told), several])


def _of_one_class(splits: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """The credits of deals that are of one class, with one finder or none.

    `splits` have their `whole`. Of marketing, the share of a signer who is the finder too is of
    class self, and what is left is the finder's.
    """
    classes = sources.lazy().select("signing", "source", "finder")
    signers = at_once(_signers(splits.lazy()).join(classes, on="signing"))
    marketing = pl.col("source") == "marketing"
    meets = marketing & pl.col("payee").eq_missing(pl.col("finder"))
    met = at_once(signers.lazy().filter(meets).select("split", met="weight"))
    left = pl.col("whole") - pl.col("met")
    sales = _with_met(signers, met).with_columns(
        source=pl.when(meets).then(pl.lit("self")).otherwise("source"),
        role=pl.lit("sales"),
        class_weight=pl.when(meets).then("weight").when(marketing).then(left).otherwise("whole"),
    )
    found = splits.lazy().join(classes.filter(marketing).drop_nulls("finder"), on="signing")
    finders = _with_met(found, met).with_columns(
        role=pl.lit("marketing"), payee="finder", weight=left, class_weight=left
    )
    told = pl.concat([sales.select(*CREDITS), finders.select(*CREDITS)])
    return at_once(told.filter(pl.col("weight") > 0))


def _with_met(rows: pl.DataFrame | pl.LazyFrame, met: pl.DataFrame) -> pl.LazyFrame:
    """Rows with what the finder of a split has `met` as its signer, 0 in most."""
    if met.is_empty():
        return rows.lazy().with_columns(met=_NOTHING)
    told = rows.lazy().join(met.lazy(), on="split", how="left", maintain_order="left")
    return told.with_columns(pl.col("met").fill_null(_NOTHING))


def _signers(splits: pl.LazyFrame) -> pl.LazyFrame:
    """Splits with their `whole`, one row a signer, with `payee` and `weight`."""
    each = splits.explode("signed_by").unnest("signed_by").drop_nulls("payee")
    return each.with_columns(weight=pl.col("num") * (pl.col("whole") // pl.col("den")))


def _with_wholes(splits: pl.DataFrame) -> pl.DataFrame:
    """Splits with `whole`, the common denominator of their shares; 1 for nobody's.

    One signer's is that of the share; several have one in common, the same for few patterns.
    """
    signers = pl.col("signed_by")
    first = signers.list.first().struct.field("den").fill_null(1)
    told = splits.with_columns(whole=first)
    several = splits.select(signers.list.len() > 1).to_series().arg_true()
    if several.is_empty():
        return told
    each = splits.select("split", "signed_by")[several].lazy()
    dens = at_once(
        each.explode("signed_by")
        .unnest("signed_by")
        .group_by("split", maintain_order=True)
        .agg(dens="den")
    )
    common = dens.join(wholes_of(dens["dens"]), on="dens", maintain_order="left")["whole"]
    return told.with_columns(told["whole"].scatter(several, common))
