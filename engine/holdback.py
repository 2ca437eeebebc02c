"""Holdback: a share of each deal's lines that is kept back until the deal has proved itself.

What is held of a deal is round(share x what was stated of it so far), never below zero, until the
customer has paid all, a milestone is reached or months have passed. So a smaller contract lets go
of its part of it. What a leaver forfeits is an earned line of its own, and nothing is held then.
"""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from engine.allocation import rounded_products
from engine.attendance import AFTER_ALL_TIME
from engine.ground import Ground
from engine.moments import together, told_at
from engine.payment_terms import Terms
from engine.payments_of_deals import paid_in_full
from engine.rulebook import Version
from engine.world import World
from engine.zones import instant_of_local, local, month
from schemas.frames import ENTITLED, Schema, empty
from schemas.plans import Holdback
from schemas.statements import LEDGER

MOVED = ("held", "released", "forfeited")
"""The kinds of movements of what is held."""

_DEAL = ("payee", "currency", "deal")
_KEY = ("fact", "component", "source", "subject", "plan", *_DEAL)
_DAY = 86_400_000_000
_SHARES = {
    "terms": pl.String(),
    "component": pl.String(),
    "currency": pl.String(),
    "num": pl.Int128(),
    "den": pl.Int128(),
    "rounding": pl.String(),
}
_ASKED = {
    "payee": pl.String(),
    "terms": pl.String(),
    "before": pl.Int64(),
    "gone": pl.Int64(),
    "end": pl.String(),
}
_AWAY = {
    "payee": pl.String(),
    "terms": pl.String(),
    "before": pl.Int64(),
    "back": pl.Int64(),
    "gone": pl.Int64(),
    "named": pl.String(),
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
    stated: pl.DataFrame, ledger: pl.DataFrame, terms: Mapping[str, Terms], world: World
) -> pl.DataFrame:
    """What moves in what is held (LEDGER) at a close: held now, less held before.

    `stated` are all lines (PAYABLE) up to and with those of the close, `ledger` the movements
    before it.
    """
    was = (
        ledger.filter(pl.col("kind").is_in(MOVED))
        .group_by(_DEAL)
        .agg(was=-pl.col("amount").sum())
        .filter(pl.col("was") != 0)
    )
    asked = _asked(terms)
    if was.is_empty() and asked.is_empty():
        return empty(LEDGER)
    both = _held(stated, asked, world).join(was, on=_DEAL, how="full", coalesce=True)
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


def forfeitures(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What leavers lose (ENTITLED): per deal, what would be held of it, from their leaving on.

    A deal that was released before is not lost, and who comes back has again what was.
    """
    away = pl.DataFrame(list(_leavers(ground)), schema=_AWAY, orient="row")
    if away.is_empty():
        return empty(ENTITLED)
    left = lines.filter(pl.col("deal").is_not_null()).join(away, on="payee")
    owned = left.join(_shares(ground.versions), on=["terms", "component", "currency"])
    open_deals = owned.join(
        released(owned, ground.world, ground.versions),
        on=["terms", "deal", "before"],
        how="anti",
    )
    lost = _would_be_held(open_deals, ground)
    return _as_lines(lost, ground)


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


def _shares(versions: Iterable[Version]) -> pl.DataFrame:
    """Which share of which components is held back: a row (_SHARES) a version and component."""
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
    return pl.DataFrame(rows, schema=_SHARES, orient="row")


def _held(stated: pl.DataFrame, asked: pl.DataFrame, world: World) -> pl.DataFrame:
    """What is held of each deal now: `payee, currency, deal, terms, held, kind, by`."""
    versions = list(world.rules.named.values())
    rule = ["terms", "before", "gone", "end", "num", "den", "rounding"]
    sums = (
        stated.filter(pl.col("deal").is_not_null())
        .join(asked, on="payee")
        .join(_shares(versions), on=["terms", "component", "currency"])
        .group_by(*_DEAL, *rule)
        .agg(total=pl.col("amount").cast(pl.Int128).sum().clip(0))
    )
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
        *_DEAL,
        "terms",
        held=pl.when(free | let_go).then(0).otherwise("held"),
        kind=pl.when(free).then(pl.lit("released")).otherwise(ending),
        by=pl.when(free).then("by").when(let_go).then("gone").otherwise("signing"),
    )


def _leavers(ground: Ground) -> Iterator[tuple[str, str, int, int, int, str]]:
    """Who left under a version by which they forfeit what is held: a row (_AWAY) each."""
    people = ground.world.people
    names = {version.plan.name for version in ground.versions}
    for payee, (at, fact) in people.left.items():
        version = ground.world.rules.version_at(payee, at - 1)
        rule = None if version is None else holdback(version)
        if version is None or rule is None or version.plan.name not in names:
            continue
        if rule.leaving == "forfeited":
            back = people.returned.get(payee, AFTER_ALL_TIME)
            yield payee, version.plan.name, at, back, fact, rule.id


def _would_be_held(owned: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What of each deal would be held while its payee is away: a row a period of change."""
    numbered = owned.with_columns(_deal=pl.struct(_DEAL).rank("dense"))
    told = together(numbered, _KEY, ("_deal",))
    sums = told.group_by(*_DEAL, "period").agg(
        pl.col("amount").cast(pl.Int128).sum().clip(0).alias("total"),
        pl.col("terms", "before", "back", "gone", "named", "num", "den", "rounding").first(),
    )
    left, back = (month(pl.col(name), ground.zone) for name in ("before", "back"))
    came = sums.filter(pl.col("back") < AFTER_ALL_TIME)
    moments = pl.concat(
        [sums.select(*_DEAL, period=left).unique(), came.select(*_DEAL, period=back).unique()]
    )
    all_told = told_at(sums.with_columns(dated=left), moments.unique(), _DEAL)
    away = all_told.filter(pl.col("period") >= pl.col("dated"))
    returned = (pl.col("back") < AFTER_ALL_TIME) & (pl.col("period") >= back)
    held = rounded_products(away, "total", "num", "den")
    return away.with_columns(held=held).with_columns(
        amount=pl.when(returned).then(0).otherwise(-pl.col("held"))
    )


def _as_lines(lost: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    nothing = {
        name: pl.lit(None, dtype=ENTITLED[name])
        for name in (
            "lead", "source", "role", "rate", "share_num", "share_den", "base", "base_currency",
            "rule", "opener",
        )
    }  # fmt: skip
    return (
        lost.join(ground.world.signings.select("deal", fact="signing"), on="deal")
        .with_columns(
            **nothing,
            subject="deal/" + pl.col("deal"),
            component=pl.col("named"),
            plan=pl.col("terms"),
            because=pl.concat_list("fact", "gone"),
        )
        .select(*ENTITLED)
    )
