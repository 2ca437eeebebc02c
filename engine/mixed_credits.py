"""Who is credited for deals of several classes, or whose sides are credited to several payees.

Over a common denominator of a deal's split, classes and finders: with s and m the shares of a payee
among signers and finders, o = min(s, m), and c the share of the class, c x o goes to class self,
c x (s - o) and c x (m - o) stay (docs/decisions, 0008).
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from engine.allocation import INT64_BOUND, AmountTooLarge, largest
from schemas.frames import CREDITS

_SPLIT: Final = ("deal", "split")


def mixed_credits(
    sources: pl.DataFrame,
    shared: pl.DataFrame,
    sided: pl.DataFrame,
    splits: tuple[pl.DataFrame, pl.DataFrame],
) -> pl.DataFrame:
    """The credits (CREDITS) of deals with `sources`, `shared` classes, and SIDES of some of them.

    `splits` are those of the deals, each with its `whole`, and their signers, each with `weight`.
    Raises `AmountTooLarge` where the shares of a deal have no common denominator in 64 bits.
    """
    wholes, weighed = splits
    signers = _signers(weighed, wholes, sided)
    finders = _finders(sources, sided)
    vectors = shared.rename({"num": "class_num", "den": "class_den"})
    terms = _terms(wholes, signers, finders, vectors)
    others = signers.join(terms, on=_SPLIT).join(
        vectors.filter(pl.col("source") != "marketing").drop("class_den"), on="deal"
    )
    found = finders.join(terms, on="deal").join(
        vectors.filter(pl.col("source") == "marketing").drop("class_den"), on="deal"
    )
    parts = [_plain(others), *_of_marketing(signers, found, terms, vectors)]
    told = pl.concat([part.select(*CREDITS) for part in parts])
    return _added_up(told.filter(pl.col("weight") > 0), shared)


def _terms(
    wholes: pl.DataFrame, signers: pl.DataFrame, finders: pl.DataFrame, vectors: pl.DataFrame
) -> pl.DataFrame:
    """The denominators of every split: `deal, split, signing_den, finding_den, whole`."""
    signing = signers.select(*_SPLIT, signing_den="signing_den").unique()
    finding = finders.select("deal", "finding_den").unique()
    told = (
        wholes.select(*_SPLIT)
        .join(signing, on=_SPLIT, how="left")
        .join(finding, on="deal", how="left")
        .join(vectors.select("deal", "class_den").unique(), on="deal")
        .with_columns(pl.col("signing_den", "finding_den").fill_null(1))
    )
    whole = pl.col("signing_den").cast(pl.Int128) * pl.col("finding_den") * pl.col("class_den")
    if (most := largest(told.select(whole=whole)["whole"])) >= INT64_BOUND:
        raise AmountTooLarge(most)
    return told.with_columns(whole=whole.cast(pl.Int64)).drop("class_den")


def _plain(others: pl.DataFrame) -> pl.DataFrame:
    """The signers' part of every class but marketing."""
    rest = pl.col("finding_den") * pl.col("class_num")
    return others.with_columns(
        role=pl.lit("sales"),
        weight=pl.col("signing") * rest,
        class_weight=pl.col("signing_den") * rest,
    )


def _of_marketing(
    signers: pl.DataFrame, found: pl.DataFrame, terms: pl.DataFrame, vectors: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The class marketing: the finders, the signers, and what of both is one person's."""
    marketing = vectors.filter(pl.col("source") == "marketing").drop("class_den")
    signed = signers.join(terms, on=_SPLIT).join(marketing, on="deal")
    met = (
        signed.join(found.select(*_SPLIT, "payee", "finding"), on=[*_SPLIT, "payee"])
        .with_columns(
            met=pl.min_horizontal(
                pl.col("signing") * pl.col("finding_den"), pl.col("finding") * pl.col("signing_den")
            )
        )
        .select(*_SPLIT, "payee", "met", "whole", "class_num", source=pl.lit("self"))
    )
    both = met.group_by(_SPLIT).agg(met_by_all=pl.col("met").sum())
    own = met.join(both, on=_SPLIT).with_columns(
        role=pl.lit("sales"),
        weight=pl.col("met") * pl.col("class_num"),
        class_weight=pl.col("met_by_all") * pl.col("class_num"),
    )
    yield own
    sides = (
        ("sales", signed, "signing", "finding_den"),
        ("marketing", found, "finding", "signing_den"),
    )
    for role, rows, share, other in sides:
        told = (
            rows.join(met.select(*_SPLIT, "payee", "met"), on=[*_SPLIT, "payee"], how="left")
            .join(both, on=_SPLIT, how="left")
            .with_columns(pl.col("met", "met_by_all").fill_null(0))
        )
        left = pl.col("signing_den") * pl.col("finding_den") - pl.col("met_by_all")
        yield told.with_columns(
            role=pl.lit(role),
            weight=(pl.col(share) * pl.col(other) - pl.col("met")) * pl.col("class_num"),
            class_weight=left * pl.col("class_num"),
        )


def _added_up(told: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Credits in which what a payee has in class self for two reasons is added."""
    mixed = shared.filter(pl.col("num") < pl.col("den")).select("deal").unique()
    if mixed.is_empty():
        return told
    several = told.join(mixed, on="deal", how="semi")
    of_class = ["deal", "split", "source", "role"]
    wholes = several.group_by(of_class).agg(class_weight=pl.col("weight").sum())
    added = (
        several.group_by(*of_class, "payee", maintain_order=True)
        .agg(pl.col("weight").sum(), pl.col("whole").first())
        .join(wholes, on=of_class)
    )
    alone = told.join(mixed, on="deal", how="anti")
    return pl.concat([alone, added.select(*CREDITS)])


def _finders(sources: pl.DataFrame, sided: pl.DataFrame) -> pl.DataFrame:
    """The marketing side: `deal, payee, finding, finding_den`; one finder where nothing else is."""
    ruled = sided.filter(pl.col("role") == "marketing")
    found = sources.filter(pl.col("finder").is_not_null()).join(ruled, on="deal", how="anti")
    one = pl.lit(1, dtype=pl.Int64)
    alone = found.select("deal", payee="finder", finding=one, finding_den=one)
    return pl.concat([alone, ruled.select("deal", "payee", finding="num", finding_den="den")])


def _signers(weighed: pl.DataFrame, wholes: pl.DataFrame, sided: pl.DataFrame) -> pl.DataFrame:
    """The sales side of every split: `deal, split, payee, signing, signing_den`."""
    ruled = sided.filter(pl.col("role") == "sales")
    told = weighed.join(ruled, on="deal", how="anti").select(
        *_SPLIT, "payee", signing="weight", signing_den="whole"
    )
    others = wholes.select(*_SPLIT).join(ruled, on="deal")
    return pl.concat([told, others.select(*_SPLIT, "payee", signing="num", signing_den="den")])
