"""Plans: data that finance can read. What a payee is promised, from when, under which conventions.

Unknown keys are refused, figures are exact, and a plan carries worked examples that are executed
before it is published.
"""

from schemas.plans.deals import Commission, Level, MatrixCommission, Overlay, Override, Tiered
from schemas.plans.limits import (
    AttainmentGate,
    Ceiling,
    Clawback,
    CohortGate,
    FlowGate,
    Gate,
    Guarantee,
    Instalment,
    Instalments,
)
from schemas.plans.occasions import Award, Flat, Limit, Points, Spiff
from schemas.plans.parts import (
    DAY_PATTERN,
    MONTHS_OF,
    AttributeKind,
    Cap,
    Day,
    Role,
    Rounding,
    SourceClass,
)
from schemas.plans.payment import Draw, Holdback, Leaving, Payment
from schemas.plans.plan import Component, Example, Expected, ExpectedBalance, Plan
from schemas.plans.tables import Axis, Deduction, Matrix, PayoutRow, PayoutTable, RateRow, RateTable
from schemas.plans.targets import Bonus, Card, Coefficient, Measure, Quota, Scorecard
from schemas.plans.windows import windows

__all__ = [
    "DAY_PATTERN",
    "MONTHS_OF",
    "AttainmentGate",
    "AttributeKind",
    "Award",
    "Axis",
    "Bonus",
    "Cap",
    "Card",
    "Ceiling",
    "Clawback",
    "Coefficient",
    "CohortGate",
    "Commission",
    "Component",
    "Day",
    "Deduction",
    "Draw",
    "Example",
    "Expected",
    "ExpectedBalance",
    "Flat",
    "FlowGate",
    "Gate",
    "Guarantee",
    "Holdback",
    "Instalment",
    "Instalments",
    "Leaving",
    "Level",
    "Limit",
    "Matrix",
    "MatrixCommission",
    "Measure",
    "Overlay",
    "Override",
    "Payment",
    "PayoutRow",
    "PayoutTable",
    "Plan",
    "Points",
    "Quota",
    "RateRow",
    "RateTable",
    "Role",
    "Rounding",
    "Scorecard",
    "SourceClass",
    "Spiff",
    "Tiered",
    "windows",
]
