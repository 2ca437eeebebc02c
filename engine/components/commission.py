"""Commission: a rate on what a layer is worth, for the payees credited in one role and class.

whole = round(rate x value x class share), divided among all payees of the class by largest
remainder; payees under another version of a plan take their part of the whole of their own.
"""

from fractions import Fraction
from typing import get_args

import polars as pl

from engine.allocation import divided, rounded_products
from engine.ground import Ground
from engine.rulebook import Rulebook
from engine.world import World
from engine.zones import month
from schemas.currencies import DIGITS
from schemas.frames import ENTITLED, empty
from schemas.plans import Commission, SourceClass
from schemas.rates import rate_text

_TERMS = {
    "plan": pl.String(),
    "component": pl.String(),
    "role": pl.String(),
    "source": pl.String(),
    "rate": pl.String(),
    "num": pl.Int128(),
    "den": pl.Int128(),
    "pays": pl.String(),
    "rounding": pl.String(),
}


def entitlements(ground: Ground) -> pl.DataFrame:
    """What commission components entitle to (ENTITLED), per period of change."""
    terms = _terms(ground)
    matched = ground.credited.join(terms, on=["plan", "role", "source"], how="inner")
    if matched.is_empty():
        return empty(ENTITLED)
    converted = _converted(matched, ground.world.rules)
    priced = converted.filter(pl.col("fx_num").is_not_null())
    ends = last_in_period(ground.world.states, zone_month=month(pl.col("at"), ground.zone))
    wholes = _wholes(priced, ends)
    parts = _parts(wholes, ground.credited)
    return _as_lines(parts, ground.world)


def last_in_period(states: pl.DataFrame, *, zone_month: pl.Expr) -> pl.DataFrame:
    """States as at the ends of periods: the last of each layer and period, with `period`."""
    in_order = states.with_columns(period=zone_month).sort("layer", "at", maintain_order=True)
    followed = (pl.col("layer") == pl.col("layer").shift(-1)) & (
        pl.col("period") == pl.col("period").shift(-1)
    )
    return in_order.filter(followed.fill_null(value=False).not_())


def _terms(ground: Ground) -> pl.DataFrame:
    """A row a component, plan and source class that it pays for."""
    rows = [
        (
            version.plan.name,
            part.id,
            part.credits,
            source,
            rate_text(part.rate),
            part.rate.numerator,
            part.rate.denominator,
            version.plan.currency,
            version.plan.rounding,
        )
        for version, part in ground.parts(Commission)
        for source in ([part.source] if part.source is not None else get_args(SourceClass))
    ]
    return pl.DataFrame(rows, schema=_TERMS, orient="row")


def _converted(matched: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """With `fx_num / fx_den`: minor units of the plan's currency for one of the layer's."""
    foreign = (
        matched.filter(pl.col("currency") != pl.col("pays"))
        .select("currency", "pays", "opened_at")
        .unique()
    )
    rows = [
        (base, quote, at, *_minor_rate(rules, base, quote, at))
        for base, quote, at in foreign.iter_rows()
    ]
    schema = {
        "currency": pl.String(),
        "pays": pl.String(),
        "opened_at": pl.Int64(),
        "fx_num": pl.Int128(),
        "fx_den": pl.Int128(),
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    same = (pl.col("currency") == pl.col("pays")).cast(pl.Int128)
    at_par = pl.when(same == 1).then(pl.lit(1, dtype=pl.Int128))
    return matched.join(table, on=["currency", "pays", "opened_at"], how="left").with_columns(
        fx_num=pl.coalesce(at_par, "fx_num"), fx_den=pl.coalesce(at_par, "fx_den")
    )


def _minor_rate(rules: Rulebook, base: str, quote: str, at: int) -> tuple[int | None, int | None]:
    rate = rules.rate_at(base, quote, at)
    if rate is None:
        return None, None
    scaled = rate * Fraction(10) ** (DIGITS[quote] - DIGITS[base])
    return scaled.numerator, scaled.denominator


def _wholes(priced: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """The rounded whole of each layer, class, role, component and period at which it changed."""
    group = ["deal", "layer", "source", "role", "plan", "component"]
    of_class = priced.unique(group, maintain_order=False).select(
        *group, "split", "whole", "class_weight", "num", "den", "fx_num", "fx_den", "rate", "pays",
        "rounding", "opened_at", "currency",
        "dated",
    )  # fmt: skip
    states = of_class.join(ends, on=["deal", "layer"]).with_columns(
        _num=pl.col("num") * pl.col("fx_num") * pl.col("class_weight"),
        _den=pl.col("den") * pl.col("fx_den") * pl.col("whole"),
    )
    return states.with_columns(payout=rounded_products(states, "value", "_num", "_den")).drop(
        "_num", "_den", "num", "den", "fx_num", "fx_den", "at"
    )


def _parts(wholes: pl.DataFrame, credited: pl.DataFrame) -> pl.DataFrame:
    """Each whole divided among all payees of its class; kept are those it is the plan of."""
    members = credited.select("deal", "layer", "source", "role", "payee", "weight", own_plan="plan")
    shared = wholes.join(members, on=["deal", "layer", "source", "role"])
    group = ["deal", "layer", "source", "role", "plan", "component", "period"]
    parts = divided(shared, "payout", "weight", "class_weight", group)
    return parts.filter(pl.col("own_plan") == pl.col("plan"))


def _as_lines(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    claimed = world.sources.select("deal", "signing", "claim", lead="claimed_lead")
    return (
        _with_evidence(parts.join(claimed, on="deal"), world)
        .with_columns(
            subject="deal/" + pl.col("deal"),
            fact=pl.col("layer"),
            base=pl.col("value"),
            base_currency=pl.col("currency"),
            share_num=pl.col("weight"),
            share_den=pl.col("whole"),
            amount=pl.col("part"),
        )
        .with_columns(currency=pl.col("pays"))
        .select(*ENTITLED)
    )


def _with_evidence(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Parts with their `because`: claim, signing, layer, and the steps behind its value.

    Nearly all rest on their signing, or on it and a claim, alone; only the others pay for lists
    whose length must be looked at.
    """
    signed_as = world.steps.filter(pl.col("kind") == "signing").select(
        "deal", signing_corrected="corrected_by"
    )
    told = parts.join(signed_as, on="deal")
    plain = (
        pl.col("signing_corrected").is_null()
        & (pl.col("layer") == pl.col("signing"))
        & (pl.col("because").list.len() == 0)
    )
    claimed = pl.col("claim").is_not_null()
    always = pl.concat_list("claim", "signing", "signing_corrected", "layer").list.drop_nulls()
    return pl.concat(
        [
            told.filter(plain & claimed).with_columns(because=pl.concat_list("claim", "signing")),
            told.filter(plain & claimed.not_()).with_columns(because=pl.concat_list("signing")),
            told.filter(plain.not_()).with_columns(because=pl.concat_list(always, "because")),
        ]
    )
