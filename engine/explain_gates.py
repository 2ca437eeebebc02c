"""Why a gate is open or shut for a line: the leads it counted."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from engine.conversions import conversions
from engine.reasons import Reason
from engine.world import World
from engine.zones import month, period_end
from schemas.calendar import PayoutPeriod
from schemas.plans import MONTHS_OF, FlowGate, Plan
from schemas.rates import rate_text

Row = Mapping[str, Any]


def gates_of(row: Row, plan: Plan) -> list[FlowGate]:
    """The gates on the component of a line."""
    return [
        gate
        for gate in plan.gates
        if isinstance(gate, FlowGate) and row["component"] in gate.applies_to
    ]


def is_open(row: Row, world: World, plan: Plan, gate: FlowGate, period: int) -> bool:
    """Whether a gate is open for a line's layer as at the end of a period."""
    span = MONTHS_OF[gate.window]
    own = layer_month(row, world, plan) // span
    qualified, signed = _counted(row, world, plan, (own, span), period)
    if _is_met(len(qualified), len(signed), gate, empty=gate.zero_qualified == "open"):
        return True
    later = range(own + 1, period // span + 1) if gate.missed == "deferred" else ()
    counts = (_counted(row, world, plan, (window, span), period) for window in later)
    return any(_is_met(len(each[0]), len(each[1]), gate, empty=False) for each in counts)


def gate_reason(row: Row, world: World, plan: Plan, gate: FlowGate) -> Reason:
    """What a gate counted for a payee in the window of a line's layer, as at its period's end."""
    span = MONTHS_OF[gate.window]
    window = layer_month(row, world, plan) // span
    qualified, signed = _counted(row, world, plan, (window, span), row["period"])
    needed = f"{'at least' if gate.inclusive else 'more than'} {rate_text(gate.threshold)}"
    text = f"{len(signed)} of {len(qualified)} leads signed, and it needs {needed}"
    if not qualified:
        text = f"no lead of {row['payee']} was qualified, and then it is {gate.zero_qualified}"
    stands = "open" if is_open(row, world, plan, gate, row["period"]) else "shut"
    below = (
        Reason(f"qualified: {', '.join(qualified) or 'none'}"),
        Reason(f"signed: {', '.join(signed) or 'none'}"),
    )
    first = PayoutPeriod(window * span)
    missed = " (a later window may still open it)" if gate.missed == "deferred" else ""
    return Reason(
        f"Gate {gate.id} in the {gate.window} of {first}: {stands}, {text}{missed}", (), below
    )


def _is_met(qualified: int, signed: int, gate: FlowGate, *, empty: bool) -> bool:
    if not qualified:
        return empty
    ratio = Fraction(signed, qualified)
    return ratio >= gate.threshold if gate.inclusive else ratio > gate.threshold


def _counted(
    row: Row, world: World, plan: Plan, window: tuple[int, int], period: int
) -> tuple[list[str], list[str]]:
    """The leads of a payee qualified and signed in a window (number, months), before an end."""
    number, span = window
    counted = (
        conversions(world)
        .filter(
            pl.col("payee") == row["payee"],
            month(pl.col("at"), plan.zone) // span == number,
            pl.col("at") < period_end(period, plan.zone),
            pl.col("at") >= world.rules.named[plan.name].runs_from,
        )
        .sort("at", "lead")
    )
    qualified = counted.filter(pl.col("what") == "qualified")["lead"].to_list()
    return qualified, counted.filter(pl.col("what") == "signed")["lead"].to_list()


def layer_month(row: Row, world: World, plan: Plan) -> int:
    """The payout period in which the layer of a line is dated."""
    named = world.facts.filter(
        pl.col("source") == row["fact_source"], pl.col("id") == row["fact_id"]
    ).select(layer="order")
    dated = world.layers.join(named, on="layer").select(month(pl.col("opened_at"), plan.zone))
    return int(dated.item())
