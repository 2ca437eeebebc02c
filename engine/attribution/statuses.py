"""The status of a claim: the first reason for which it is none, or live.

Whether a live one decides is for the rules to say.
"""

import polars as pl

from engine.at_once import among, at_once
from engine.attribution.known import Known

LIVE = ("live", "superseded")
"""The statuses of claims that the rules choose from."""

PLACE = pl.int_range(pl.len())
"""Where a claim stands among all, in order of opening."""

_JUDGED = ("lead-qualified", "lead-disqualified", "lead-recycled")


def with_status(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims, in order of opening, with their `status`: live for all that the rules choose from."""
    told = _ruled(claims.lazy(), known).with_columns(status=_status(_disqualified(claims, known)))
    duplicate = pl.when(_is_duplicate(known)).then(pl.lit("duplicate"))
    return at_once(told.with_columns(status=duplicate.otherwise("status")).drop("counts"))


def _status(disqualified: pl.Series) -> pl.Expr:
    """The first that applies, in the order of the page; duplicates are left to see."""
    counts, opened = pl.col("counts"), pl.col("opened")
    return (
        pl.when(opened.is_null())
        .then(pl.lit("unknown"))
        .when(opened > pl.col("signing"))
        .then(pl.lit("late"))
        .when(counts.eq_missing(pl.lit(value=False)))
        .then(pl.lit("ruled-out"))
        .when(counts)
        .then(pl.lit("live"))
        .when(pl.col("closes_at").is_null())
        .then(pl.lit("not-admitted"))
        .when(pl.lit(disqualified))
        .then(pl.lit("disqualified"))
        .when(pl.col("signed_at") >= pl.col("closes_at"))
        .then(pl.lit("lapsed"))
        .when(pl.col("pieces") < pl.col("needed"))
        .then(pl.lit("insufficient-evidence"))
        .otherwise(pl.lit("live"))
    )


def _is_duplicate(known: Known) -> pl.Expr:
    """Whether a live claim comes after another of its side, and neither deal nor ruling calls it.

    A lead that the deal names is no duplicate where the rules ask for it.
    """
    asking = [
        name
        for name, version in known.policies.named.items()
        if "named-lead" in version.policy.rules
    ]
    live = pl.col("status") == "live"
    first = pl.struct("signing", pl.when(live).then("side")).is_first_distinct()
    called = (pl.col("named") & pl.col("policy").is_in(asking)) | pl.col("counts").fill_null(
        value=False
    )
    return live & ~first & ~called


def _disqualified(claims: pl.DataFrame, known: Known) -> pl.Series:
    """Whether the last word on a claim's lead before the signing is that it is no lead."""
    said = known.facts["type"] == "lead-disqualified"
    if not said.any():
        return pl.Series([False]).new_from_index(0, claims.height)
    leads = known.facts["lead"].filter(said)
    facts = known.facts.select("type", "lead", judged="order")
    words = facts.filter(pl.col("type").is_in(_JUDGED))
    last = (
        words.filter(among("lead", leads))
        .lazy()
        .join(claims.lazy().select("lead", "signing", place=PLACE), on="lead")
        .filter(pl.col("judged") < pl.col("signing"))
        .sort("judged")
        .unique("place", keep="last", maintain_order=True)
        .filter(pl.col("type") == "lead-disqualified")
    )
    return claims.select(place=PLACE).select(among("place", at_once(last)["place"])).to_series()


def _ruled(claims: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """With `counts`: what a ruling in force says of the claim, null where it says nothing."""
    if not known.rulings:
        return claims.with_columns(counts=pl.lit(None, dtype=pl.Boolean))
    rows = [
        (deal, claim.lead, claim.counts)
        for deal, ruled in known.rulings.items()
        for claim in ruled.ruling.claims or ()
    ]
    schema = {"deal": pl.String(), "lead": pl.String(), "counts": pl.Boolean()}
    said = pl.LazyFrame(rows, schema=schema, orient="row")
    return claims.join(said, on=["deal", "lead"], how="left", maintain_order="left")
