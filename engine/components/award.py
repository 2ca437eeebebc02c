"""Awards: an amount per deal, shared by those who signed it together, or brought it and got it.

While its deal has a value an award entitles its payees to their parts.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final

import polars as pl

from engine.allocation import divided
from engine.by_order import listed
from engine.coefficients import coefficients
from engine.deal_lines import rounded_alone
from engine.ground import Ground, paid_under
from engine.groups import first_of, last_where, summed_up
from engine.passed_over import joint_signings_passed_over
from engine.referrals import referrals
from engine.world import World
from engine.zones import month
from schemas.frames import ENTITLED, empty
from schemas.plans import Award

_TERMS = {
    "plan": pl.String(),
    "component": pl.String(),
    "on": pl.String(),
    "shared": pl.String(),
    "worth": pl.Int64(),
    "pays": pl.String(),
    "rounding": pl.String(),
    "scaled": pl.Boolean(),
}

_OCCASION = ("deal", "fact", "on", "shared")
EVENTS: Final = ("joint-signing-confirmed", "referral-made")
"""The events that earn awards."""


def first_joint_signings(world: World) -> pl.DataFrame:
    """The joint signing that counts for each deal, a row a payee: `deal, fact, at, members`."""
    joint = world.facts["type"] == "joint-signing-confirmed"
    return (
        world.facts.select("deal", "payees", fact="order", at="effective_at")
        .filter(joint)
        .join(joint_signings_passed_over(world), on="fact", how="anti", maintain_order="left")
        .unique("deal", keep="first", maintain_order=True)
        .with_columns(members=pl.col("payees").list.len().cast(pl.Int64))
        .explode("payees")
        .rename({"payees": "payee"})
    )


def occasions(world: World, on: Collection[str] = EVENTS) -> pl.DataFrame:
    """What earns awards, a row a payee: `deal, fact, at, until, on, shared, members, payee`.

    `on` are the events to look for. A referral is there for both sides and for the referrer alone.
    Who refers to themselves has referred to nobody.
    """
    found = [_OCCASIONS[event](world) for event in EVENTS if event in on]
    return pl.concat(found).select(*_OCCASION, "at", "until", "members", "payee")


def _joint_signings(world: World) -> pl.DataFrame:
    return first_joint_signings(world).select(
        *("deal", "fact", "at", "members", "payee"),
        on=pl.lit("joint-signing-confirmed"),
        shared=pl.lit("both"),
        until=pl.lit(None, dtype=pl.Int64),
    )


def _referrals(world: World) -> pl.DataFrame:
    brought = referrals(world).filter(pl.col("by") != pl.col("to"))
    return pl.concat(
        brought.select(
            *("deal", "fact", "at"),
            members=pl.lit(members, dtype=pl.Int64),
            payee=pl.col(side),
            on=pl.lit("referral-made"),
            shared=pl.lit(shared),
            until=pl.col("until"),
        )
        for shared, side, members in (("both", "by", 2), ("both", "to", 2), ("referrer", "by", 1))
    )


_OCCASIONS: Final[Mapping[str, Callable[[World], pl.DataFrame]]] = {
    "joint-signing-confirmed": _joint_signings,
    "referral-made": _referrals,
}


def entitlements(ground: Ground) -> pl.DataFrame:
    """What award components entitle to (ENTITLED), per period of change."""
    paid_for = {part.on for _, part in ground.parts(Award)}
    earning = paid_under(occasions(ground.world, paid_for), ground.world, "at")
    if earning.is_empty():
        return empty(ENTITLED)
    rows = [
        (
            version.plan.name,
            part.id,
            part.on,
            part.shared,
            part.amount.minor,
            part.amount.currency,
            version.plan.rounding,
            any(part.id in each.applies_to for each in version.plan.coefficients),
        )
        for version, part in ground.parts(Award)
    ]
    terms = pl.DataFrame(rows, schema=_TERMS, orient="row")
    at = month(pl.col("at"), ground.zone)
    until = month(pl.coalesce("until", "at"), ground.zone)
    dated = earning.with_columns(month=at, until=pl.when(pl.col("until").is_not_null()).then(until))
    awarded = _scaled(_parts(dated, terms), ground)
    if awarded.is_empty():
        return empty(ENTITLED)
    worth = worth_of_deals(ground.world, earning, at)
    return _as_lines(_standing(awarded, worth), ground.world)


def worth_of_deals(world: World, earning: pl.DataFrame, period: pl.Expr) -> pl.DataFrame:
    """Whether a deal that earns an award has a value: `deal, period, stands`, from a period on."""
    same = pl.col("layer") == pl.col("layer").shift(1)
    was = pl.when(same).then(pl.col("value").shift(1)).otherwise(0)
    ends = (
        world.states.join(earning, on="deal", how="semi")
        .sort("layer", "at", maintain_order=True)
        .with_columns(period=period, change=pl.col("value") - was.fill_null(0))
        .group_by("deal", "period")
        .agg(pl.col("change").sum())
        .sort("deal", "period")
    )
    return ends.select("deal", "period", stands=summed_up(pl.col("change"), first_of(["deal"])) > 0)


def _parts(earning: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Each payee's part of the award of its own plan, before any cap."""
    offered = (
        earning.select(*_OCCASION, "month", "until", "members", "plan")
        .unique()
        .join(terms, on=["plan", "on", "shared"])
    )
    members = earning.select(*_OCCASION, "payee", own_plan="plan")
    shared = offered.join(members, on=_OCCASION).with_columns(weight=pl.lit(1, dtype=pl.Int64))
    parts = divided(shared, "worth", "weight", "members", [*_OCCASION, "plan", "component"])
    return parts.filter(pl.col("own_plan") == pl.col("plan"))


def _scaled(parts: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Parts of components that have a coefficient times it, each rounded by itself."""
    if not parts["scaled"].any():
        return parts
    told = coefficients(ground, parts.with_columns(dated="month")).with_columns(
        share_num="weight", share_den="members"
    )
    alone = rounded_alone(told, "worth", ["share", "coef"])
    return told.with_columns(part=pl.when("scaled").then(alone).otherwise("part"))


def _standing(awarded: pl.DataFrame, worth: pl.DataFrame) -> pl.DataFrame:
    """Every award in every period in which it begins or ceases to stand, with its `amount`."""
    award = ["deal", "fact", "payee", "component"]
    standing = awarded.join(worth, on="deal").with_columns(
        period=pl.max_horizontal("period", "month")
    )
    ceasing = awarded.filter(pl.col("until").is_not_null()).with_columns(
        period="until", stands=pl.lit(value=False)
    )
    counts = pl.col("until").is_null() | (pl.col("period") < pl.col("until"))
    return (
        pl.concat([standing.filter(counts), ceasing.select(standing.columns)])
        .sort(*award, "period", maintain_order=True)
        .filter(last_where(first_of([*award, "period"])))
        .with_columns(amount=pl.when("stands").then("part").otherwise(0))
    )


def _as_lines(standing: pl.DataFrame, world: World) -> pl.DataFrame:
    return (
        standing.join(world.signings.select("deal", "signing"), on="deal")
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
            rule=pl.lit(None, dtype=pl.String),
            opener=pl.lit(None, dtype=pl.Int64),
            because=listed("signing", "fact"),
            dated=pl.col("month"),
        )
        .select(*ENTITLED)
    )
