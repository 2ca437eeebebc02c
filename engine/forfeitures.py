"""Forfeitures: what leavers lose of what is held of their deals, an earned line a deal."""

from collections.abc import Iterator

import polars as pl

from engine.allocation import rounded_products
from engine.attendance import AFTER_ALL_TIME
from engine.ground import Ground
from engine.holdback import DEAL, holdback, released, shares
from engine.moments import together, told_at
from engine.zones import month
from schemas.frames import ENTITLED, empty

_KEY = ("fact", "component", "source", "subject", "plan", *DEAL)
_AWAY = {
    "payee": pl.String(),
    "terms": pl.String(),
    "before": pl.Int64(),
    "back": pl.Int64(),
    "gone": pl.Int64(),
    "named": pl.String(),
}


def forfeitures(lines: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What leavers lose (ENTITLED): per deal, what would be held of it, from their leaving on.

    A deal that was released before is not lost, and who comes back has again what was.
    """
    away = pl.DataFrame(list(_leavers(ground)), schema=_AWAY, orient="row")
    if away.is_empty():
        return empty(ENTITLED)
    left = lines.filter(pl.col("deal").is_not_null()).join(away, on="payee")
    owned = left.join(shares(ground.versions), on=["terms", "component", "currency"])
    open_deals = owned.join(
        released(owned, ground.world, ground.versions),
        on=["terms", "deal", "before"],
        how="anti",
    )
    lost = _would_be_held(open_deals, ground)
    return _as_lines(lost, ground)


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
    numbered = owned.with_columns(_deal=pl.struct(DEAL).rank("dense"))
    told = together(numbered, _KEY, ("_deal",))
    sums = told.group_by(*DEAL, "period").agg(
        pl.col("amount").cast(pl.Int128).sum().clip(0).alias("total"),
        pl.col("terms", "before", "back", "gone", "named", "num", "den", "rounding").first(),
    )
    left, back = (month(pl.col(name), ground.zone) for name in ("before", "back"))
    came = sums.filter(pl.col("back") < AFTER_ALL_TIME)
    moments = pl.concat(
        [sums.select(*DEAL, period=left).unique(), came.select(*DEAL, period=back).unique()]
    )
    all_told = told_at(sums.with_columns(dated=left), moments.unique(), DEAL)
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
