"""People: since when they are there, in which positions, with which targets and figures.

Few rows, built from facts about people in order of effect. Orders are places in `World.names`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from engine.facts import RuleFact
from schemas.events.decisions import PlanAssigned
from schemas.events.people import (
    MetricReported,
    PayeeAssigned,
    PayeeEnrolled,
    PayeeLeft,
    QuotaSet,
)
from schemas.recorded import microseconds

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a payee stood from one instant to another (microseconds UTC), half-open."""

    starts: int
    ends: int | None
    role: str | None
    team: str | None
    manager: str | None
    fact: int
    enrolled: bool = False  # told by an enrolment, which an assignment goes before


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A payee's own target for the window that holds a period: minor units, or a number."""

    period: int
    per: str
    currency: str | None
    figure: Fraction
    fact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric as reported; without a period it holds from its time on."""

    period: int | None
    at: int
    figure: Fraction
    fact: int


@dataclass(frozen=True, eq=False)
class People:
    """Payees as known: frames would be larger than what they hold. Equal only to itself."""

    joined: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """Payee to the instant of the first enrolment, and its order."""
    left: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """Payee to the instant they left, and its order."""
    returned: Mapping[str, int] = field(default_factory=dict[str, int])
    """Payee to the instant of the first enrolment after they left."""
    assigned: Mapping[str, Sequence[tuple[int, int]]] = field(
        default_factory=dict[str, Sequence[tuple[int, int]]]
    )
    """Payee to the instants from which they are under a plan by name, with orders."""
    positions: Mapping[str, Sequence[Position]] = field(
        default_factory=dict[str, Sequence[Position]]
    )
    targets: Mapping[tuple[str, str], Sequence[Target]] = field(
        default_factory=dict[tuple[str, str], Sequence[Target]]
    )
    """(payee, measure) to targets, in order of effect: the last for a window counts."""
    figures: Mapping[tuple[str, str], Sequence[Figure]] = field(
        default_factory=dict[tuple[str, str], Sequence[Figure]]
    )
    """(payee, metric) to figures, in order of effect: the last for a period counts."""

    def only(self, whose: Callable[[str], bool]) -> "People":
        """What is told of some of them."""

        def kept(told: Mapping[str, _T]) -> Mapping[str, _T]:
            return {payee: each for payee, each in told.items() if whose(payee)}

        def kept_by_name(told: Mapping[tuple[str, str], _T]) -> Mapping[tuple[str, str], _T]:
            return {key: each for key, each in told.items() if whose(key[0])}

        return People(
            joined=kept(self.joined),
            left=kept(self.left),
            returned=kept(self.returned),
            assigned=kept(self.assigned),
            positions=kept(self.positions),
            targets=kept_by_name(self.targets),
            figures=kept_by_name(self.figures),
        )

    @cached_property
    def managers(self) -> Mapping[str, frozenset[str]]:
        """Payee to everybody who was ever directly above them, if anybody was."""
        told = {
            payee: frozenset(each.manager for each in positions if each.manager is not None)
            for payee, positions in self.positions.items()
        }
        return {payee: managers for payee, managers in told.items() if managers}


def people(rules: Sequence[RuleFact]) -> People:
    """The people that live rules tell of, in order of effect; their places are their orders."""
    joined: dict[str, tuple[int, int]] = {}
    left: dict[str, tuple[int, int]] = {}
    returned: dict[str, int] = {}
    assigned: dict[str, list[tuple[int, int]]] = defaultdict(list)
    positions: dict[str, list[Position]] = defaultdict(list)
    targets: dict[tuple[str, str], list[Target]] = defaultdict(list)
    figures: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for order, rule in enumerate(rules):
        match rule.event:
            case PayeeEnrolled() as event:
                joined.setdefault(event.payee, (rule.effective_at, order))
                if event.payee in left and rule.effective_at > left[event.payee][0]:
                    returned.setdefault(event.payee, rule.effective_at)
                positions[event.payee].append(_enrolled(event, rule.effective_at, order))
            case PayeeLeft() as event:
                left[event.payee] = (rule.effective_at, order)
                returned.pop(event.payee, None)
            case PlanAssigned() as event:
                assigned[event.payee].append((microseconds(event.starts), order))
            case PayeeAssigned() as event:
                positions[event.payee].append(_position(event, order))
            case QuotaSet() as event:
                targets[event.payee, event.measure].append(_target(event, order))
            case MetricReported() as event:
                figures[event.payee, event.metric].append(_figure(event, rule, order))
            case _:
                pass
    return People(
        joined=joined,
        left=left,
        returned=returned,
        assigned=dict(assigned),
        positions=dict(positions),
        targets=dict(targets),
        figures=dict(figures),
    )


def _enrolled(event: PayeeEnrolled, at: int, order: int) -> Position:
    return Position(
        starts=at,
        ends=None,
        role=event.role,
        team=event.team,
        manager=event.manager,
        fact=order,
        enrolled=True,
    )


def _position(event: PayeeAssigned, order: int) -> Position:
    return Position(
        starts=microseconds(event.starts),
        ends=None if event.ends is None else microseconds(event.ends),
        role=event.role,
        team=event.team,
        manager=event.manager,
        fact=order,
    )


def _target(event: QuotaSet, order: int) -> Target:
    money = event.amount
    return Target(
        period=event.period.number,
        per=event.per,
        currency=None if money is None else money.currency,
        figure=Fraction(money.minor if money is not None else event.count or 0),
        fact=order,
    )


def _figure(event: MetricReported, rule: RuleFact, order: int) -> Figure:
    return Figure(
        period=None if event.period is None else event.period.number,
        at=rule.effective_at,
        figure=Fraction(event.value),
        fact=order,
    )
