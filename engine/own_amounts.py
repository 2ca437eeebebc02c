"""Amounts of a payee's own: a target, a guarantee or a draw that differs from payee to payee.

The plan names the metric and holds the amount for everybody of whom none is reported. The figure is
in units of the plan's currency and, as for a coefficient, that of a month as now known.
"""

from fractions import Fraction

from engine.attendance import Attendance
from engine.coefficients import figure_of_month
from schemas.currencies import DIGITS
from schemas.values import Money


def amount_of(
    attendance: Attendance, payee: str, month: int, planned: Money, own: str | None
) -> Fraction:
    """The amount of a payee in a month, in minor units, exact; one below zero counts as 0."""
    figures = attendance.ground.world.people.figures.get((payee, own or ""), ())
    figure = figure_of_month(figures, month, attendance.ground.zone)
    if figure is None:
        return Fraction(planned.minor)
    units: int = 10 ** DIGITS[planned.currency]
    return max(figure, Fraction(0)) * units
