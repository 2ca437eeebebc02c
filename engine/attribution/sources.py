"""The source of each deal: what decides it, who found it, and which facts that rests on."""

import polars as pl

from engine.at_once import among, at_once
from engine.attribution.given import Given
from engine.attribution.known import Known
from engine.attribution.statuses import LIVE
from engine.attribution.terms import in_force
from engine.attribution.touches import KNOWN_BY
from engine.attribution.vectors import greatest, read
from schemas.frames import SOURCES, empty

_NONE = pl.lit([], dtype=pl.List(pl.Int64))


def decided(known: Known, given: Given) -> pl.DataFrame:
    """What the rules say of each deal: `deal, signing, signed_at, policy, rule, vector`.

    Signings stand in order, and each is decided once.
    """
    policy = in_force("signed_at", known.policies)
    deals = known.signings.select("deal", "signing", "signed_at", policy=policy)
    return deals.hstack(at_once(given.deals.lazy().sort("signing").select("rule", "vector")))


def sources(known: Known, deals: pl.DataFrame, claims: pl.DataFrame, given: Given) -> pl.DataFrame:
    """The sources (SOURCES) of deals as `decided`, by claims (CLAIMS) that decide."""
    vectors = deals["vector"].unique().to_list()
    classes = {vector: greatest(vector) for vector in vectors}
    found = [vector for vector in vectors if "marketing" in read(vector)]
    told = deals.join(_deciding(claims), on="signing", how="left", maintain_order="left")
    return told.with_columns(
        source=pl.col("vector").replace_strict(classes, return_dtype=pl.String),
        finder=_finders(told, claims, pl.col("vector").is_in(found)),
        grounds=_grounds(told, claims, pl.concat([given.grounds, _ruled(known)])),
    ).select(*SOURCES)


def _deciding(claims: pl.DataFrame) -> pl.DataFrame:
    """The first claim that decides each deal, the first lead among those, and how `many` do."""
    deciding = claims.lazy().filter("decides").with_columns(claim=KNOWN_BY)
    first = deciding.group_by("signing").agg(
        pl.col("claim", "side", "payee").first(),
        claimed_lead=pl.col("lead").first(ignore_nulls=True),
        many=pl.len(),
    )
    return at_once(first)


def _finders(deals: pl.DataFrame, claims: pl.DataFrame, found: pl.Expr) -> pl.Series:
    """Whose the marketing side is, of deals that are `found` to have one.

    That of the first claim that decides, where it is of marketing; else it is looked for.
    """
    first = pl.col("side").eq_missing(pl.lit("marketing"))
    told = deals.select("signing", finder=pl.when(found, first).then("payee"))
    others = deals.filter(found, first.not_())["signing"]
    if others.is_empty():
        return told["finder"]
    looked_for = told.join(
        _first_of_marketing(claims, others), on="signing", how="left", maintain_order="left"
    )
    return looked_for.select(pl.coalesce("finder", "payee")).to_series()


def _first_of_marketing(claims: pl.DataFrame, signings: pl.Series) -> pl.DataFrame:
    """The payee of the first claim that decides each deal, else of the first that might have."""
    return (
        claims.filter(among("signing", signings))
        .filter(pl.col("side") == "marketing", pl.col("status").is_in(LIVE))
        .sort("decides", descending=True, maintain_order=True)
        .unique("signing", keep="first", maintain_order=True)
        .select("signing", "payee")
    )


def _grounds(deals: pl.DataFrame, claims: pl.DataFrame, more: pl.DataFrame) -> pl.Series:
    """The facts that decide, beside the signing: claims, and `more` of few deals.

    Most deals rest on one claim alone, and need no list made of several.
    """
    alone = pl.col("claim") != pl.col("signing")
    told = deals.select(
        "signing", alone=pl.when(alone).then(pl.concat_list("claim")).otherwise(_NONE)
    )
    several = pl.concat([deals["signing"].filter(deals["many"] > 1), more["signing"]])
    if several.is_empty():
        return told["alone"]
    deciding = claims.filter("decides", among("signing", several))
    grounds = (
        pl.concat([deciding.select("signing", order=KNOWN_BY), more])
        .filter(pl.col("order") != pl.col("signing"))
        .sort("order")
        .group_by("signing", maintain_order=True)
        .agg("order")
    )
    joined = told.join(grounds, on="signing", how="left", maintain_order="left")
    return joined.select(pl.coalesce("order", "alone")).to_series()


def _ruled(known: Known) -> pl.DataFrame:
    """The rulings that deals rest on: `signing, order`."""
    if not known.rulings:
        return empty({"signing": pl.Int64(), "order": pl.Int64()})
    schema = {"deal": pl.String(), "order": pl.Int64()}
    rows = [(deal, told.order) for deal, told in known.rulings.items()]
    ruled = pl.DataFrame(rows, schema=schema, orient="row")
    return ruled.join(known.signings.select("deal", "signing"), on="deal").select(
        "signing", "order"
    )
