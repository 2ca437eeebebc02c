"""Lines of one payout period: which cases can have any, so that no others are computed.

A line is earned in the period in which an entitlement changes, and that changes by facts of its
case that are effective in the period; a gate by conversion changes the lines dated in its window,
so what has facts anywhere in that window counts too. Where a plan lets time alone change something,
or a later window open an earlier one, every case is computed. What leads count for gates is always
counted over all cases: a line of an old deal is gated by an old window.
"""

import polars as pl

from engine.law import Law
from replay.reach import forfeited
from schemas.calendar import PayoutPeriod, midnight
from schemas.plans import MONTHS_OF, AttainmentGate, CohortGate, FlowGate, Plan
from schemas.recorded import microseconds

_SHORTEST_MONTH = 28


def concerned_since(told: Law, period: PayoutPeriod) -> int | None:
    """The instant (microseconds UTC) from which on facts may concern a period; None: any fact."""
    found = [_since(version.plan, period) for version in told.book.named.values()]
    return None if None in found else min((at for at in found if at is not None), default=None)


def moving(told: Law, period: PayoutPeriod) -> pl.Expr:
    """Whether a fact (READ) lets its case have lines in a period.

    A repaired one always does: the repair may have moved it there.
    """
    since = concerned_since(told, period)
    if since is None:
        return pl.lit(value=True)
    until = max(_begins(version.plan, period.number + 1) for version in told.book.named.values())
    inside = (pl.col("effective_at") >= since) & (pl.col("effective_at") < until)
    return inside | told.is_repaired


def _since(plan: Plan, period: PayoutPeriod) -> int | None:
    if _changes_in_time(plan):
        return None
    counting = (gate for gate in plan.gates if not isinstance(gate, AttainmentGate))
    starts = [_gate_since(plan, gate, period) for gate in counting]
    return min([_begins(plan, period.number), *starts])


def _changes_in_time(plan: Plan) -> bool:
    """Whether something comes about without a fact of the case in the period."""
    by_month = any(part.months is not None for each in plan.instalments for part in each.parts)
    deferred = any(gate.missed == "deferred" for gate in plan.gates)
    return by_month or deferred or forfeited(plan) or plan.leaving is not None


def _gate_since(plan: Plan, gate: FlowGate | CohortGate, period: PayoutPeriod) -> int:
    """The start of the first window that a gate still looks at in a period."""
    window = MONTHS_OF[gate.window]
    into = (period.number - (plan.year_starts - 1)) % window
    begins = _begins(plan, period.number - into)
    if not isinstance(gate, CohortGate):
        return begins
    windows = -(-gate.days // (_SHORTEST_MONTH * window))  # whose days may reach into the period
    return _begins(plan, period.number - into - window * windows)


def _begins(plan: Plan, number: int) -> int:
    return microseconds(midnight(PayoutPeriod(number).first_day, plan.zone))
