"""Costs of contracts: commissions capitalised and amortised, by ASC 340-40 and IFRS 15.

What a deal earns its payees is an incremental cost of obtaining that contract. It is capitalised in
the month in which it is earned and amortised in equal parts over the months that it benefits, from
that of the signing on. When the contract changes, what is left is spread anew over the months that
are left; a renewal begins a new benefit period; what is left of a cancelled contract is written
off. Nothing is computed twice: the figures are those of the lines, and every row adds up.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import polars as pl

from engine.world import World
from engine.zones import month
from schemas.frames import Schema

SHORT: Final = 12
"""A benefit period of so many months or fewer need not be capitalised (the practical expedient)."""

COSTS: Final[Schema] = {
    "deal": pl.String(),
    "currency": pl.String(),
    "period": pl.Int64(),
    "event": pl.String(),  # what set the present schedule: signing, upsell, renewal, ...
    "fact_source": pl.String(),  # the fact that says so
    "fact_id": pl.String(),
    "accrued": pl.Int64(),  # commission earned in the period; less than 0 when taken back
    "expensed": pl.Int64(),  # of it, at once
    "opening": pl.Int64(),
    "capitalised": pl.Int64(),  # accrued, less what is expensed
    "amortised": pl.Int64(),
    "written_off": pl.Int64(),  # below zero when more is taken back than was left
    "closing": pl.Int64(),
}
"""One row a deal, currency and month in which anything is left or moves; in minor units.

opening + capitalised - amortised - written_off = closing, and the next opening is this closing.
"""

FORWARD: Final = ("opening", "capitalised", "amortised", "written_off", "closing")
"""The columns of a roll-forward, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How costs are spread: over declared months or each contract's own term."""

    benefit_months: int | None = None
    expense_short: bool = False

    def months(self, term: int | None) -> int | None:
        """The months over which costs are spread, None when they are expensed at once.

        A contract that says no term, without declared months, has nothing to be spread over.
        """
        months = self.benefit_months if self.benefit_months is not None else term
        short = months is not None and months <= SHORT
        return None if short and self.expense_short else months


@dataclass(frozen=True, slots=True)
class Step:
    """A signing or an amendment, in the month of its date."""

    period: int
    kind: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Contract:
    """One deal's costs in one currency: what it accrued in which month, and how it changed."""

    deal: str
    currency: str
    term: int | None
    steps: Sequence[Step]
    accrued: Mapping[int, int]


@dataclass(slots=True)
class _Spread:
    """An amount in equal parts over months: in sum it is exact, each part by the sum so far."""

    amount: int = 0
    first: int = 0
    months: int = 1

    def part(self, period: int) -> int:
        """The part of one month; an amount below zero is taken at once."""
        if self.amount < 0:
            return self.amount if period == self.first else 0
        return self._through(period) - self._through(period - 1)

    def _through(self, period: int) -> int:
        done = min(max(period - self.first + 1, 0), self.months)
        return self.amount * done // self.months


@dataclass(slots=True)
class _Carried:
    """What is left of a contract's costs while its months go by."""

    contract: Contract
    benefit: int | None
    ends: int = 0  # the last month that is benefited
    left: int = 0
    spread: _Spread = field(default_factory=_Spread)
    event: Step | None = None

    def month(self, period: int, steps: Sequence[Step]) -> tuple[object, ...] | None:
        """The row of a month (COSTS), None when nothing moves and nothing is left."""
        accrued, opening = self.contract.accrued.get(period, 0), self.left
        capitalised = accrued if self.benefit is not None else 0
        self.left += capitalised
        self._begin(period, steps)
        if capitalised or steps:
            self.spread = _Spread(self.left, period, max(1, self.ends - period + 1))
        written_off = self.left if self._is_cancelled(period) else 0
        amortised = 0 if written_off else self.spread.part(period)
        self.left -= written_off + amortised
        moved = (accrued, accrued - capitalised, opening, capitalised, amortised, written_off)
        if not any(moved):
            return None
        step = self.event
        named = (None, None, None) if step is None else (step.kind, step.source, step.id)
        return (self.contract.deal, self.contract.currency, period, *named, *moved, self.left)

    def _begin(self, period: int, steps: Sequence[Step]) -> None:
        """Take in what happened to the contract in a month."""
        for step in steps:
            self.event = step
            if step.kind in ("signing", "renewal"):
                self.ends = period + (self.benefit or 1) - 1
            elif step.kind == "cancellation":
                self.ends = period

    def _is_cancelled(self, period: int) -> bool:
        step = self.event
        return step is not None and (step.kind, step.period) == ("cancellation", period)


def contract_costs(
    lines: pl.DataFrame, world: World, terms: pl.DataFrame, policy: Policy, through: int
) -> pl.DataFrame:
    """The costs (COSTS) of every deal, month by month up to a payout period.

    `lines` are earned lines (LINES), `terms` has `deal` and `term_months`. In order of deal,
    currency and period.
    """
    rows = [
        row
        for contract in contracts(lines, world, terms)
        for row in schedule(contract, policy, through)
    ]
    return pl.DataFrame(rows, schema=COSTS, orient="row")


def schedule(contract: Contract, policy: Policy, through: int) -> Iterator[tuple[object, ...]]:
    """The rows (COSTS) of one contract."""
    if not contract.accrued:
        return
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in contract.steps:
        steps[step.period].append(step)
    carried = _Carried(contract, policy.months(contract.term))
    last = max(contract.accrued)
    for period in range(min(*steps, *contract.accrued), through + 1):
        row = carried.month(period, steps.get(period, ()))
        if row is not None:
            yield row
        if period >= last and carried.left == 0:
            return


def contracts(lines: pl.DataFrame, world: World, terms: pl.DataFrame) -> Iterator[Contract]:
    """Every deal and currency in which it earned anything, with its steps in order of effect."""
    sums = (
        lines.filter(pl.col("deal").is_not_null())
        .group_by("deal", "currency", "period")
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") != 0)
        .sort("deal", "currency", "period")
    )
    lengths = dict(terms.select("deal", "term_months").iter_rows())
    steps = _steps(world)
    for (deal, currency), rows in groupby(sums.iter_rows(), key=lambda row: (row[0], row[1])):
        accrued = {period: amount for _, _, period, amount in rows}
        yield Contract(deal, currency, lengths.get(deal), steps.get(deal, ()), accrued)


def _steps(world: World) -> Mapping[str, Sequence[Step]]:
    """The steps of every deal, in order of effect."""
    names = world.names.select("order", "source", "id")
    rows = (
        world.steps.select("deal", "kind", "at", "order")
        .join(names, on="order")
        .with_columns(period=month(pl.col("at"), world.rules.zone))
        .sort("deal", "at", pl.col("kind") != "signing", "order")
        .select("deal", "period", "kind", "source", "id")
    )
    told: dict[str, list[Step]] = defaultdict(list)
    for deal, *step in rows.iter_rows():
        told[deal].append(Step(*step))
    return told


def roll_forward(costs: pl.DataFrame) -> pl.DataFrame:
    """The sums of all deals: `currency, period` and FORWARD, with what is expensed at once."""
    return (
        costs.group_by("currency", "period")
        .agg(pl.col("accrued", "expensed", *FORWARD).sum())
        .sort("currency", "period")
    )
