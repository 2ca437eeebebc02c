"""Rulings: who may override the credit of a deal without a dispute, and who may revoke a ruling.

Two people rule together who are no parties and whose own pay the ruling does not move. People are
compared as one person whichever of their ids is used.
"""

from dataclasses import dataclass
from typing import assert_never

from commands.dispute_refusals import (
    NothingToRevoke,
    RulerIsParty,
    RulingMovesRuler,
    UnknownDeal,
)
from commands.docket import Docket
from commands.periods import OnePersonOnly
from engine.disputes import Case
from engine.repairs import Name
from schemas.events.decisions import Decision
from schemas.events.rulings import CreditOverridden, OverrideRevoked


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideCredit:
    """Rule a deal without a dispute. `covered` have lines of it, `moved` lines that move."""

    overridden: CreditOverridden
    covered: frozenset[str]
    moved: frozenset[str]
    known: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRuling:
    """Take back an override, or the ruling of a dispute."""

    revoked: OverrideRevoked
    covered: frozenset[str]
    moved: frozenset[str]


RulingCommand = OverrideCredit | RevokeRuling


def decide(command: RulingCommand, docket: Docket) -> list[Decision]:
    """The events that follow from a command; none if what it asks holds already."""
    match command:
        case OverrideCredit():
            return _override(command, docket)
        case RevokeRuling():
            return _revoke(command, docket)
        case _:
            assert_never(command)


def _override(command: OverrideCredit, docket: Docket) -> list[Decision]:
    overridden = command.overridden
    check_deal(overridden.deal, command.known)
    check_rulers(overridden, command.covered, command.moved, docket)
    return [overridden]


def _revoke(command: RevokeRuling, docket: Docket) -> list[Decision]:
    revoked = command.revoked
    name = (revoked.override.source, revoked.override.id)
    if docket.rulings.get(name) != revoked.deal:
        raise NothingToRevoke(revoked.deal, revoked.override.id)
    if name in docket.revoked:
        return []
    check_rulers(revoked, command.covered | _raisers(name, docket), command.moved, docket)
    return [revoked]


def _raisers(ruling: Name, docket: Docket) -> frozenset[str]:
    """The parties of the dispute that a ruling settled, if it settled one."""
    ruled = (
        state.case
        for state in docket.disputes.states.values()
        if any((fact.source, fact.id) == ruling for fact in state.case.settlements)
    )
    return frozenset(party for case in ruled for party in parties(case, frozenset()))


def check_rulers(
    ruling: Decision, parties: frozenset[str], moved: frozenset[str], docket: Docket
) -> None:
    """Raise what keeps one of two people from ruling: that they are one, a party, or gain by it."""
    subject = ruling.stream()
    if docket.person(ruling.approved_by) in ("", docket.person(ruling.by)):
        raise OnePersonOnly(f"A ruling on {subject}", ruling.by or "")
    for ruler in (ruling.by or "", ruling.approved_by or ""):
        if docket.person(ruler) in docket.people(parties):
            raise RulerIsParty(ruler, subject)
        if docket.person(ruler) in docket.people(moved):
            raise RulingMovesRuler(ruler, subject)


def check_deal(deal: str | None, known: frozenset[str]) -> None:
    """Raise `UnknownDeal` for one whose stream is not among the known ones."""
    if deal is not None and f"deal/{deal}" not in known:
        raise UnknownDeal(deal)


def parties(case: Case, others: frozenset[str]) -> frozenset[str]:
    """Who raised a dispute, for whom, and others who have to do with it."""
    return others | {case.event.payee, case.event.by or case.event.payee}
