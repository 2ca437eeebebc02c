"""A target amount of a window, as a reason: the days, the months so far, the coefficient."""

from dataclasses import dataclass
from fractions import Fraction

from engine.allocation import rounded
from engine.attendance import Window, window_name
from engine.explanations.asked import Asked, Worth
from engine.explanations.coefficients import coefficient_reasons, scale
from engine.explanations.own_amounts import own_amount
from engine.explanations.targets import attainments, quota_reason
from engine.explanations.words import exact_money, percent, rounding, times
from engine.measures import held
from engine.reasons import Reason
from schemas.plans import Bonus, PayoutTable, Scorecard
from schemas.rates import figure_text


@dataclass(frozen=True)
class Aim:
    """The target of a bonus or a scorecard in the window of a line."""

    asked: Asked
    part: Bonus | Scorecard

    @property
    def window(self) -> Window:
        """The window that is paid for."""
        return self.asked.window(self.part.window)

    @property
    def so_far(self) -> bool:
        """Whether quota and target are those of the window's months so far."""
        return self.part.paid == "to-date" and self.part.against == "months-so-far"

    def begun(self, period: int) -> bool:
        """Whether anything is paid yet."""
        window = self.window
        if self.part.paid == "at-end":
            return period >= window.last
        return period >= self.asked.attendance.begins(self.asked.payee, window)

    def attained(self, quota: str, period: int) -> Fraction:
        """The attainment of a quota that counts at the end of a period."""
        of = attainments(self.asked, quota, self.part.window)
        course = of.so_far if self.so_far else of.course
        return held(course(self.asked.payee, self.window), period)

    def quota_reason(self, quota: str, period: int) -> Reason:
        """The quota and what was reached of it."""
        of = attainments(self.asked, quota, self.part.window)
        told = quota_reason(of, self.asked.payee, self.window, period)
        if not self.so_far:
            return told
        attained = percent(self.attained(quota, period))
        return Reason(f"{told.text}; of its months so far {attained}", told.facts, told.below)

    def paid(self, period: int, share: Fraction) -> Worth:
        """A share of the target, rounded once."""
        asked, part = self.asked, self.part
        over, days, by = self._months(period), self._days(), scale(asked)
        whole, own = own_amount(asked, self.window.last, part.target, part.own)
        exact = whole * over * days * share * by
        amount = rounded(exact, asked.plan.rounding)
        product = times([
            exact_money(whole, asked.currency),
            "" if over == 1 else f"{over}, the months so far of those under the plan",
            "" if days == 1 else f"{days}, the days under the plan",
            f"{percent(share)}, the share that is paid",
            "" if by == 1 else f"{percent(by)}, the coefficient",
        ])  # fmt: skip
        paid = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
        return Worth(amount, (*own, *coefficient_reasons(asked), paid))

    def _months(self, period: int) -> Fraction:
        """What is over of the window's months in which the payee is under the plan."""
        if not self.so_far:
            return Fraction(1)
        months = self.asked.attendance.months(self.asked.payee, self.window)
        return Fraction(sum(month <= period for month in months), len(months))

    def _days(self) -> Fraction:
        """The part of the window's days on which the payee is under the plan."""
        if self.part.prorate == "none":
            return Fraction(1)
        first = True
        if isinstance(self.part, Bonus):
            quota = next(each for each in self.asked.plan.quotas if each.id == self.part.quota)
            first = quota.first_day != "does-not-count"
        attendance, window = self.asked.attendance, self.window
        taken = attendance.days_in(self.asked.payee, window.days, first_day=first)
        return Fraction(taken, window.length)

    @property
    def name(self) -> str:
        """The name of the window."""
        return window_name(self.asked.plan, self.window)


def capped(attainment: Fraction, most: Fraction | None) -> Fraction:
    """An attainment, or the most that counts of it."""
    return attainment if most is None else min(attainment, most)


def share_of(table: PayoutTable, attainment: Fraction) -> tuple[Fraction, tuple[Reason, ...]]:
    """The share of the target that an attainment is worth, row by row."""
    if table.mode in ("retroactive", "highest"):
        return _of_row(table, attainment)
    total, told = Fraction(0), list[Reason]()
    for row in table.rows:
        ends = attainment if row.ends is None else min(attainment, row.ends)
        inside = max(Fraction(0), ends - row.starts)
        if not inside:
            continue
        if row.times is not None:
            share, by = inside * row.times, f"times {percent(row.times)}"
        else:
            length = (row.ends or ends) - row.starts
            share, by = (row.pays or 0) * inside / length, f"of {percent(length)} that pay "
            by += percent(row.pays or Fraction(0))
        total += share
        text = f"from {percent(row.starts)}: {percent(inside)} {by} = {percent(share)}"
        told.append(Reason(text))
    return total, tuple(told)


def _of_row(table: PayoutTable, attainment: Fraction) -> tuple[Fraction, tuple[Reason, ...]]:
    """Of the row that is reached, alone."""
    row = [row for row in table.rows if row.starts <= attainment][-1]
    where = f"attainment {percent(attainment)} is in the row from {percent(row.starts)}"
    if row.times is not None:
        share = attainment * row.times
        return share, (Reason(f"{where}, times {percent(row.times)} = {percent(share)}"),)
    share = row.pays or Fraction(0)
    return share, (Reason(f"{where}, which pays {percent(share)}"),)


def most_reason(attainment: Fraction, most: Fraction | None) -> tuple[Reason, ...]:
    """That attainment above the most does not count, where it is above."""
    if most is None or attainment <= most:
        return ()
    return (Reason(f"Attainment above {figure_text(most * 100)}% counts as that"),)
