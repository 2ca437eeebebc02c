"""A plan tried on facts: nothing is stored, all is known, periods close one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from engine.earned import earned, named
from engine.log import Append
from engine.memory import MemoryLog
from engine.payment_terms import first_paid
from engine.world import World, world
from replay.drafts import published
from replay.stating import at, everything
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Example, Expected, ExpectedBalance, Plan
from schemas.recorded import Quarantined, Unrecorded
from schemas.statements import BALANCES, LINES, NAMES, PAYABLE
from schemas.values import amount_text, minor_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial led to: lines (PAYABLE), the world they were earned in, what contradicted.

    `balances` (BALANCES, with the `period` after whose close they stand) are of all its periods.
    """

    lines: pl.DataFrame
    world: World
    quarantine: Sequence[Quarantined]
    records: pl.DataFrame

    def balances(self) -> pl.DataFrame:
        """The balances after each period from the first in which money moves to the last line's."""
        first, last = first_paid(self.lines, self.world), self.lines["period"].max()
        if first is None:
            return pl.DataFrame(schema={"period": pl.Int64(), **BALANCES})
        months = range(first, (first if last is None else int(str(last))) + 1)
        return pl.concat([self.balances_after(PayoutPeriod(month)) for month in months])

    def balances_after(self, period: PayoutPeriod) -> pl.DataFrame:
        """The balances after the close of a period, all before it closed on all that is known."""
        issue = at(everything(self.records, through=period), period, _nothing_kept).issue
        return issue.balances.select(pl.lit(period.number, dtype=pl.Int64).alias("period"), "*")


def _nothing_kept(_: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """A line or a balance of an example that came out otherwise than it says, and where it is."""

    example: str
    place: tuple[str | int, ...]
    expected: Expected | ExpectedBalance
    wanted: str
    found: str

    def __str__(self) -> str:
        told = self.expected
        if isinstance(told, Expected):
            return (
                f"example {self.example!r}: {told.payee} was to earn {self.wanted} for "
                f"{told.component} in {told.period}, and earns {self.found}"
            )
        return (
            f"example {self.example!r}: {self.place[-1]} of {told.payee} after {told.period} was "
            f"to be {self.wanted}, and is {self.found}"
        )


def tried(
    plans: Iterable[Plan], facts: Sequence[Unrecorded], *, through: PayoutPeriod | None = None
) -> Trial:
    """The lines that plans pay on facts, of periods up to and with `through`."""
    log = MemoryLog()
    log.append(Append(events=[published(plan) for plan in plans], actor="trial"))
    log.append(Append(events=facts, actor="trial"))
    records = log.columns()
    known = world(records)
    number = None if through is None else through.number
    lines = named(earned(known, through=number), known).select(*LINES)
    told = lines.with_columns(
        stated_in=pl.col("period"),
        issue=pl.lit(1, dtype=pl.Int64),
        cause=pl.lit([], dtype=NAMES),
    )
    return Trial(
        lines=told.select(*PAYABLE), world=known, quarantine=log.quarantine, records=records
    )


def surprises(plan: Plan) -> list[Surprise]:
    """The expectations in a plan's examples that do not hold. Raises `BadExample`."""
    return [surprise for example in plan.examples for surprise in surprises_of(plan, example)]


def surprises_of(plan: Plan, example: Example) -> Iterator[Surprise]:
    """The expectations of one example that do not hold. Raises `BadExample`."""
    trial = tried([plan], example_facts(example.events, plan.zone), through=_last(example))
    for number, expected in enumerate(example.expect):
        found = _sum(trial.lines, expected)
        if found != minor_units(expected.amount, plan.currency):
            yield Surprise(
                example=example.name,
                place=("expect", number),
                expected=expected,
                wanted=expected.amount,
                found=amount_text(found, plan.currency),
            )
    for number, balance in enumerate(example.balances):
        yield from _surprises_in(trial, plan, example, number, balance)


def _last(example: Example) -> PayoutPeriod:
    """The last period an example is asked about: what is earned only later does not count."""
    lines = [line.period for line in example.expect]
    return max(*lines, *(balance.period for balance in example.balances), lines[0])


def _sum(lines: pl.DataFrame, expected: Expected) -> int:
    found = lines.filter(
        pl.col("payee") == expected.payee,
        pl.col("period") == expected.period.number,
        pl.col("component") == expected.component,
    )
    return int(found["amount"].sum())


def _surprises_in(
    trial: Trial, plan: Plan, example: Example, number: int, expected: ExpectedBalance
) -> Iterator[Surprise]:
    after = trial.balances_after(expected.period)
    own = after.filter(payee=expected.payee, currency=plan.currency)
    for name, wanted in expected.told.items():
        found = int(own[name].sum())
        if found != minor_units(wanted, plan.currency):
            yield Surprise(
                example=example.name,
                place=("balances", number, name),
                expected=expected,
                wanted=wanted,
                found=amount_text(found, plan.currency),
            )
