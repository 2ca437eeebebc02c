"""Whose deals they are: every claim with its status, what decides each deal, and its classes."""

from dataclasses import dataclass

import polars as pl

from engine.attribution.claiming import claimed, weighed
from engine.attribution.deciding import decisions
from engine.attribution.given import Given
from engine.attribution.known import Known
from engine.attribution.statuses import LIVE, with_status
from engine.attribution.terms import in_force
from engine.attribution.touches import KNOWN_BY
from engine.attribution.vectors import greatest, of_classes, read
from schemas.frames import CLAIMS, SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """The answer for every deal that has a signing.

    Attributes:
        claims: every claim on each deal (CLAIMS), in order of opening.
        sources: what decides each deal (SOURCES), a row a deal.
        classes: the exact shares of classes in each deal (CLASSES), which sum to 1.
    """

    claims: pl.DataFrame
    sources: pl.DataFrame
    classes: pl.DataFrame


def attributed(known: Known) -> Attributed:
    """Whose deals they are, by the rules of docs/decisions/0008."""
    judged = with_status(weighed(claimed(known), known), known)
    given = decisions(known, judged)
    claims = _with_decisions(judged, given)
    return Attributed(
        claims=claims, sources=_sources(known, claims, given), classes=_classes(known, given)
    )


def _with_decisions(judged: pl.DataFrame, given: Given) -> pl.DataFrame:
    """Claims with whether they decide; a live one that does not is superseded."""
    deciding = given.claims.with_columns(decides=pl.lit(value=True))
    superseded = (pl.col("status") == "live") & ~pl.col("decides")
    return (
        judged.join(deciding, on=["signing", "opened"], how="left", maintain_order="left")
        .with_columns(pl.col("decides").fill_null(value=False))
        .with_columns(
            status=pl.when(superseded).then(pl.lit("superseded")).otherwise("status"),
        )
        .select(*CLAIMS)
    )


def _sources(known: Known, claims: pl.DataFrame, given: Given) -> pl.DataFrame:
    deciding = claims.lazy().filter("decides").select("signing", "lead", fact=KNOWN_BY).collect()
    first = deciding.group_by("signing").agg(
        claim=pl.col("fact").first(), claimed_lead=pl.col("lead").first(ignore_nulls=True)
    )
    vectors = given.deals["vector"].unique().to_list()
    classes = {vector: greatest(vector) for vector in vectors}
    found = pl.col("vector").is_in([vector for vector in vectors if "marketing" in read(vector)])
    return (
        known.signings.select(
            "deal", "signing", "signed_at", policy=in_force("signed_at", known.policies)
        )
        .join(given.deals, on="signing", how="left")
        .join(first, on="signing", how="left")
        .join(_finders(claims), on="signing", how="left")
        .join(_grounds(known, deciding, given), on="signing", how="left", maintain_order="left")
        .with_columns(
            source=pl.col("vector").replace_strict(classes, return_dtype=pl.String),
            finder=pl.when(found).then("finder"),
            grounds=pl.col("grounds").fill_null(pl.lit([], dtype=pl.List(pl.Int64))),
        )
        .select(*SOURCES)
    )


def _finders(claims: pl.DataFrame) -> pl.DataFrame:
    """Whose the marketing side is: of the first claim that decides, else that might have."""
    return (
        claims.lazy()
        .filter(pl.col("side") == "marketing", pl.col("status").is_in(LIVE))
        .sort("decides", descending=True, maintain_order=True)
        .unique("signing", keep="first", maintain_order=True)
        .select("signing", finder="payee")
        .collect()
    )


def _grounds(known: Known, deciding: pl.DataFrame, given: Given) -> pl.DataFrame:
    """The facts that decide, beside the signing: claims, an earlier signing, a ruling."""
    rows = [(deal, told.order) for deal, told in known.rulings.items()]
    ruled = pl.DataFrame(rows, schema={"deal": pl.String(), "order": pl.Int64()}, orient="row")
    told = [
        deciding.select("signing", order="fact"),
        given.grounds,
        ruled.join(known.signings, on="deal").select("signing", "order"),
    ]
    return (
        pl.concat(told)
        .filter(pl.col("order") != pl.col("signing"))
        .sort("order")
        .group_by("signing", maintain_order=True)
        .agg(grounds="order")
    )


def _classes(known: Known, given: Given) -> pl.DataFrame:
    deals = known.signings.select("deal", "signing")
    return of_classes(deals.join(given.deals, on="signing"))
