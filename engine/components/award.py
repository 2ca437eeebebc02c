"""Awards: an amount per deal, shared by those who signed it together, capped per payee and month.

While its deal has a value an award entitles its payees to their parts; the cap runs over a payee's
awards of a month in order of effect, so an award that falls away makes room for the next.
"""

import polars as pl

from engine.allocation import divided
from engine.ground import Ground, paid_under
from engine.world import World
from engine.zones import month
from schemas.frames import ENTITLED, empty
from schemas.plans import Award

_TERMS = {
    "plan": pl.String(),
    "component": pl.String(),
    "run": pl.Int64(),
    "worth": pl.Int64(),
    "cap": pl.Int64(),
    "pays": pl.String(),
}


_SHARED = ["payee", "name", "run", "component", "pays", "month"]
"""What shares a cap: a payee's awards of one component of one plan in one run of its month."""


def first_joint_signings(world: World) -> pl.DataFrame:
    """The joint signing that counts for each deal, a row a payee: `deal, fact, at, members`."""
    return (
        world.facts.filter(pl.col("type") == "joint-signing-confirmed")
        .unique("deal", keep="first", maintain_order=True)
        .select("deal", "payees", fact="order", at="effective_at")
        .with_columns(members=pl.col("payees").list.len().cast(pl.Int64))
        .explode("payees")
        .rename({"payees": "payee"})
    )


def entitlements(ground: Ground) -> pl.DataFrame:
    """What award components entitle to (ENTITLED), per period of change."""
    joint = paid_under(first_joint_signings(ground.world), ground.world, "at")
    rows = [
        (
            version.plan.name,
            part.id,
            version.runs_from,
            part.amount.minor,
            None if part.cap is None else part.cap.amount.minor,
            part.amount.currency,
        )
        for version, part in ground.parts(Award)
    ]
    terms = pl.DataFrame(rows, schema=_TERMS, orient="row")
    at = month(pl.col("at"), ground.zone)
    awarded = _parts(joint, terms).with_columns(month=at)
    if awarded.is_empty():
        return empty(ENTITLED)
    named = awarded.with_columns(name=pl.col("plan").str.split("@").list.first())
    worth = worth_of_deals(ground.world, joint, at)
    return _as_lines(_capped(_standing(named, worth)), ground.world)


def worth_of_deals(world: World, joint: pl.DataFrame, period: pl.Expr) -> pl.DataFrame:
    """Whether a jointly signed deal has a value, from which period on: `deal, period, stands`."""
    same = pl.col("layer") == pl.col("layer").shift(1)
    was = pl.when(same).then(pl.col("value").shift(1)).otherwise(0)
    ends = (
        world.states.join(joint, on="deal", how="semi")
        .sort("layer", "at", maintain_order=True)
        .with_columns(period=period, change=pl.col("value") - was.fill_null(0))
        .group_by("deal", "period")
        .agg(pl.col("change").sum())
        .sort("deal", "period")
    )
    return ends.select("deal", "period", stands=pl.col("change").cum_sum().over("deal") > 0)


def _parts(joint: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Each payee's part of the award of its own plan, before any cap."""
    offered = joint.select("deal", "fact", "at", "members", "plan").unique().join(terms, on="plan")
    shared = offered.join(joint.select("deal", "payee", own_plan="plan"), on="deal").with_columns(
        weight=pl.lit(1, dtype=pl.Int64)
    )
    parts = divided(shared, "worth", "weight", "members", ["deal", "plan", "component"])
    return parts.filter(pl.col("own_plan") == pl.col("plan"))


def _standing(awarded: pl.DataFrame, worth: pl.DataFrame) -> pl.DataFrame:
    """Every award of a payee's month, in every period in which one begins or ceases to stand.

    One row an award and period, with `stands`: the cap is shared, so all are looked at together.
    """
    award = ["fact", "payee", "component"]
    own = (
        awarded.join(worth, on="deal")
        .with_columns(period=pl.max_horizontal("period", "month"))
        .sort(*award, "period", maintain_order=True)
        .unique([*award, "period"], keep="last", maintain_order=True)
    )
    moments = own.select(*_SHARED, "period").unique()
    wide = awarded.join(moments, on=_SHARED).sort("period")
    told = own.select(*award, "period", "stands").sort("period")
    return wide.join_asof(
        told, on="period", by=award, strategy="backward", check_sortedness=False
    ).with_columns(pl.col("stands").fill_null(value=False))


def _capped(standing: pl.DataFrame) -> pl.DataFrame:
    """Entitlements under the cap: what an award adds to the capped sum of those before it."""
    group = [*_SHARED, "period"]
    worth = pl.when("stands").then("part").otherwise(0)
    return (
        standing.with_columns(worth=worth)
        .sort(*group, "fact")
        .with_columns(so_far=pl.col("worth").cum_sum().over(group))
        .with_columns(
            upto=pl.min_horizontal("so_far", "cap"),
            before=pl.min_horizontal(pl.col("so_far") - pl.col("worth"), "cap"),
        )
        .with_columns(amount=pl.col("upto") - pl.col("before"))
    )


def _as_lines(capped: pl.DataFrame, world: World) -> pl.DataFrame:
    return (
        capped.join(world.signings.select("deal", "signing"), on="deal")
        .with_columns(
            subject="deal/" + pl.col("deal"),
            lead=pl.lit(None, dtype=pl.String),
            source=pl.lit(None, dtype=pl.String),
            role=pl.lit(None, dtype=pl.String),
            rate=pl.lit(None, dtype=pl.String),
            currency=pl.col("pays"),
            share_num=pl.lit(1, dtype=pl.Int64),
            share_den=pl.col("members"),
            base=pl.lit(None, dtype=pl.Int64),
            base_currency=pl.lit(None, dtype=pl.String),
            because=pl.concat_list("signing", "fact"),
            dated=pl.col("month"),
        )
        .select(*ENTITLED)
    )
