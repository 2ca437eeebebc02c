"""Target amounts of windows: what attaining exactly 100 % is worth to a payee, and from when on.

What a bonus and a scorecard have in common; they differ in how attainment becomes a share of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.allocation import rounded
from engine.attendance import Attendance
from engine.coefficients import coefficient
from engine.measures import Attainments, Course
from engine.own_amounts import amount_of
from engine.window_lines import Worked
from schemas.plans import Bonus, Scorecard


@dataclass(frozen=True)
class Aim:
    """The target amount of a bonus or a scorecard of a version."""

    attendance: Attendance
    part: Bonus | Scorecard

    def attainments(self, quota_id: str) -> Attainments:
        """How much of a quota payees attain in the windows that are paid for."""
        return Attainments(self.attendance, quota_id, self.part.window)

    def course(self, attainments: Attainments, of: Worked) -> Course:
        """The attainment that counts: of the window's quota, or of its months' so far."""
        told = attainments.so_far if self._grows else attainments.course
        return told(of.payee, of.window)

    def periods(self, of: Worked, courses: Iterable[Course]) -> Sequence[int]:
        """The periods at whose end the worth may be another: the first, and where one changed."""
        begins = of.window.last
        if self.part.paid == "to-date":
            begins = self.attendance.begins(of.payee, of.window)
        changed = {period for course in courses for period, _ in course if period > begins}
        return [begins, *sorted(changed)]

    def worth(self, of: Worked, period: int, share: Fraction) -> int:
        """A share of the target as at the end of a period, in minor units: rounded, once."""
        plan = self.attendance.version.plan
        scale = coefficient(
            self.attendance.ground, plan.name, self.part.id, of.payee, of.window.last
        )
        exact = self._target(of, period) * self._part(of) * share * scale
        return rounded(exact, plan.rounding)

    def _target(self, of: Worked, period: int) -> Fraction:
        """The target amount, or what of it is for the payee's months so far."""
        part, last = self.part, of.window.last
        whole = amount_of(self.attendance, of.payee, last, part.target, part.own)
        return whole * so_far(self.attendance, of, period) if self._grows else whole

    def _part(self, of: Worked) -> Fraction:
        if self.part.prorate == "none":
            return Fraction(1)
        return self.attendance.part(of.payee, of.window, first_day=self._counts_first_day)

    @property
    def _counts_first_day(self) -> bool:
        """As the bonus's quota does; a scorecard has several, and counts it."""
        if isinstance(self.part, Scorecard):
            return True
        return self.attainments(self.part.quota).quota.first_day != "does-not-count"

    @property
    def _grows(self) -> bool:
        return self.part.paid == "to-date" and self.part.against == "months-so-far"


def so_far(attendance: Attendance, of: Worked, period: int) -> Fraction:
    """What of a window is over: months up to a period, of those in which the payee takes part.

    They count alike, a month taken part in for a day as a whole one: days are for `prorate`.
    """
    months = attendance.months(of.payee, of.window)
    return Fraction(sum(month <= period for month in months), len(months))


def at_most(attainment: Fraction, most: Fraction | None) -> Fraction:
    """An attainment, or the most that counts of it."""
    return attainment if most is None else min(attainment, most)
