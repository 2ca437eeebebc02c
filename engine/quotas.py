"""Quotas: what a payee is to reach in a window, the sum of what they are to reach in its months.

A month's target is the payee's own (for the month, else the month's part of their quarter, their
year), else the plan's; a ramp and the days under the plan scale it. Money counts in minor units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import polars as pl

from engine.allocation import INT128_BOUND, AmountTooLarge
from engine.attendance import Attendance, Window
from engine.ground import Ground
from engine.people import Target
from schemas.calendar import PayoutPeriod
from schemas.plans import MONTHS_OF, Plan, Quota

WANTED: Final = ["plan", "quota", "payee", "window_kind", "window"]
_TOLD: Final = {
    "plan": pl.String(),
    "quota": pl.String(),
    "payee": pl.String(),
    "window_kind": pl.String(),
    "window": pl.Int64(),
    "quota_num": pl.Int128(),
    "quota_den": pl.Int128(),
}


@dataclass(frozen=True)
class Targets:
    """The targets that one quota of a version sets the payees."""

    attendance: Attendance
    quota: Quota

    def of_window(self, payee: str, window: Window) -> Fraction:
        """The target of a payee in a window, or in what a split leaves of it."""
        if self._is_all_alike(payee):
            return self._planned_of(window)
        return self.of_months(payee, window.months)

    def of_months(self, payee: str, months: Iterable[int]) -> Fraction:
        """The sum of a payee's targets of some months."""
        return sum((self.of_month(payee, month) for month in months), Fraction(0))

    def of_month(self, payee: str, month: int) -> Fraction:
        """A payee's target of a month: their own or the plan's, ramped up and prorated."""
        if (payee, month) not in self._known:
            self._known[payee, month] = self._found(payee, month)
        return self._known[payee, month]

    @cached_property
    def _known(self) -> dict[tuple[str, int], Fraction]:
        return {}

    def _is_all_alike(self, payee: str) -> bool:
        """Whether somebody's targets are those of the plan, whoever they are."""
        scaled = self.quota.ramp is not None or self.quota.prorate != "none"
        return not scaled and payee not in self._with_own

    def _planned_of(self, window: Window) -> Fraction:
        """The plan's target of a window, found once for all."""
        months = (window.first, window.last)
        if months not in self._planned_known:
            self._planned_known[months] = sum(map(self._planned, window.months), Fraction(0))
        return self._planned_known[months]

    @cached_property
    def _planned_known(self) -> dict[tuple[int, int], Fraction]:
        return {}

    def _found(self, payee: str, month: int) -> Fraction:
        own = (self._own(payee, per, month) for per in MONTHS_OF)
        target = next((target for target in own if target is not None), None)
        whole = self._planned(month) if target is None else target
        return whole * self._ramp(payee, month) * self._prorated(payee, month)

    def _own(self, payee: str, per: str, month: int) -> Fraction | None:
        """The month's part of what was set for the payee's month, quarter or year that holds it."""
        window = self._plan.window_of(month, per)
        found = self._set.get((payee, per, window))
        if found is None:
            return None
        first = window * MONTHS_OF[per] + self._plan.year_starts - 1
        weights = [self._season(each) for each in range(first, first + MONTHS_OF[per])]
        whole = sum(weights, Fraction(0))
        return found * (weights[month - first] / whole if whole else Fraction(1, len(weights)))

    def _planned(self, month: int) -> Fraction:
        amount, count = self.quota.amount, self.quota.count
        whole = Fraction(amount.minor) if amount is not None else count or Fraction(0)
        return whole * self._season(month)

    def _season(self, month: int) -> Fraction:
        """The part of a month in the window that the quota is for: by season, else equal."""
        months = MONTHS_OF[self.quota.per]
        if self.quota.season is None:
            return Fraction(1, months)
        return self.quota.season[(month - self._plan.year_starts + 1) % months]

    def _ramp(self, payee: str, month: int) -> Fraction:
        place = self.attendance.months_since_start(payee, month)
        reached = [] if place is None else (self.quota.ramp or [])[max(place, 0) :]
        return reached[0] if reached else Fraction(1)

    def _prorated(self, payee: str, month: int) -> Fraction:
        """What of a month's target holds for who is under the plan for a part of it."""
        if self.quota.prorate == "none":
            return Fraction(1)
        days = (PayoutPeriod(month).first_day, PayoutPeriod(month).following.first_day)
        counted = self.quota.first_day != "does-not-count"
        part = Fraction(
            self.attendance.days_in(payee, days, first_day=counted), (days[1] - days[0]).days
        )
        return part if self.quota.prorate == "days" else Fraction(part // 1)

    @cached_property
    def _set(self) -> Mapping[tuple[str, str, int], Fraction]:
        """(payee, kind of window, its number) to the target set for it; the last set holds."""
        return {
            (payee, target.per, self._plan.window_of(target.period, target.per)): target.figure
            for (payee, measure), targets in self._people_targets.items()
            if measure == self.quota.measure
            for target in targets
            if target.currency == self._currency
        }

    @cached_property
    def _with_own(self) -> frozenset[str]:
        return frozenset(payee for payee, _, _ in self._set)

    @property
    def _currency(self) -> str | None:
        return None if self.quota.amount is None else self.quota.amount.currency

    @property
    def _people_targets(self) -> Mapping[tuple[str, str], Sequence[Target]]:
        return self.attendance.ground.world.people.targets

    @property
    def _plan(self) -> Plan:
        return self.attendance.version.plan


def quotas(ground: Ground, wanted: pl.DataFrame) -> pl.DataFrame:
    """Rows (`plan, quota, payee, window_kind, window`) with `quota_num / quota_den`, exact.

    `plan` is the name of a version, `window` a number of `Plan.window_of`. Rows keep their order.
    Raises `AmountTooLarge`.
    """
    by_name = {version.plan.name: Attendance(ground, version) for version in ground.versions}
    targets = {
        (name, quota.id): Targets(attendance, quota)
        for name, attendance in by_name.items()
        for quota in attendance.version.plan.quotas
    }
    asked = wanted.select(WANTED).unique()
    windows = {
        (plan, kind, number): by_name[plan].window(kind, number)
        for plan, kind, number in asked.select("plan", "window_kind", "window").unique().iter_rows()
    }
    rows: list[tuple[str, str, str, str, int, int, int]] = []
    for plan, quota, payee, kind, number in asked.iter_rows():
        target = targets[plan, quota].of_window(payee, windows[plan, kind, number])
        rows.append((plan, quota, payee, kind, number, *in_128_bits(target)))
    told = pl.DataFrame(rows, schema=_TOLD, orient="row")
    return wanted.join(told, on=WANTED, how="left", maintain_order="left")


def in_128_bits(exact: Fraction) -> tuple[int, int]:
    """Numerator and denominator for Int128 columns. Raises `AmountTooLarge`."""
    bound = max(abs(exact.numerator), exact.denominator)
    if bound >= INT128_BOUND:
        raise AmountTooLarge(bound)
    return exact.numerator, exact.denominator
