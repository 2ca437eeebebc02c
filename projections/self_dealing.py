"""What somebody should look at before awards are paid: circles, and people on both sides.

Nothing here is refused or moved: a flag names facts, and people decide.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from engine.attribution import signers
from engine.reading import said
from engine.referrals import weighed_referrals
from engine.repairs import as_repaired
from engine.world import World
from engine.zones import month
from schemas.frames import Schema

FLAGS: Final[Schema] = {
    "code": pl.String(),
    "subject": pl.String(),  # deal/<id> or lead/<id>
    "payee": pl.String(),
    "other": pl.String(),  # whom else it is about, null: nobody
    "orders": pl.List(pl.Int64()),  # of the facts
    "text": pl.String(),
}
"""One row a flag."""

_QUARTER: Final = 3


def flags(told: World, records: pl.DataFrame) -> pl.DataFrame:
    """Everything flagged in a world (FLAGS), sorted; `records` (RECORDS) are those of the world."""
    found = [
        _finder_signs(told),
        _qualifies_own(told, records),
        _one_sided(told),
        *_referrals(told),
    ]
    return pl.concat(found).sort("code", "subject", "payee", "other", nulls_last=True)


def _finder_signs(told: World) -> pl.DataFrame:
    """Who found the lead signs the deal: paid the self-sourced rate once, and worth a look."""
    met = told.claims.filter("decides", pl.col("side") == "marketing").join(
        signers(told.signings), on=["deal", "payee"], how="semi"
    )
    return _flagged(
        met.with_columns(orders=pl.concat_list("opened", "signing")),
        "finder-signs",
        "found the lead that decides the deal, and signs it",
    )


def _qualifies_own(told: World, records: pl.DataFrame) -> pl.DataFrame:
    """Who found a lead finds it valid, and earns its points."""
    first = told.qualifications.select("lead", "payee", "opened", "fact")
    judged = as_repaired(records.filter(pl.col("type") == "lead-qualified"), told.repairs)
    by = said(judged, {"by": pl.String()}).select(judge="by")
    judges = told.names.select("source", "id", fact="order").join(
        judged.select("source", "id").hstack(by), on=["source", "id"]
    )
    own = first.join(judges, on="fact").filter(pl.col("payee") == pl.col("judge"))
    rows = own.with_columns(
        subject="lead/" + pl.col("lead"), orders=pl.concat_list("opened", "fact")
    )
    return _flagged(rows, "qualifies-own-lead", "finds valid the lead they found")


def _one_sided(told: World) -> pl.DataFrame:
    """A joint signing of signers alone, or of nobody who signs; said of the first of its payees."""
    joint = (
        told.facts.filter(pl.col("type") == "joint-signing-confirmed")
        .select("deal", "order", payee="payees")
        .explode("payee")
    )
    signing = signers(told.signings).with_columns(signs=pl.lit(value=True))
    sides = joint.join(signing, on=["deal", "payee"], how="left").with_columns(
        pl.col("signs").fill_null(value=False)
    )
    counted = sides.group_by("deal", "order").agg(
        pl.col("payee").first(), some=pl.col("signs").any(), all=pl.col("signs").all()
    )
    rows = counted.filter(~pl.col("some") | pl.col("all")).with_columns(
        orders=pl.concat_list("order")
    )
    return _flagged(rows, "one-sided-joint-signing", "signs jointly with nobody of the other side")


def _referrals(told: World) -> Iterator[pl.DataFrame]:
    made = told.facts.filter(pl.col("type") == "referral-made").select(
        "order",
        "payee",
        other=pl.col("payees").list.get(1),
        quarter=month(pl.col("effective_at"), told.rules.zone) // _QUARTER,
        subject="stream",
    )
    own = made.filter(pl.col("payee") == pl.col("other"))
    yield _flagged(
        own.with_columns(orders=pl.concat_list("order")), "refers-to-self", "refers to themselves"
    )
    back = made.select("quarter", payee="other", other="payee", _first="order")
    circle = made.join(back, on=["quarter", "payee", "other"]).filter(
        pl.col("_first") < pl.col("order"), pl.col("payee") != pl.col("other")
    )
    yield _flagged(
        circle.with_columns(orders=pl.concat_list("_first", "order")),
        "referral-circle",
        "refers back to who referred to them in the same quarter",
    )
    weighed = weighed_referrals(told).select("deal", order="fact", payee="by")
    signed = weighed.join(signers(told.signings), on=["deal", "payee"], how="semi")
    yield _flagged(
        signed.unique(maintain_order=True).with_columns(orders=pl.concat_list("order")),
        "referrer-signs",
        "refers a deal that they sign",
    )


def _flagged(rows: pl.DataFrame, code: str, text: str) -> pl.DataFrame:
    """Rows (`payee, orders`, with a `deal` or a `subject`, perhaps `other`) as FLAGS."""
    subject = pl.col("subject") if "subject" in rows.columns else "deal/" + pl.col("deal")
    other = pl.col("other") if "other" in rows.columns else pl.lit(None, dtype=pl.String)
    return rows.select(
        pl.lit(code).alias("code"),
        subject.alias("subject"),
        "payee",
        other.alias("other"),
        "orders",
        (pl.col("payee") + " " + text).alias("text"),
    )
