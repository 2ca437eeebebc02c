"""Disputes: the state of each, from its facts in order of effect.

A fact that does not fit the state it meets has no effect: history is not up for debate.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from engine.facts import RuleFact
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a dispute is about, and the facts of it that had effect, in their order."""

    raised: RuleFact
    evidence: tuple[RuleFact, ...] = ()
    settlements: tuple[RuleFact, ...] = ()
    appeals: tuple[RuleFact, ...] = ()

    @property
    def event(self) -> DisputeRaised:
        """What was contested, by whom, and why."""
        assert isinstance(self.raised.event, DisputeRaised)
        return self.raised.event

    @property
    def opened(self) -> RuleFact:
        """The fact since which it is open, or was last: that it was raised, or appealed."""
        return self.appeals[-1] if self.appeals else self.raised


@dataclass(frozen=True, slots=True)
class Raised:
    """It waits for a ruling; the cash of what it covers waits with it."""

    case: Case


@dataclass(frozen=True, slots=True)
class Settled:
    """It was ruled, by the last of its settlements."""

    case: Case


@dataclass(frozen=True, slots=True)
class Appealed:
    """A party did not accept the ruling, and it waits for another."""

    case: Case


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Who raised it let it go."""

    case: Case
    withdrawn: RuleFact


DisputeState = Raised | Settled | Appealed | Withdrawn
Open = Raised | Appealed
"""The states in which a dispute waits for a ruling."""


@dataclass(frozen=True, slots=True)
class Disputes:
    """Every dispute by its id, in the order in which they were raised."""

    states: Mapping[str, DisputeState] = field(default_factory=dict[str, DisputeState])

    def open(self) -> Iterator[Open]:
        """Those that wait for a ruling."""
        for state in self.states.values():
            if isinstance(state, Raised | Appealed):
                yield state


def disputes(rules: Iterable[RuleFact]) -> Disputes:
    """The disputes that live rules, in order of effect, tell of."""
    states: dict[str, DisputeState] = {}
    for rule in rules:
        dispute = dispute_of(rule)
        if dispute is None:
            continue
        state = evolve(states.get(dispute), rule)
        if state is not None:
            states[dispute] = state
    return Disputes(states)


def dispute_of(rule: RuleFact) -> str | None:
    """The dispute that a fact belongs to, None if to none."""
    match rule.event:
        case DisputeRaised() | EvidenceAdded() | DisputeSettled() as event:
            return event.dispute
        case DisputeAppealed() | DisputeWithdrawn() as event:
            return event.dispute
        case _:
            return None


def evolve(state: DisputeState | None, fact: RuleFact) -> DisputeState | None:
    """The state of a dispute after a fact of it; None while nobody has raised it."""
    match state:
        case None:
            raised = isinstance(fact.event, DisputeRaised)
            return Raised(Case(raised=fact)) if raised else None
        case Raised() | Appealed():
            return _while_open(state, fact)
        case Settled(case):
            if isinstance(fact.event, DisputeAppealed):
                return Appealed(replace(case, appeals=(*case.appeals, fact)))
            return state
        case Withdrawn():
            return state
        case _:
            assert_never(state)


def _while_open(state: Open, fact: RuleFact) -> DisputeState:
    case = state.case
    match fact.event:
        case EvidenceAdded():
            return replace(state, case=replace(case, evidence=(*case.evidence, fact)))
        case DisputeSettled():
            return Settled(replace(case, settlements=(*case.settlements, fact)))
        case DisputeWithdrawn():
            return Withdrawn(case, fact)
        case _:
            return state


def ended_by(state: DisputeState) -> RuleFact | None:
    """The fact that ended a dispute, None while it is open."""
    match state:
        case Raised() | Appealed():
            return None
        case Settled(case):
            return case.settlements[-1]
        case Withdrawn():
            return state.withdrawn
        case _:
            assert_never(state)


def rulings_of(case: Case) -> Sequence[DisputeSettled]:
    """How it was ruled, time after time."""
    events = (fact.event for fact in case.settlements)
    return [event for event in events if isinstance(event, DisputeSettled)]
