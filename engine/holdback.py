"""Holdback: a share of each deal's lines that is kept back until the deal has proved itself.

What is held of a deal is round(share x what was stated of it so far), never below zero, until the
customer has paid all, a milestone is reached or months have passed. So a smaller contract lets go
of its part of it. What a leaver forfeits is an earned line of its own (`engine.forfeitures`), and
nothing is held then.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from engine.allocation import rounded_products
from engine.lookup import Lookup
from engine.payment_terms import Terms
from engine.payments_of_deals import paid_in_full
from engine.rulebook import Version
from engine.world import World
from engine.zones import instant_of_local, local
from schemas.frames import Schema, empty
from schemas.plans import Holdback
from schemas.statements import LEDGER

MOVED = ("held", "released", "forfeited")
"""The kinds of movements of what is held."""

DEAL = ("payee", "currency", "deal")
"""What is held is of a payee and a deal."""

SHARES = {
    "terms": pl.String(),
    "component": pl.String(),
    "currency": pl.String(),
    "num": pl.Int128(),
    "den": pl.Int128(),
    "rounding": pl.String(),
}
"""Which share of the lines of a component is held back, by version (`terms`)."""

_DAY = 86_400_000_000
_ASKED = {
    "payee": pl.String(),
    "terms": pl.String(),
    "before": pl.Int64(),
    "gone": pl.Int64(),
    "end": pl.String(),
}
_RELEASED: Schema = {
    "terms": pl.String(),
    "deal": pl.String(),
    "before": pl.Int64(),
    "by": pl.Int64(),
}


def holdback(version: Version) -> Holdback | None:
    """What a version holds back, None if it does not."""
    return version.plan.payment.holdback if version.plan.payment else None


def movements(
    stated: pl.DataFrame, ledger: pl.DataFrame, terms: Mapping[str, Terms], lookup: Lookup
) -> pl.DataFrame:
    """What moves in what is held (LEDGER) at a close: held now, less held before.

    `stated` are all lines (PAYABLE) up to and with those of the close, `ledger` the movements
    before it.
    """
    was = (
        ledger.filter(pl.col("kind").is_in(MOVED))
        .group_by(DEAL)
        .agg(was=-pl.col("amount").sum())
        .filter(pl.col("was") != 0)
    )
    versions = list(lookup.law.rules.named.values())
    owned = (
        stated.filter(pl.col("deal").is_not_null())
        .join(_asked(terms), on="payee")
        .join(shares(versions), on=["terms", "component", "currency"])
    )
    deals = pl.concat([owned["deal"], was["deal"]]).unique()
    found = [empty(LEDGER)]
    for names, world in lookup.apart(set("deal/" + deals)) if len(deals) else ():
        among = ("deal/" + pl.col("deal")).is_in(sorted(names))
        held = _held(owned.filter(among), world, versions)
        found.append(_moved(held, was.filter(among), world))
    return pl.concat(found)


def _moved(held: pl.DataFrame, was: pl.DataFrame, world: World) -> pl.DataFrame:
    """What moves (LEDGER) in what is held of some deals, of which so much was held before."""
    both = held.join(was, on=DEAL, how="full", coalesce=True)
    moved = both.with_columns(
        amount=pl.col("was").fill_null(0) - pl.col("held").fill_null(0),
        kind=pl.col("kind").fill_null("released"),
        plan="terms",
        lead=pl.lit(None, dtype=pl.String),
        line=pl.lit(None, dtype=pl.String),
    ).filter(pl.col("amount") != 0)
    names = world.names.select("source", "id", by="order")
    return (
        moved.join(names, on="by", how="left")
        .rename({"source": "fact_source", "id": "fact_id"})
        .select(*LEDGER)
    )


def released(asked: pl.DataFrame, world: World, versions: Iterable[Version]) -> pl.DataFrame:
    """The deals that were released before an instant: `terms, deal, before, by`.

    `asked` has `terms` (the version that holds back), `deal` and `before`; `by` is the order of the
    fact that released it, null where no single one did.
    """
    deals = asked.select("terms", "deal", "before").unique()
    found = [
        _released(deals.filter(pl.col("terms") == version.plan.name), rule, version, world)
        for version in versions
        if (rule := holdback(version)) is not None
    ]
    return pl.concat([empty(_RELEASED), *(each.select(*_RELEASED) for each in found)])


def _released(deals: pl.DataFrame, rule: Holdback, version: Version, world: World) -> pl.DataFrame:
    if rule.until == "cash":
        return _paid(deals, world)
    if rule.until == "milestone":
        reached = (
            world.facts.filter(
                (pl.col("type") == "milestone-reached") & (pl.col("kind") == rule.milestone)
            )
            .unique("deal", keep="first", maintain_order=True)
            .join(world.signings, on="deal", how="semi")
            .select("deal", by="order", at="effective_at")
        )
    else:
        zone = version.plan.zone
        day = (local(pl.col("signed_at"), zone) // _DAY * _DAY).cast(pl.Datetime("us"))
        later = day.dt.offset_by(f"{rule.months}mo").cast(pl.Int64)
        reached = world.signings.select("deal", by="signing", at=instant_of_local(later, zone))
    return deals.join(reached, on="deal").filter(pl.col("at") < pl.col("before"))


def _paid(deals: pl.DataFrame, world: World) -> pl.DataFrame:
    """The deals that are paid in full just before an instant, with the fact that made them so."""
    last = (
        world.facts.sort("order").group_by("deal", at="effective_at").agg(by=pl.col("order").last())
    )
    return (
        deals.with_columns(_last=pl.col("before") - 1)
        .sort("_last")
        .join_asof(
            paid_in_full(world).sort("at"),
            left_on="_last",
            right_on="at",
            by="deal",
            strategy="backward",
            coalesce=False,
            check_sortedness=False,
        )
        .filter("full")
        .join(last, on=["deal", "at"], how="left")
    )


def _asked(terms: Mapping[str, Terms]) -> pl.DataFrame:
    """The payees some of whose lines are held back, at one close: a row (_ASKED) each."""
    rows = [
        (payee, each.version.plan.name, each.ends, each.left and each.left[1], rule.leaving)
        for payee, each in terms.items()
        if (rule := each.payment.holdback) is not None
    ]
    return pl.DataFrame(rows, schema=_ASKED, orient="row")


def shares(versions: Iterable[Version]) -> pl.DataFrame:
    """Which share of which components is held back: a row (SHARES) a version and component."""
    rows = [
        (
            version.plan.name,
            component,
            version.plan.currency,
            rule.share.numerator,
            rule.share.denominator,
            version.plan.rounding,
        )
        for version in versions
        if (rule := holdback(version)) is not None
        for component in rule.applies_to
    ]
    return pl.DataFrame(rows, schema=SHARES, orient="row")


def _held(owned: pl.DataFrame, world: World, versions: Sequence[Version]) -> pl.DataFrame:
    """What is held of each deal now: `payee, currency, deal, terms, held, kind, by`.

    `owned` are its lines (PAYABLE) with what their payee is asked for (_ASKED) and their share
    (SHARES).
    """
    rule = ["terms", "before", "gone", "end", "num", "den", "rounding"]
    sums = owned.group_by(*DEAL, *rule).agg(total=pl.col("amount").cast(pl.Int128).sum().clip(0))
    held = sums.with_columns(held=rounded_products(sums, "total", "num", "den"))
    waits = held.join(
        released(held, world, versions).with_columns(_free=pl.lit(value=True)),
        on=["terms", "deal", "before"],
        how="left",
    ).join(world.signings.select("deal", "signing"), on="deal", how="left")
    free = pl.col("_free").is_not_null()
    let_go = pl.col("gone").is_not_null() & (pl.col("end") != "kept")
    ending = pl.when(let_go).then(pl.col("end")).otherwise(pl.lit("held"))
    return waits.select(
        *DEAL,
        "terms",
        held=pl.when(free | let_go).then(0).otherwise("held"),
        kind=pl.when(free).then(pl.lit("released")).otherwise(ending),
        by=pl.when(free).then("by").when(let_go).then("gone").otherwise("signing"),
    )
