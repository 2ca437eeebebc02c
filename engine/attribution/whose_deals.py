"""Whose deals they are: every claim with its status, what decides each deal, and its classes."""

from dataclasses import dataclass

import polars as pl

from engine.at_once import among, at_once
from engine.attribution.claiming import claimed, weighed
from engine.attribution.deciding import decisions
from engine.attribution.given import Given
from engine.attribution.known import Known
from engine.attribution.sources import decided, sources
from engine.attribution.statuses import PLACE, with_status
from engine.attribution.vectors import of_classes
from schemas.frames import CLAIMS


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
    deals = decided(known, given)
    return Attributed(
        claims=claims, sources=sources(known, deals, claims, given), classes=of_classes(deals)
    )


def _with_decisions(judged: pl.DataFrame, given: Given) -> pl.DataFrame:
    """Claims with whether they decide; a live one that does not is superseded."""
    superseded = pl.when(pl.col("status") == "live", ~pl.col("decides"))
    told = (
        judged.lazy()
        .with_columns(place=PLACE)
        .with_columns(decides=among("place", given.claims["place"]))
        .with_columns(status=superseded.then(pl.lit("superseded")).otherwise("status"))
    )
    return at_once(told.select(*CLAIMS))
