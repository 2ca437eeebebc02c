"""Lines of windows: pay for a payee's month, quarter or year as a whole, not for a deal.

Their fact is the payee's ground, the assignment to a plan or else the enrolment. They are dated in
the last month of their window, also where they are paid to date before it is over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from engine.allocation import AmountTooLarge, rounded
from engine.attendance import Attendance, Window, ground_of, window_name
from engine.by_order import differing
from engine.groups import first_of
from engine.measures import Course
from schemas.frames import ENTITLED, Schema
from schemas.plans import Plan
from schemas.values import MINOR_MAX

_LINE: Final = ["payee", "subject", "fact", "component", "source", "plan", "currency", "role"]
_MOVED_BY: Final = ("payee", "plan", "component", "dated", "period")
MOVED: Final[Schema] = {
    **{name: ENTITLED[name] for name in _MOVED_BY},
    "moved": pl.Int64(),  # minor units of the plan's currency
}
"""By how much what a component comes to for a payee changed: rows of the same add up."""
_NAMED: Final = {
    "payee": pl.String(),
    "subject": pl.String(),
    "fact": pl.Int64(),
    "dated": pl.Int64(),
    "period": pl.Int64(),
    "amount": pl.Int64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A window that a payee has lines of, with the fact that is their ground."""

    payee: str
    window: Window
    fact: int


Amounts = Iterable[tuple[int, int]]
"""Periods, and what a line is worth in minor units from the end of each on."""


def worked(attendance: Attendance, kind: str) -> Iterator[Worked]:
    """The windows for this version to pay, of payees who take part in them a day or more."""
    for payee in attendance.payees:
        for window in attendance.windows(payee, kind):
            yield from grounded(attendance, payee, window)


def grounded(attendance: Attendance, payee: str, window: Window) -> Iterator[Worked]:
    """The window of a payee if it is for this version to pay and they have a ground, else none."""
    fact = ground_of(attendance.ground.world.people, payee, window)
    if fact is not None and attendance.pays(payee, window):
        yield Worked(payee=payee, window=window, fact=fact)


def level(
    amount: Fraction, attendance: Attendance, of: Worked, prorate: Literal["none", "days"]
) -> int:
    """An amount per window in minor units, or what the payee's days under the plan leave of it."""
    whole = prorate == "none"
    part = Fraction(1) if whole else attendance.part(of.payee, of.window)
    return rounded(amount * part, attendance.version.plan.rounding)


def moves(lines: pl.DataFrame) -> pl.DataFrame:
    """By how much lines (ENTITLED) moved what components come to (MOVED)."""
    told = lines.select(*_LINE, "dated", "period", "amount")
    changing = differing(told["fact"], told["period"])
    was = pl.when(first_of(_LINE).not_()).then(pl.col("amount").shift(1)).fill_null(0)
    moved = told.filter(changing).sort(*_LINE, "period").with_columns(amount=pl.col("amount") - was)
    return (
        pl.concat([told.filter(changing.not_()), moved])
        .group_by(*_MOVED_BY)
        .agg(moved=pl.col("amount").sum())
        .select(*MOVED)
    )


def sums(
    moved: pl.DataFrame, attendance: Attendance, components: Sequence[str], kind: str
) -> Mapping[tuple[str, int], Course]:
    """(payee, window) to what components come to, by the periods of change, of what MOVED."""
    plan = attendance.version.plan
    counted = moved.filter(
        pl.col("plan").is_in(attendance.names_in_currency), pl.col("component").is_in(components)
    )
    summed = (
        counted.group_by("payee", "dated", "period")
        .agg(pl.col("moved").sum())
        .sort("payee", "period", "dated")
    )
    told: dict[tuple[str, int], dict[int, Fraction]] = defaultdict(dict)
    for payee, dated, period, change in summed.iter_rows():
        course = told[payee, plan.window_of(dated, kind)]
        before = next(reversed(course.values()), Fraction(0))
        course[period] = course.get(period, before) + change
    return {key: list(course.items()) for key, course in told.items()}


def as_lines(
    told: Iterable[tuple[Worked, Amounts]], attendance: Attendance, component: str
) -> pl.DataFrame:
    """The entitlements (ENTITLED) of a component to amounts of windows; only what changed.

    Raises `AmountTooLarge`.
    """
    plan = attendance.version.plan
    rows = [
        (
            of.payee,
            f"window/{window_name(plan, of.window)}",
            of.fact,
            of.window.last,
            period,
            _an_amount(amount),
        )
        for of, amounts in told
        for period, amount in _changed(amounts)
        if period <= attendance.ground.through
    ]
    named = pl.DataFrame(rows, schema=_NAMED, orient="row")
    return _as_entitled(named, plan, component)


def _changed(amounts: Amounts) -> Iterator[tuple[int, int]]:
    was: int | None = None
    for period, amount in amounts:
        if amount != was:
            yield period, amount
        was = amount


def _an_amount(amount: int) -> int:
    if abs(amount) >= MINOR_MAX:
        raise AmountTooLarge(amount)
    return amount


def _as_entitled(named: pl.DataFrame, plan: Plan, component: str) -> pl.DataFrame:
    nothing = {
        name: pl.lit(None, dtype=dtype)
        for name, dtype in ENTITLED.items()
        if name not in named.columns
    }
    return named.with_columns(
        **{
            **nothing,
            "component": pl.lit(component),
            "plan": pl.lit(plan.name),
            "currency": pl.lit(plan.currency),
            "because": pl.concat_list("fact"),
        }
    ).select(*ENTITLED)
