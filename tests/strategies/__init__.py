"""Hypothesis strategies that write histories, and the plain builders they share with tests."""

from tests.strategies.arrivals import arrivals
from tests.strategies.histories import histories
from tests.strategies.plans import SEED_PLAN, plans, vary_plan
from tests.strategies.records import Record, Value, amended, closed, decision, fact, published

__all__ = [
    "SEED_PLAN",
    "Record",
    "Value",
    "amended",
    "arrivals",
    "closed",
    "decision",
    "fact",
    "histories",
    "plans",
    "published",
    "vary_plan",
]
