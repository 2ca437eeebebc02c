"""A plan that has most of everything, and a few facts: what tests of explanations read."""

from typing import Any

import polars as pl

from engine.explain import Explaining
from engine.reasons import Reason
from replay.trial import Trial
from schemas.calendar import PayoutPeriod
from schemas.statements import PAYABLE
from tests.engine.trying import euros, plan_of, trial

TIERS = {
    "by": "amount",
    "mode": "marginal",
    "rows": [{"from": "0", "to": "100000", "rate": "5%"}, {"from": "100000", "rate": "8%"}],
}
SLICES = {
    "mode": "marginal",
    "rows": [{"from": "0", "to": "100%", "times": "1"}, {"from": "100%", "times": "160%"}],
}
ROWS = [{"from": "0", "to": "100", "times": "90%"}, {"from": "100", "times": "1"}]
BOOKINGS = {"id": "bookings", "of": "value", "credits": "sales"}
TARGET = {
    "id": "target",
    "measure": "bookings",
    "per": "month",
    "amount": euros("100000.00"),
    "prorate": "none",
    "zero": "missed",
}
TIERED = {
    "id": "tiers",
    "kind": "tiered",
    "credits": "sales",
    "window": "quarter",
    "table": TIERS,
}
OVERRIDE = {
    "id": "lead",
    "kind": "override",
    "credits": "sales",
    "basis": "net",
    "levels": [{"above": 1, "rate": "2%"}, {"above": 2, "rate": "1%"}],
}
COMMISSION = {"id": "own", "kind": "commission", "credits": "sales", "rate": "10%"}
BONUS = {
    "id": "bonus",
    "kind": "bonus",
    "quota": "target",
    "window": "month",
    "target": euros("1000.00"),
    "paid": "at-end",
    "payout": SLICES,
}
AIMS: dict[str, Any] = {"measures": [BOOKINGS], "quotas": [TARGET]}
LEARNING = {
    "id": "learning",
    "applies_to": ["tiers"],
    "metric": "training",
    "missing": "100",
    "rows": ROWS,
}


def told(of: Trial, payee: str, component: str, month: str) -> str:
    """The explanation of the one line of a payee for a component in a month."""
    period = PayoutPeriod.parse(month).number
    lines = of.lines.filter(payee=payee, component=component, period=period)
    [row] = lines.iter_rows(named=True)
    reason = Explaining(of.world).line(row, pl.DataFrame(schema=PAYABLE))
    assert sum(below.amount or 0 for below in reason.below) == row["amount"]
    return text(reason)


def text(reason: Reason) -> str:
    """A reason as a tree, a sentence a line."""
    return "\n".join(f"{'  ' * depth}{sentence}" for depth, sentence in reason.lines())


__all__ = ["plan_of", "trial"]
