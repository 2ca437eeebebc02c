"""Tiers, held to the formulas of the plan language in plain fractions, deal by deal."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.allocation import rounded
from engine.earned import earned
from engine.ground import Ground
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.plans import Plan, RateTable, Tiered
from tests.engine.dealing import deal, known, plan_of
from tests.strategies import Record, amended

JANUARY = PayoutPeriod.parse("2026-01").number
MONTHS = range(JANUARY, JANUARY + 6)
ROWS = [
    {"from": "0", "to": "1.5", "rate": "3%"},
    {"from": "1.5", "to": "100.5", "rate": "1/7"},
    {"from": "100.5", "rate": "5%"},
]
COUNTS = [{"from": "0", "to": "2", "rate": "1/3"}, {"from": "2", "rate": "50%"}]
EACH = [
    {"from": "0", "to": "2", "amount": {"amount": "0.07", "currency": "CNY"}},
    {"from": "2", "amount": {"amount": "1.00", "currency": "CNY"}},
]


@dataclass(frozen=True)
class Step:
    """A layer or a decrease in a window, as at the end of a period."""

    at: int
    fact: int
    payee: str
    window: Any
    share: Fraction
    worth: int
    opening: int

    @property
    def x(self) -> Fraction:
        return self.worth * self.share


@st.composite
def tiers(draw: st.DrawFn) -> dict[str, Any]:
    by = draw(st.sampled_from(["amount", "deals"]))
    rows = ROWS if by == "amount" else draw(st.sampled_from([COUNTS, EACH]))
    windows = ["month", "quarter", "year"] + (["deal"] if by == "amount" else [])
    mode = draw(st.sampled_from(["marginal", "retroactive"]))
    component = {
        "id": "tiers",
        "kind": "tiered",
        "credits": "sales",
        "window": draw(st.sampled_from(windows)),
        "table": {"by": by, "mode": mode, "rows": rows, "falling": True},
    }
    way = st.sampled_from(["by-layer", "own-slice", "current-window"])
    mode_of_rounding = st.sampled_from(["half-even", "half-up", "half-down"])
    return plan_of(component, decreases=draw(way), rounding=draw(mode_of_rounding))


AMOUNTS = st.sampled_from(["0.01", "0.50", "1.00", "1.50", "99.99", "100.50", "60.00", "250.00"])
DAYS = st.integers(1, 150).map(lambda n: f"2026-0{1 + n // 28:d}-{1 + n % 28:02d}")


@st.composite
def contracts(draw: st.DrawFn) -> list[Record]:
    records: list[Record] = []
    for n in range(draw(st.integers(1, 5))):
        by = draw(st.sampled_from(["sam", "sam", "sam mia", "sam mia bo"]))
        records.append(deal(f"D{n}", draw(DAYS), draw(AMOUNTS), by=by))
        for m in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(["upsell", "reduction", "cancellation", "renewal"]))
            amount = None if kind == "cancellation" else draw(AMOUNTS)
            time = f"{draw(DAYS)}T00:00:00+08:00"
            records.append(amended(f"D{n}", time, f"a{n}-{m}", kind, amount))
    return records


def steps(told: World, plan: Plan, part: Tiered, period: int) -> Iterator[Step]:
    """Every step as at the end of a period; values of layers are the kernel's own."""
    versions = list(told.rules.named.values())
    ground = Ground(world=told, versions=versions, through=period)
    end = int(PayoutPeriod(period).end(plan.zone).timestamp()) * 10**6
    keeps = plan.decreases == "current-window"
    for row in ground.credited.filter(pl.col("role") == "sales").iter_rows(named=True):
        states = told.states.filter(pl.col("layer") == row["layer"]).rows(named=True)
        share = Fraction(row["weight"], row["whole"])
        in_time = [state for state in states if state["at"] < end]
        for before, state in zip([None, *in_time], in_time, strict=False):
            if before is not None and not keeps:
                continue
            worth = (in_time[-1] if not keeps else state)["value"]
            fact = row["layer"]
            if before is not None:
                worth, fact = state["value"] - before["value"], state["because"][-1]
            month = _month(state["at"], plan)
            window = row["deal"] if part.window == "deal" else plan.window_of(month, part.window)
            opening = states[0]["value"] if before is None else worth
            yield Step(state["at"], fact, row["payee"], window, share, worth, opening)


def _month(at: int, plan: Plan) -> int:
    return next(
        month
        for month in range(JANUARY - 1, JANUARY + 24)
        if at < PayoutPeriod(month).end(plan.zone).timestamp() * 10**6
    )


def rate(table: RateTable, figure: Fraction) -> Any:
    return [row for row in table.rows if row.starts <= max(figure, Fraction(0))][-1]


def cumulated(table: RateTable, amount: Fraction) -> Fraction:
    """F: the part of an amount in each row times its rate; bounds in yuan, amounts in fen."""
    if amount < 0:
        return -cumulated(table, -amount)
    total = Fraction(0)
    for row in table.rows:
        above = amount if row.ends is None else min(amount, row.ends * 100)
        total += max(Fraction(0), above - row.starts * 100) * (row.rate or 0)
    return total


def slices(window: list[Step], plan: Plan, table: RateTable) -> list[Fraction]:
    """f_i of the steps of a window, in order of effect."""
    found: list[Fraction] = []
    total = sum((step.x for step in window), Fraction(0))
    many = sum(step.x > 0 for step in window)
    for i, step in enumerate(window):
        own = plan.decreases == "own-slice"
        before = [other.opening * other.share if own else other.x for other in window[:i]]
        if table.by == "deals":
            nth = sum(x > 0 for x in before) + (step.x > 0)
            row = rate(table, Fraction((many if table.mode == "retroactive" else nth) - 1))
            each = row.amount.minor * step.share * (step.x > 0) if row.amount else 0
            found.append(row.rate * step.x if row.rate is not None else Fraction(each))
        elif table.mode == "retroactive":
            found.append(rate(table, abs(total) / 100).rate * step.x)
        else:
            start = sum(before, Fraction(0))
            found.append(cumulated(table, start + step.x) - cumulated(table, start))
    return found


def expected(told: World, plan: Plan) -> dict[tuple[str, int, int], int]:
    """(payee, fact, period) -> what the formulas earn."""
    [part] = plan.components
    assert isinstance(part, Tiered)
    was: dict[tuple[str, int], int] = {}
    found: dict[tuple[str, int, int], int] = {}
    for period in MONTHS:
        now: dict[tuple[str, int], int] = {}
        windows: dict[Any, list[Step]] = {}
        for step in sorted(steps(told, plan, part, period), key=lambda s: (s.at, s.fact)):
            windows.setdefault((step.payee, step.window), []).append(step)
        for (payee, _), window in windows.items():
            total = Fraction(0)
            for step, slice_ in zip(window, slices(window, plan, part.table), strict=True):
                worth = rounded(total + slice_, plan.rounding) - rounded(total, plan.rounding)
                total += slice_
                now[payee, step.fact] = now.get((payee, step.fact), 0) + worth
        for key in now.keys() | was.keys():
            change = now.get(key, 0) - was.get(key, 0)
            if change:
                found[(*key, period)] = change
        was = now
    return found


@settings(max_examples=100, deadline=None)
@given(tiers(), contracts())
def test_what_tiers_pay_is_what_the_formulas_say(plan: dict[str, Any], facts: list[Record]) -> None:
    told = known(*facts, plans=[plan])
    lines = earned(told).select("payee", "fact", "period", "amount").sort(pl.all())
    assert not lines.select("payee", "fact", "period").is_duplicated().any()
    found = {(payee, fact, period): amount for payee, fact, period, amount in lines.iter_rows()}
    assert found == expected(told, Plan.model_validate(plan))
