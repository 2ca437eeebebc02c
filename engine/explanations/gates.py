"""Why a gate is open or shut for a line: the leads it counted, or the attainment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import polars as pl

from engine.conversions import conversions
from engine.explanations.asked import Asked, Worth
from engine.explanations.targets import attained, attainments, quota_reason
from engine.explanations.words import percent
from engine.reasons import Reason
from engine.zones import month, period_end
from schemas.calendar import PayoutPeriod, midnight
from schemas.plans import MONTHS_OF, AttainmentGate, CohortGate, FlowGate, Gate
from schemas.recorded import microseconds


def through_gates(asked: Asked, period: int, told: Worth) -> Worth:
    """What the gates on a component leave of its line, as at the end of a period."""
    gates = gates_of(asked)
    opened = all(is_open(asked, gate, period) for gate in gates)
    return told.then(told.amount * opened, *(gate_reason(asked, gate, period) for gate in gates))


def gates_of(asked: Asked) -> list[Gate]:
    """The gates on the component of a line."""
    return [gate for gate in asked.plan.gates if asked.part.id in gate.applies_to]


def is_open(asked: Asked, gate: Gate, period: int) -> bool:
    """Whether a gate is open for a line as at the end of a period."""
    own = asked.plan.window_of(asked.dated, gate.window)
    if _met(asked, gate, own, period):
        return True
    last = asked.plan.window_of(period, gate.window)
    later = range(own + 1, last + 1) if gate.missed == "deferred" else ()
    return any(
        _reached(asked, gate, number, period) and _met(asked, gate, number, period)
        for number in later
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """The leads of a payee that a gate counts in a window."""

    qualified: list[str]
    signed: list[str]


def _met(asked: Asked, gate: Gate, number: int, period: int) -> bool:
    """Whether a window of a gate reaches the threshold."""
    if isinstance(gate, AttainmentGate):
        of = attainments(asked, gate.quota, gate.window)
        window = of.attendance.window(gate.window, number)
        return _enough(attained(of, asked.payee, window, period), gate)
    counted = _counted(asked, gate, number, period)
    if not counted.qualified:
        return gate.zero_qualified == "open"
    return _enough(Fraction(len(counted.signed), len(counted.qualified)), gate)


def _reached(asked: Asked, gate: Gate, number: int, period: int) -> bool:
    """Whether there was something to be reached in a window: a lead qualified, a quota."""
    if isinstance(gate, AttainmentGate):
        of = attainments(asked, gate.quota, gate.window)
        known = (asked.payee, number) in of.concerned
        return known and of.target(asked.payee, number) != 0
    return bool(_counted(asked, gate, number, period).qualified)


def _enough(ratio: Fraction, gate: Gate) -> bool:
    return ratio >= gate.threshold if gate.inclusive else ratio > gate.threshold


def gate_reason(asked: Asked, gate: Gate, period: int) -> Reason:
    """What a gate counted for a payee in the window of the line, as at a period's end."""
    number = asked.plan.window_of(asked.dated, gate.window)
    text, below = _told(asked, gate, number, period)
    stands = "open" if is_open(asked, gate, period) else "shut"
    first = PayoutPeriod(number * MONTHS_OF[gate.window] + asked.plan.year_starts - 1)
    missed = " (a later window may still open it)" if gate.missed == "deferred" else ""
    return Reason(
        f"Gate {gate.id} in the {gate.window} of {first}: {stands}, {text}{missed}", (), below
    )


def _told(asked: Asked, gate: Gate, number: int, period: int) -> tuple[str, tuple[Reason, ...]]:
    needed = f"it needs {'at least' if gate.inclusive else 'more than'} {percent(gate.threshold)}"
    if isinstance(gate, AttainmentGate):
        of = attainments(asked, gate.quota, gate.window)
        window = of.attendance.window(gate.window, number)
        share = percent(attained(of, asked.payee, window, period))
        reason = quota_reason(of, asked.payee, window, period)
        return f"{share} of quota {gate.quota} is attained, and {needed}", (reason,)
    counted = _counted(asked, gate, number, period)
    text = f"{len(counted.signed)} of {len(counted.qualified)} leads signed, and {needed}"
    if isinstance(gate, CohortGate):
        text = f"{text} within {gate.days} days of its end"
    if not counted.qualified:
        text = f"no lead of {asked.payee} was qualified, and then it is {gate.zero_qualified}"
    below = (
        Reason(f"qualified: {', '.join(counted.qualified) or 'none'}"),
        Reason(f"signed: {', '.join(counted.signed) or 'none'}"),
    )
    return text, below


def _counted(asked: Asked, gate: FlowGate | CohortGate, number: int, period: int) -> Counted:
    """The leads of a payee that count in a window of a gate, before the end of a period."""
    mine = (
        conversions(asked.world)
        .filter(
            pl.col("payee") == asked.payee,
            pl.col("at") < period_end(period, asked.zone),
            pl.col("at") >= asked.version.runs_from,
        )
        .with_columns(month=month(pl.col("at"), asked.zone))
        .sort("at", "lead")
    )
    qualified = [
        lead
        for lead, what, when in mine.select("lead", "what", "month").iter_rows()
        if what == "qualified" and asked.plan.window_of(when, gate.window) == number
    ]
    return Counted(qualified, list(_signed(asked, gate, number, (mine, qualified))))


def _signed(
    asked: Asked,
    gate: FlowGate | CohortGate,
    number: int,
    counted: tuple[pl.DataFrame, list[str]],
) -> Iterator[str]:
    """A flow's leads signed in the window; a cohort's, those of its own signed in time."""
    mine, qualified = counted
    signings = mine.filter(pl.col("what") == "signed").select("lead", "at", "month").iter_rows()
    for lead, at, when in signings:
        if isinstance(gate, CohortGate):
            if lead in qualified and at < _deadline(asked, gate, number):
                yield lead
        elif asked.plan.window_of(when, gate.window) == number:
            yield lead


def _deadline(asked: Asked, gate: CohortGate, number: int) -> int:
    """The local midnight so many days after the end of a window."""
    after = PayoutPeriod((number + 1) * MONTHS_OF[gate.window] + asked.plan.year_starts - 1)
    return microseconds(midnight(after.first_day + timedelta(days=gate.days), asked.zone))
