"""The status of a claim: the first reason for which it is none, or live.

Whether a live one decides is for the rules to say.
"""

import polars as pl

from engine.attribution.known import Known

LIVE = ("live", "superseded")
"""The statuses of claims that the rules choose from."""

_JUDGED = ("lead-qualified", "lead-disqualified", "lead-recycled")


def with_status(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Claims with their `status`, live for all that the rules choose from."""
    judged = _ruled(_with_verdicts(claims, known), known)
    told = judged.with_columns(status=_status()).drop("verdict")
    return told.with_columns(
        status=pl.when(_is_duplicate(known)).then(pl.lit("duplicate")).otherwise("status")
    ).drop("counts")


def _status() -> pl.Expr:
    """The first that applies, in the order of the page; duplicates are left to see."""
    counts, opened = pl.col("counts"), pl.col("opened")
    disqualified = pl.col("verdict").eq_missing(pl.lit("lead-disqualified"))
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
        .when(disqualified)
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
    first = pl.col("opened").filter(live).min().over("signing", "side")
    called = (pl.col("named") & pl.col("policy").is_in(asking)) | pl.col("counts").fill_null(
        value=False
    )
    return live & (pl.col("opened") > first) & ~called


def _with_verdicts(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """With `verdict`: the last word on the claim's lead before the signing, in order of effect.

    Only of leads that were ever disqualified.
    """
    words = (
        known.facts.lazy()
        .filter(pl.col("type").is_in(_JUDGED))
        .select("lead", "type", judged="order")
        .collect()
    )
    disqualified = words.filter(pl.col("type") == "lead-disqualified").select("lead").unique()
    last = (
        words.join(disqualified, on="lead", how="semi")
        .join(claims.select("lead", "signing"), on="lead")
        .filter(pl.col("judged") < pl.col("signing"))
        .sort("judged")
        .unique(["signing", "lead"], keep="last", maintain_order=True)
        .select("signing", "lead", verdict="type")
    )
    return claims.join(last, on=["signing", "lead"], how="left", maintain_order="left")


def _ruled(claims: pl.DataFrame, known: Known) -> pl.DataFrame:
    """With `counts`: what a ruling in force says of the claim, null where it says nothing."""
    if not known.rulings:
        return claims.with_columns(counts=pl.lit(None, dtype=pl.Boolean))
    rows = [
        (deal, claim.lead, claim.counts)
        for deal, ruled in known.rulings.items()
        for claim in ruled.ruling.claims or ()
    ]
    schema = {"deal": pl.String(), "lead": pl.String(), "counts": pl.Boolean()}
    said = pl.DataFrame(rows, schema=schema, orient="row")
    return claims.join(said, on=["deal", "lead"], how="left", maintain_order="left")
