"""Flat: an amount for each event of a kind: a touch made, a lead qualified, a deal signed."""

import polars as pl

from engine.coefficients import coefficients
from engine.deal_lines import rounded_alone, with_absent
from engine.ground import Ground, paid_under
from engine.rulebook import Version
from engine.signings import TURN, paid_for_signings, promised
from engine.turns import in_turn
from engine.windows import window_number
from engine.world import World
from engine.zones import month
from schemas.frames import ENTITLED, empty
from schemas.plans import Flat

_KEY = ("payee", "fact", "component", "plan")
_EVENT = {
    "payee": pl.String(),
    "plan": pl.String(),
    "fact": pl.Int64(),
    "dated": pl.Int64(),
    "lead": pl.String(),
    "subject": pl.String(),
    "because": pl.List(pl.Int64()),
}


def entitlements(ground: Ground) -> pl.DataFrame:
    """What flat components entitle to (ENTITLED), per period of change."""
    parts = list(ground.parts(Flat))
    signings = [signings_of(ground, part, version) for version, part in parts if _of_deals(part)]
    events = [events_of(ground, part, version) for version, part in parts if not _of_deals(part)]
    told = [paid_for_signings(pl.concat(signings), ground)] if signings else []
    told += [_paid_for_events(pl.concat(events), ground)] if events else []
    return pl.concat([empty(ENTITLED), *told])


def touches(world: World) -> pl.DataFrame:
    """Every live touch that somebody made: `payee, kind, lead, customer, fact, at`.

    The customer of a touch is its own, else that of its lead.
    """
    owners = world.leads.select("lead", _customer="customer")
    return (
        world.facts.filter(pl.col("type") == "touch-recorded", pl.col("payee").is_not_null())
        .join(owners, on="lead", how="left", maintain_order="left")
        .select(
            "payee",
            "kind",
            "lead",
            customer=pl.coalesce("customer", "_customer"),
            fact="order",
            at="effective_at",
        )
    )


def _of_deals(part: Flat) -> bool:
    return part.on == "deal-signed"


def signings_of(ground: Ground, part: Flat, version: Version) -> pl.DataFrame:
    """The signings of payees under a version, with its amount for each."""
    one = pl.lit(1, dtype=pl.Int64)
    return (
        promised(ground, part, version, part.id)
        .with_columns(
            unit=pl.lit(part.amount.minor, dtype=pl.Int64),
            rate=pl.lit(None, dtype=pl.String),
            rate_num=one,
            rate_den=one,
        )
        .with_columns(**_turns(part, version))
    )


def events_of(ground: Ground, part: Flat, version: Version) -> pl.DataFrame:
    """The touches or qualifications of payees under a version, with its terms."""
    plan = version.plan
    touched = part.on == "touch-recorded"
    found = _touched(ground, part, version) if touched else _qualified(ground, part)
    return found.filter(pl.col("plan") == plan.name).with_columns(
        name=pl.lit(f"{plan.plan}/{plan.currency}"),
        component=pl.lit(part.id),
        run=pl.lit(version.runs_from, dtype=pl.Int64),
        worth=pl.lit(part.amount.minor, dtype=pl.Int64),
        currency=pl.lit(plan.currency),
        rounding=pl.lit(plan.rounding),
        **_turns(part, version),
    )


def _turns(part: Flat, version: Version) -> dict[str, pl.Expr]:
    """The window in which payments are counted, and how many there may be."""
    if part.limit is None:
        return {"window": pl.lit(0, dtype=pl.Int64), "most": pl.lit(None, dtype=pl.Int64)}
    number = window_number(pl.col("dated"), part.limit.per, version.plan)
    return {"window": number, "most": pl.lit(part.limit.count, dtype=pl.Int64)}


def _touched(ground: Ground, part: Flat, version: Version) -> pl.DataFrame:
    paid = _paid_touches(ground, part, version)
    if part.once != "each":
        paid = _once(ground, part, version)
    subject = pl.coalesce("lead/" + pl.col("lead"), "customer/" + pl.col("customer"))
    return paid.select(
        "payee",
        "plan",
        "fact",
        "lead",
        dated=month(pl.col("at"), ground.zone),
        subject=subject,
        because=pl.concat_list("fact"),
    ).select(*_EVENT)


def _paid_touches(ground: Ground, part: Flat, version: Version) -> pl.DataFrame:
    """Every touch of its kind that was made under a version."""
    made = touches(ground.world)
    if part.of is not None:
        made = made.filter(pl.col("kind") == part.of)
    return paid_under(made, ground.world, "at").filter(pl.col("plan") == version.plan.name)


def _once(ground: Ground, part: Flat, version: Version) -> pl.DataFrame:
    """The first of these touches of each payee per lead or customer, in all versions of the plan.

    Only what the component pays for in a version, and once alike, comes before.
    """
    plan = version.plan
    alike = [
        _paid_touches(ground, other, of)
        for of, other in ground.parts(Flat)
        if (of.plan.plan, of.plan.currency) == (plan.plan, plan.currency)
        and (other.id, other.on, other.once) == (part.id, part.on, part.once)
    ]
    named = pl.concat(alike).filter(pl.col(part.once).is_not_null())
    return named.sort("fact").unique(["payee", part.once], keep="first", maintain_order=True)


def _qualified(ground: Ground, part: Flat) -> pl.DataFrame:
    return (
        ground.qualified.filter(pl.col("role") == part.credits, pl.col("payee").is_not_null())
        .with_columns(
            dated=month(pl.col("at"), ground.zone),
            subject="lead/" + pl.col("lead"),
            because=pl.concat_list("opened", "fact"),
        )
        .select(*_EVENT)
    )


def _paid_for_events(offers: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Events never fall away while they are live: each is paid in its period, in its turn."""
    standing = offers.with_columns(period=pl.col("dated"), stands=pl.lit(value=True))
    counted = coefficients(ground, in_turn(standing, _KEY, TURN).filter("in_turn"))
    paid = counted.with_columns(amount=rounded_alone(counted, "worth", ["coef"]))
    return with_absent(paid, list(ENTITLED)).select(*ENTITLED)
