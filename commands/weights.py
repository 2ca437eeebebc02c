"""Learned weights: trained at a position, approved by a second person, active from a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from schemas.errors import Missing, Refused
from schemas.events.attribution import WeightsActivated, WeightsApproved, WeightsTrained
from schemas.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainWeights:
    """Keep weights as they were learned; they pay nobody yet."""

    trained: WeightsTrained


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveWeights:
    """Agree, as a second person, that weights may pay."""

    approval: WeightsApproved


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateWeights:
    """Let approved weights hold for deals signed from an instant on."""

    activation: WeightsActivated


WeightsCommand = TrainWeights | ApproveWeights | ActivateWeights
HISTORY: Final = (WeightsTrained.type, WeightsApproved.type, WeightsActivated.type)
"""The types of events that these decisions look back at."""

_Named = tuple[str, str]
"""The name and the digest of weights."""

_Start = tuple[str, datetime]
"""A name of weights, and an instant from which on they are to hold."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Who trained which weights, which of them are approved, and what was activated last when."""

    trained_by: Mapping[_Named, str | None] = field(default_factory=dict[_Named, str | None])
    approved: frozenset[_Named] = frozenset()
    activated: Mapping[_Start, str] = field(default_factory=dict[_Start, str])
    """From when on which weights of a name hold, by their digest."""


class UnknownWeights(Missing):
    """Weights were named that nobody trained."""

    code = "unknown-weights"

    def __init__(self, name: str, digest: str, known: Iterable[str]) -> None:
        self.name, self.digest = name, digest
        told = ", ".join(sorted(each[:16] for each in known)) or "none"
        super().__init__(
            f"Weights {digest[:16]} of {name} were named, and none such are trained (of {name}: "
            f"{told}). Train them with: evenhand model train, or look with: evenhand history "
            f"weights/{name}."
        )


class TrainerApproves(Refused):
    """Somebody was to approve the weights they trained."""

    code = "trainer-approves"

    def __init__(self, name: str, by: str | None) -> None:
        self.name, self.by = name, by
        super().__init__(
            f"The weights of {name} cannot be approved by {by}, who trained them: an approval is a "
            "second person's. Show that person evenhand model shadow, and let them approve."
        )


class WeightsNotApproved(Refused):
    """Weights were to be activated that nobody approved."""

    code = "weights-not-approved"

    def __init__(self, name: str, digest: str) -> None:
        self.name, self.digest = name, digest
        super().__init__(
            f"Weights {digest[:16]} of {name} cannot be activated: nobody approved them. A person "
            "who did not train them approves with: evenhand model approve."
        )


def decide(command: WeightsCommand, state: Learned) -> list[Event]:
    """The events that follow from a command; none if what it asks holds already."""
    match command:
        case TrainWeights(trained=asked):
            return [] if (asked.name, asked.digest) in state.trained_by else [asked]
        case ApproveWeights(approval=asked):
            return _approve(asked, state)
        case ActivateWeights(activation=asked):
            return _activate(asked, state)
        case _:
            assert_never(command)


def _approve(asked: WeightsApproved, state: Learned) -> list[Event]:
    named = _known(asked, state)
    if asked.by == state.trained_by[named]:
        raise TrainerApproves(asked.name, asked.by)
    return [] if named in state.approved else [asked]


def _activate(asked: WeightsActivated, state: Learned) -> list[Event]:
    named = _known(asked, state)
    if named not in state.approved:
        raise WeightsNotApproved(asked.name, asked.digest)
    before = state.activated.get((asked.name, asked.starts))
    return [] if before == asked.digest else [asked]


def _known(asked: WeightsApproved | WeightsActivated, state: Learned) -> _Named:
    """The weights that are named, if they were trained."""
    named = (asked.name, asked.digest)
    if named not in state.trained_by:
        known = [digest for name, digest in state.trained_by if name == asked.name]
        raise UnknownWeights(asked.name, asked.digest, known)
    return named


def evolve(state: Learned, event: Event) -> Learned:
    """The state after an event."""
    match event:
        case WeightsTrained():
            named = {(event.name, event.digest): event.by}
            return replace(state, trained_by={**named, **state.trained_by})
        case WeightsApproved():
            return replace(state, approved=state.approved | {(event.name, event.digest)})
        case WeightsActivated():
            started = {(event.name, event.starts): event.digest}
            return replace(state, activated={**state.activated, **started})
        case _:
            return state


def state_after(events: Iterable[Event]) -> Learned:
    """The weights that a history leads to."""
    state = Learned()
    for event in events:
        state = evolve(state, event)
    return state
