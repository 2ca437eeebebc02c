"""Disputes: who may raise, add evidence, settle, appeal and withdraw, and when.

What was decided before is on the docket (`commands.docket`). What a decision is judged by and no
dispute says (who is known, whose lines are in it, by when) comes with the command.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from commands.dispute_refusals import (
    DisputeNameTaken,
    DisputeNotOpen,
    DisputeNotRuled,
    NoSuchDispute,
    NoSuchPosition,
    NotAParty,
    NotTheRaiser,
    RuledBefore,
    RulingOfAnotherDeal,
    SameDisputeOpen,
    TooLateToAppeal,
    TooLateToRaise,
    UnknownLead,
    UnknownLine,
    UnknownPayee,
)
from commands.docket import Docket
from commands.rulings import check_deal, check_rulers, parties
from engine.disputes import Appealed, Case, Raised, Settled, Withdrawn, rulings_of
from schemas.events.decisions import Decision
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
    EvidenceAdded,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseDispute:
    """Contest what is paid for a deal or a lead.

    `known` are the streams that are known, and the lines of the deal or lead as `line/<id>`;
    `until` is when the time for it is over, if it ever is.
    """

    raised: DisputeRaised
    known: frozenset[str]
    until: datetime | None
    now: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence:
    """Name more records and files in a dispute; the log ends at `position`."""

    added: EvidenceAdded
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDispute:
    """Rule a dispute. `covered` have lines that it covers, `moved` lines that the ruling moves."""

    settled: DisputeSettled
    covered: frozenset[str]
    moved: frozenset[str]
    known: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDispute:
    """Ask for another ruling. `concerned` have lines of the deal or lead, before it or after."""

    appealed: DisputeAppealed
    concerned: frozenset[str]
    until: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDispute:
    """Let a dispute go."""

    withdrawn: DisputeWithdrawn


DisputeCommand = RaiseDispute | AddEvidence | SettleDispute | AppealDispute | WithdrawDispute


def decide(command: DisputeCommand, docket: Docket) -> list[Decision]:
    """The events that follow from a command; none if what it asks holds already."""
    match command:
        case RaiseDispute():
            return _raise(command, docket)
        case AddEvidence():
            return _add(command, docket)
        case SettleDispute():
            return _settle(command, docket)
        case AppealDispute():
            return _appeal(command, docket)
        case WithdrawDispute():
            return _withdraw(command, docket)
        case _:
            assert_never(command)


def _raise(command: RaiseDispute, docket: Docket) -> list[Decision]:
    raised = command.raised
    before = docket.disputes.states.get(raised.dispute)
    if before is not None and before.case.event == raised:
        return []
    if before is not None:
        raise DisputeNameTaken(raised.dispute)
    _look_for(raised, command.known, docket)
    for state in docket.disputes.open():
        if _contested(state.case.event, docket) == _contested(raised, docket):
            raise SameDisputeOpen(state.case.event.dispute, raised.subject)
    if command.until is not None and command.now > command.until:
        raise TooLateToRaise(raised.subject, command.until)
    _check_positions(raised.positions, command.position)
    return [raised]


def _look_for(raised: DisputeRaised, known: frozenset[str], docket: Docket) -> None:
    """Raise the error of the first that a dispute names and nobody knows."""
    if f"payee/{docket.person(raised.payee)}" not in known:
        raise UnknownPayee(raised.payee)
    check_deal(raised.deal, known)
    if raised.lead is not None and f"lead/{raised.lead}" not in known:
        raise UnknownLead(raised.lead)
    if raised.line is not None and f"line/{raised.line}" not in known:
        raise UnknownLine(raised.line, raised.subject)


def _contested(raised: DisputeRaised, docket: Docket) -> tuple[str | None, ...]:
    """What makes two disputes the same one."""
    return docket.person(raised.payee), raised.subject, raised.line, raised.component


def _add(command: AddEvidence, docket: Docket) -> list[Decision]:
    case = _open(command.added.dispute, docket)
    _check_positions(command.added.positions, command.position)
    told = any(fact.event == command.added for fact in case.evidence)
    return [] if told else [command.added]


def _check_positions(positions: Iterable[int] | None, head: int) -> None:
    for position in positions or ():
        if position > head:
            raise NoSuchPosition(position, head)


def _open(dispute: str, docket: Docket) -> Case:
    """The case of a dispute that waits for a ruling. Raises `NoSuchDispute`, `DisputeNotOpen`."""
    state = docket.disputes.states.get(dispute)
    match state:
        case None:
            raise NoSuchDispute(dispute)
        case Raised(case) | Appealed(case):
            return case
        case Settled():
            raise DisputeNotOpen(dispute, "settled")
        case Withdrawn():
            raise DisputeNotOpen(dispute, "withdrawn")
        case _:
            assert_never(state)


def _settle(command: SettleDispute, docket: Docket) -> list[Decision]:
    settled = command.settled
    state = docket.disputes.states.get(settled.dispute)
    if isinstance(state, Settled) and state.case.settlements[-1].event == settled:
        return []
    case = _open(settled.dispute, docket)
    if settled.deal is not None and case.event.deal not in (None, settled.deal):
        raise RulingOfAnotherDeal(settled.dispute, settled.deal)
    check_deal(settled.deal, command.known)
    check_rulers(settled, parties(case, command.covered), command.moved, docket)
    before = docket.people(
        id_ for ruling in rulings_of(case) for id_ in (ruling.by, ruling.approved_by)
    )
    for ruler in (settled.by, settled.approved_by):
        if docket.person(ruler) in before:
            raise RuledBefore(ruler or "", settled.dispute)
    return [settled]


def _appeal(command: AppealDispute, docket: Docket) -> list[Decision]:
    appealed = command.appealed
    state = docket.disputes.states.get(appealed.dispute)
    match state:
        case None:
            raise NoSuchDispute(appealed.dispute)
        case Appealed(case) if case.appeals[-1].event == appealed:
            return []
        case Raised() | Appealed():
            raise DisputeNotRuled(appealed.dispute, "open")
        case Withdrawn():
            raise DisputeNotRuled(appealed.dispute, "withdrawn")
        case Settled(case):
            if docket.person(appealed.by) not in docket.people(parties(case, command.concerned)):
                raise NotAParty(appealed.by or "", appealed.dispute)
            if command.until is not None and command.now > command.until:
                raise TooLateToAppeal(appealed.dispute, command.until)
            return [appealed]
        case _:
            assert_never(state)


def _withdraw(command: WithdrawDispute, docket: Docket) -> list[Decision]:
    withdrawn = command.withdrawn
    if isinstance(docket.disputes.states.get(withdrawn.dispute), Withdrawn):
        return []
    case = _open(withdrawn.dispute, docket)
    if docket.person(withdrawn.by) not in docket.people(parties(case, frozenset())):
        raise NotTheRaiser(withdrawn.by or "", withdrawn.dispute)
    return [withdrawn]
