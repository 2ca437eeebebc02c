"""Why a gate is open or shut for a line: the leads it counted."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from engine.gates import MONTHS_OF, conversions
from engine.reasons import Reason
from engine.world import World
from engine.zones import month, period_end
from schemas.calendar import PayoutPeriod
from schemas.plans import Gate, Plan
from schemas.rates import rate_text


def gate_reasons(row: Mapping[str, Any], world: World, plan: Plan) -> list[Reason]:
    """One reason for each gate on the component of a line (a row of LINES or PAYABLE)."""
    return [
        gate_reason(row, world, plan, gate)
        for gate in plan.gates
        if row["component"] in gate.applies_to
    ]


def gate_reason(row: Mapping[str, Any], world: World, plan: Plan, gate: Gate) -> Reason:
    """What a gate counted for a payee in the window of a line's layer, as at its period's end."""
    span = MONTHS_OF[gate.window]
    window = _layer_month(row, world, plan) // span
    counted = (
        conversions(world)
        .filter(
            pl.col("payee") == row["payee"],
            month(pl.col("at"), plan.zone) // span == window,
            pl.col("at") < period_end(row["period"], plan.zone),
        )
        .sort("at")
    )
    qualified = counted.filter(pl.col("what") == "qualified")["lead"].to_list()
    signed = counted.filter(pl.col("what") == "signed")["lead"].to_list()
    first = PayoutPeriod(window * span)
    needed = f"{'at least' if gate.inclusive else 'more than'} {rate_text(gate.threshold)}"
    if not qualified:
        open_now = gate.zero_qualified == "open"
        text = f"none of {row['payee']}'s leads was qualified, and then it is {gate.zero_qualified}"
    else:
        ratio = Fraction(len(signed), len(qualified))
        met = ratio >= gate.threshold if gate.inclusive else ratio > gate.threshold
        open_now = met
        text = f"{len(signed)} of {len(qualified)} signed, and it needs {needed}"
    below = (
        Reason(f"qualified: {', '.join(qualified) or 'none'}"),
        Reason(f"signed: {', '.join(signed) or 'none'}"),
    )
    stands = "open" if open_now else "shut"
    return Reason(f"Gate {gate.id} in the {gate.window} of {first}: {stands}, {text}", (), below)


def _layer_month(row: Mapping[str, Any], world: World, plan: Plan) -> int:
    named = world.facts.filter(
        pl.col("source") == row["fact_source"], pl.col("id") == row["fact_id"]
    ).select(layer="order")
    dated = world.layers.join(named, on="layer").select(month(pl.col("opened_at"), plan.zone))
    return int(dated.item())
