"""Gates that turn: where what is known later makes a gate on counted leads answer otherwise."""

from typing import Final

import polars as pl

from engine.gates import met
from engine.ground import Ground
from engine.rulebook import Version
from engine.world import Whole, World, world_under
from replay.knowledge import Knowledge
from schemas.calendar import PayoutPeriod
from schemas.plans import MONTHS_OF, CohortGate, FlowGate, Plan
from schemas.recorded import microseconds

NO_SPANS: Final = pl.DataFrame(
    schema={"payee": pl.String(), "starts": pl.Int64(), "ends": pl.Int64()}
)
_WINDOW: Final = ("payee", "window")
_EVER: Final = 2**62


def turned(before: Knowledge, after: Knowledge, payees: frozenset[str]) -> pl.DataFrame:
    """Of which of some payees a gate answers otherwise, and the spans whose lines it moves.

    `payee, starts, ends`, half-open, in microseconds UTC. A line stands in the window that holds
    the date of a fact of its case; a gate that defers opens earlier windows by a later one, too.
    """
    if not payees:
        return NO_SPANS
    found = [NO_SPANS]
    law, nothing = after.law, after.hot.rules.clear()
    wholes = (Whole(last_at=None, conversions=each.counts_of(payees)) for each in (before, after))
    worlds = [world_under(law, nothing, whole=whole) for whole in wholes]
    for version in law.book.named.values():
        for gate in version.plan.gates:
            if isinstance(gate, FlowGate | CohortGate):
                then, now = (_answers(each, version, gate, payees) for each in worlds)
                found.append(_moved(version.plan, gate, then, now))
    return pl.concat(found)


def _moved(
    plan: Plan, gate: FlowGate | CohortGate, then: pl.DataFrame, now: pl.DataFrame
) -> pl.DataFrame:
    """The spans of windows in which one of two frames of answers holds a row the other does not."""
    differing = pl.concat(
        [
            one.join(other, on=one.columns, how="anti", nulls_equal=True)
            for one, other in ((then, now), (now, then))
        ]
    )
    rows = [
        (payee, *_span(plan, gate, window))
        for payee, window in differing.select("payee", "window").unique().iter_rows()
    ]
    return pl.DataFrame(rows, NO_SPANS.schema, orient="row")


def _span(plan: Plan, gate: FlowGate | CohortGate, window: int) -> tuple[int, int]:
    """The instants between which facts date the lines that an answer of a window moves."""
    months = MONTHS_OF[gate.window]
    first = PayoutPeriod(window * months + plan.year_starts - 1)
    after = PayoutPeriod(first.number + months)
    starts, ends = (microseconds(period.start(plan.zone)) for period in (first, after))
    return (starts if gate.missed == "lost" else -_EVER), ends


def _answers(
    world: World, version: Version, gate: FlowGate | CohortGate, payees: frozenset[str]
) -> pl.DataFrame:
    """What a gate answers for payees, a row a change: `payee, window, period, reached, met`."""
    ground = Ground(world=world, versions=[version], through=0)
    told = met(ground, version, gate, pl.DataFrame({"payee": sorted(payees)}))
    same = [
        pl.col(name).eq_missing(pl.col(name).shift(1).over(_WINDOW)) for name in ("reached", "met")
    ]
    return told.sort(*_WINDOW, "period").filter(pl.all_horizontal(same).not_())
