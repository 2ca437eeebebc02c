"""A plan tried on facts: nothing is stored, all is known, periods close one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from engine.earned import earned, named
from engine.log import Append
from engine.memory import MemoryLog
from engine.world import World, world
from schemas.calendar import PayoutPeriod, midnight
from schemas.events import OWN_SOURCE
from schemas.events.decisions import PlanPublished
from schemas.examples import example_facts
from schemas.plans import Example, Expected, Plan
from schemas.recorded import Quarantined, Unrecorded
from schemas.statements import LINES, NAMES, PAYABLE
from schemas.values import amount_text, minor_units
from schemas.wire import unrecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial led to: lines (PAYABLE), the world they were earned in, what contradicted."""

    lines: pl.DataFrame
    world: World
    quarantine: Sequence[Quarantined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """An example that came out otherwise than it says."""

    example: str
    expected: Expected
    found: str

    def __str__(self) -> str:
        line = self.expected
        return (
            f"example {self.example!r}: {line.payee} was to earn {line.amount} for "
            f"{line.component} in {line.period}, and earns {self.found}"
        )


def tried(
    plans: Iterable[Plan], facts: Sequence[Unrecorded], *, through: PayoutPeriod | None = None
) -> Trial:
    """The lines that plans pay on facts, of periods up to and with `through`."""
    log = MemoryLog()
    log.append(Append(events=[published(plan) for plan in plans], actor="trial"))
    log.append(Append(events=facts, actor="trial"))
    known = world(log.columns())
    number = None if through is None else through.number
    lines = named(earned(known, through=number), known).select(*LINES)
    told = lines.with_columns(
        stated_in=pl.col("period"),
        issue=pl.lit(1, dtype=pl.Int64),
        cause=pl.lit([], dtype=NAMES),
    )
    return Trial(lines=told.select(*PAYABLE), world=known, quarantine=log.quarantine)


def published(plan: Plan) -> Unrecorded:
    """A plan as the event that would publish it."""
    event = PlanPublished(
        plan=plan.plan,
        plan_version=plan.version,
        document=plan.model_dump(mode="json", by_alias=True, exclude_none=True),
    )
    at = midnight(plan.effective_from, plan.zone)
    return unrecorded(
        event, effective_at=at, source=OWN_SOURCE, id=f"plan-{plan.name}".replace("@", "-")
    )


def surprises(plan: Plan) -> list[Surprise]:
    """The expectations in a plan's examples that do not hold. Raises `BadExample`."""
    return [surprise for example in plan.examples for surprise in _surprises(plan, example)]


def _surprises(plan: Plan, example: Example) -> Iterable[Surprise]:
    lines = tried([plan], example_facts(example.events, plan.zone)).lines
    for expected in example.expect:
        found = lines.filter(
            pl.col("payee") == expected.payee,
            pl.col("period") == expected.period.number,
            pl.col("component") == expected.component,
        )["amount"].sum()
        if found != minor_units(expected.amount, plan.currency):
            text = amount_text(int(found), plan.currency)
            yield Surprise(example=example.name, expected=expected, found=text)
