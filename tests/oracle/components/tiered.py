"""A rate on the value of deals that depends on how much a payee was credited in a window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.credited import Credited, items
from tests.oracle.lines import Component, Entitled
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import UNITS, exact, minor, rounded
from tests.oracle.tables import Row, in_row, row_of
from tests.oracle.targets import Aim
from tests.oracle.windows import Window, window_at
from tests.oracle.world import World


@dataclass(frozen=True, eq=False)
class Step:
    """A layer, or a decrease, among those of its window."""

    item: Credited
    component: Component
    window: Window | None  # None: the window is the deal

    @property
    def table(self) -> Component:
        table: Component = self.component["table"]
        return table

    @property
    def aim(self) -> Aim:
        item = self.item
        assert self.window is not None
        terms = item.terms
        return Aim(item.world, terms.payee, terms.version, self.window, terms.month)


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """A payee's layers of a window in order of effect: of each what it adds to the payout."""
    runs: dict[tuple[Any, ...], list[Step]] = {}
    for item in sorted(items(world, month), key=lambda each: each.order):
        for component in item.components("tiered"):
            kind, version = component["window"], item.terms.version
            run = (item.terms.payee, version.plan, version.currency, component["id"], kind)
            if kind == "deal":
                step = Step(item, component, None)
                runs.setdefault((*run, item.deal.id), []).append(step)
            else:
                window = window_at(world, version, kind, item.terms.dated)
                step = Step(item, component, window)
                runs.setdefault((*run, window.starts, window.ends), []).append(step)
    for steps in runs.values():
        yield from paid(steps)


def paid(steps: Sequence[Step]) -> Iterator[Entitled]:
    """G_i = f_1 + .. + f_i; the line is round(G_i) - round(G_(i-1))."""
    so_far = Fraction(0)
    for number, step in enumerate(steps):
        item, mode = step.item, step.item.terms.version.rounding
        scaled = coefficient(item.world, item.terms, step.component["id"])
        slice_ = slice_of(steps, number) * (1 if scaled is None else scaled)
        amount = rounded(so_far + slice_, mode) - rounded(so_far, mode)
        so_far += slice_
        yield item.entitled(step.component, amount)


def slice_of(steps: Sequence[Step], number: int) -> Fraction:
    """What a step adds: F(A_i) - F(A_(i-1)). A layer with value 0 is no step."""
    step = steps[number]
    amount = step.item.amount
    if amount == 0:
        return Fraction(0)
    if step.table["by"] == "deals":
        return by_deals(steps, number)
    total = sum((each.item.amount for each in steps), Fraction(0))
    rate = rate_for_all(step, total)
    if rate is not None:
        return rate * amount
    before = sum((earlier(step, each) for each in steps[:number]), Fraction(0))
    return cumulative(step, before + amount) - cumulative(step, before)


def earlier(step: Step, before: Step) -> Fraction:
    """own-slice: all layers before it as if they still had their opening values."""
    own_slice = step.item.terms.version.decreases == "own-slice"
    return before.item.opening if own_slice else before.item.amount


def rate_for_all(step: Step, total: Fraction) -> Fraction | None:
    """The one rate for everything in the window; none: the table is marginal, with a quota."""
    rows = step.table["rows"]
    if step.table["by"] == "attainment":
        quota = step.aim.quota(step.component["quota"])
        if quota == 0:
            zero = step.aim.attainment(step.component["quota"])
            return exact(row_of(rows, zero)["rate"])
        if step.table["mode"] == "retroactive":
            own = counts_what_it_pays(step)
            reached = abs(total) / quota if own else step.aim.attainment(step.component["quota"])
            return exact(row_of(rows, reached)["rate"])
    elif step.table["mode"] == "retroactive":
        return exact(row_of(rows, abs(total) / UNITS[step.item.terms.version.currency])["rate"])
    return None


def counts_what_it_pays(step: Step) -> bool:
    """Whether the conditions of the quota's measure are those of the component."""
    aim = step.aim
    measure = aim.part("measures", aim.part("quotas", step.component["quota"])["measure"])
    names = ("credits", "source", "where")
    return measure["of"] == "value" and all(
        measure.get(name) == step.component.get(name) for name in names
    )


def cumulative(step: Step, amount: Fraction) -> Fraction:
    """F(A) = sum over rows of (part of A in the row) x rate; F of a negative A is -F(-A)."""
    if amount < 0:
        return -cumulative(step, -amount)
    if step.table["by"] == "attainment":
        scale = step.aim.quota(step.component["quota"])
    else:
        scale = Fraction(UNITS[step.item.terms.version.currency])
    rows = step.table["rows"]
    return sum((in_row(row, amount, scale) * exact(row["rate"]) for row in rows), Fraction(0))


def by_deals(steps: Sequence[Step], number: int) -> Fraction:
    """Each layer above zero counts 1: marginal the row of n_i - 1, retroactive of the total - 1."""
    step = steps[number]
    if step.table["mode"] == "retroactive":
        count = sum(each.item.amount > 0 for each in steps)
    else:
        count = sum(earlier(step, each) > 0 for each in steps[:number]) + (step.item.amount > 0)
    return of_row(step, row_of(step.table["rows"], count - 1))


def of_row(step: Step, row: Row) -> Fraction:
    """A rate of the credited amount, or the payee's share of an amount per deal."""
    if row.get("rate") is not None:
        return exact(row["rate"]) * step.item.amount
    return minor(row["amount"]) * step.item.share * (step.item.amount > 0)
