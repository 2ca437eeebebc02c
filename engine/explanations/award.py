"""A line of an award: the occasion, who shares it, and whether its deal has a value."""

from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import rounded
from engine.components.award import occasions
from engine.explanations.asked import Asked, Worth
from engine.explanations.coefficients import applies, coefficient_reasons, scale
from engine.explanations.passed_over import passed_over_reasons
from engine.explanations.pricing import divided, division
from engine.explanations.words import listed, month_name, percent, rounding, times
from engine.reasons import Reason
from engine.zones import period_end
from schemas.plans import Award


def worth(asked: Asked, period: int) -> Worth:
    """The payee's part while the deal has a value, as at the end of a period."""
    part = asked.part
    assert isinstance(part, Award)
    found = occasions(asked.world).filter(
        pl.col("fact") == asked.fact,
        pl.col("deal") == asked.row["deal"],
        pl.col("on") == part.on,
        pl.col("shared") == part.shared,
    )
    rows = found.sort("payee").to_dicts()
    end = period_end(period, asked.zone)
    over = passed_over_reasons(asked.row["deal"], part.on, asked.world, through=asked.fact)
    told = Worth(0, tuple(over))
    if not rows or rows[0]["at"] >= end:
        return told
    value = _value_of_deal(asked, end)
    outdone = rows[0]["until"] is not None and rows[0]["until"] < end
    amount, reasons = _shared(asked, part, rows)
    shared = told.then(amount, *reasons)
    if outdone:
        return Worth(0, (*shared.reasons, Reason("A referral of the deal itself has replaced it")))
    if value > 0:
        return shared
    end_of = month_name(period)
    return Worth(0, (*shared.reasons, Reason(f"The deal is worth nothing at the end of {end_of}")))


def _shared(
    asked: Asked, part: Award, rows: list[dict[str, Any]]
) -> tuple[int, tuple[Reason, ...]]:
    """The payee's part of the award, in minor units, with how it is shared."""
    members = [str(row["payee"]) for row in rows]
    share = Fraction(1, len(members))
    dealt = divided(part.amount.minor, dict.fromkeys(members, share))
    what = "referral" if part.on == "referral-made" else "joint signing"
    told = Reason(
        f"{share} of an award of {part.amount} per deal for a {what}, shared by {listed(members)}"
    )
    if not applies(asked):
        return dealt[asked.payee], (told, *division(dealt, asked.currency))
    exact = part.amount.minor * share * scale(asked)
    amount = rounded(exact, asked.plan.rounding)
    product = times([str(part.amount), str(share), percent(scale(asked))])
    scaled = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
    return amount, (told, *coefficient_reasons(asked), scaled)


def _value_of_deal(asked: Asked, end: int) -> int:
    """What all layers of the deal are worth together just before an instant."""
    states = asked.world.states.filter(pl.col("deal") == asked.row["deal"], pl.col("at") < end)
    last = states.sort("layer", "at", maintain_order=True).unique(
        "layer", keep="last", maintain_order=True
    )
    return int(last["value"].sum())
