"""Given what is on the docket, when somebody raises, rules, appeals or revokes, this follows."""

from typing import Any

import pytest

from commands.dispute_refusals import (
    DisputeNameTaken,
    DisputeNotOpen,
    DisputeNotRuled,
    NoSuchDispute,
    NoSuchPosition,
    NotAParty,
    NotTheRaiser,
    RuledBefore,
    RulerIsParty,
    RulingMovesRuler,
    RulingOfAnotherDeal,
    SameDisputeOpen,
    TooLateToAppeal,
    TooLateToRaise,
    UnknownDeal,
    UnknownLead,
    UnknownLine,
    UnknownPayee,
)
from commands.disputes import (
    AddEvidence,
    AppealDispute,
    RaiseDispute,
    SettleDispute,
    WithdrawDispute,
)
from commands.docket import Docket, evolve
from commands.periods import OnePersonOnly
from engine.disputes import Appealed, DisputeState, Raised, Settled, Withdrawn
from engine.facts import RuleFact
from schemas.errors import EvenhandError
from schemas.events.base import Event
from schemas.events.decisions import PlanPublished
from schemas.events.disputes import (
    DisputeRaised,
    EvidenceAdded,
)
from tests.commands.judging import (
    BEFORE,
    NOW,
    appealed,
    appealing,
    decide,
    docket,
    raised,
    raising,
    revoked,
    revoking,
    settled,
    settling,
    upheld,
    withdrawn,
)


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([raised()], Raised),
        ([raised(), EvidenceAdded(dispute="P1", positions=[1])], Raised),
        ([raised(), appealed()], Raised),
        ([raised(), settled()], Settled),
        ([raised(), settled(), settled(reason="again")], Settled),
        ([raised(), settled(), withdrawn()], Settled),
        ([raised(), settled(), appealed()], Appealed),
        ([raised(), settled(), appealed(), settled()], Settled),
        ([raised(), withdrawn(), settled()], Withdrawn),
        ([raised(), settled(), appealed(), withdrawn()], Withdrawn),
    ],
)
def test_the_state_follows_from_the_facts_that_fit_it(
    history: list[Event], state: type[DisputeState]
) -> None:
    assert type(docket(*history).disputes.states["P1"]) is state


def test_facts_of_a_dispute_that_nobody_raised_and_other_facts_leave_the_docket_as_it_is() -> None:
    published = PlanPublished(plan="p", plan_version=1, document={})
    assert docket(settled(), appealed(), published).disputes.states == {}
    fact = RuleFact(published, 1, "plan/p", "evenhand", "p-1", 1)
    assert evolve(Docket(), fact) == Docket()


@pytest.mark.parametrize(
    ("event", "given"),
    [
        (raised(), docket()),
        (raised(lead="L1"), docket()),
        (raised(line="a" * 16, positions=[9]), docket()),
        (raised("P2", component="points"), docket(raised())),
        (raised("P2"), docket(raised(), settled())),
        (raised("P2", payee="mia"), docket(raised(payee="zoe"))),
    ],
)
def test_what_is_known_and_not_yet_contested_can_be(event: DisputeRaised, given: Docket) -> None:
    assert decide(raising(event), given) == [event]


@pytest.mark.parametrize(
    ("command", "given", "refusal"),
    [
        (raising(raised(payee="zoe")), docket(), UnknownPayee),
        (raising(raised(deal="D9")), docket(), UnknownDeal),
        (raising(raised(lead="L9")), docket(), UnknownLead),
        (raising(raised(line="b" * 16)), docket(), UnknownLine),
        (raising(raised("P2")), docket(raised()), SameDisputeOpen),
        (raising(raised("P2")), docket(raised(), settled(), appealed()), SameDisputeOpen),
        (raising(raised(reason="other")), docket(raised()), DisputeNameTaken),
        (raising(raised(), until=BEFORE), docket(), TooLateToRaise),
        (raising(raised(positions=[3, 10])), docket(), NoSuchPosition),
    ],
)
def test_a_dispute_is_refused_that_cannot_be_raised(
    command: RaiseDispute, given: Docket, refusal: type[EvenhandError]
) -> None:
    with pytest.raises(refusal):
        decide(command, given)


def test_what_happens_at_the_deadline_is_in_time() -> None:
    assert decide(raising(raised(), until=NOW), docket()) == [raised()]
    assert decide(appealing(appealed(), NOW), docket(raised(), settled())) == [appealed()]


def test_the_same_dispute_of_two_ids_of_one_person_is_the_same() -> None:
    given = docket(raised(payee="mia.w"), same={"mia.w": "mia"})
    with pytest.raises(SameDisputeOpen):
        decide(raising(raised("P2")), given)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (raising(raised()), docket(raised())),
        (
            AddEvidence(added=EvidenceAdded(dispute="P1", positions=[1]), position=9),
            docket(raised(), EvidenceAdded(dispute="P1", positions=[1])),
        ),
        (settling(upheld()), docket(raised(), upheld())),
        (appealing(appealed()), docket(raised(), settled(), appealed())),
        (WithdrawDispute(withdrawn=withdrawn()), docket(raised(), withdrawn())),
        (revoking(revoked()), docket(raised(), upheld(), revoked())),
    ],
)
def test_asked_twice_nothing_follows(command: Any, given: Docket) -> None:
    assert decide(command, given) == []


def test_evidence_is_added_while_a_dispute_is_open_and_not_from_beyond_the_log() -> None:
    added = EvidenceAdded(dispute="P1", positions=[9])
    command = AddEvidence(added=added, position=9)
    assert decide(command, docket(raised())) == [added]
    with pytest.raises(NoSuchPosition):
        decide(AddEvidence(added=added, position=8), docket(raised()))
    with pytest.raises(DisputeNotOpen):
        decide(command, docket(raised(), settled()))
    with pytest.raises(NoSuchDispute):
        decide(command, docket())


@pytest.mark.parametrize(
    "command",
    [
        settling(settled()),
        settling(upheld(), moved=frozenset({"mia", "sam"})),
        settling(upheld(outcome="partly-upheld"), covered=frozenset()),
    ],
)
def test_two_people_who_are_no_parties_rule(command: SettleDispute) -> None:
    assert decide(command, docket(raised())) == [command.settled]


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (settling(settled(by="kim", approved_by="kim")), OnePersonOnly),
        (settling(settled(by="kim", approved_by=None)), OnePersonOnly),
        (settling(settled(by="kim.2", approved_by="kim")), OnePersonOnly),
        (settling(settled(by="mia")), RulerIsParty),
        (settling(settled(approved_by="hr")), RulerIsParty),
        (settling(settled(approved_by="sam")), RulerIsParty),
        (settling(settled(by="mia.w")), RulerIsParty),
        (settling(upheld(), moved=frozenset({"lee"})), RulingMovesRuler),
        (settling(upheld(deal="D2")), RulingOfAnotherDeal),
        (settling(upheld(), known=frozenset()), UnknownDeal),
    ],
)
def test_others_do_not(command: SettleDispute, refusal: type[EvenhandError]) -> None:
    with pytest.raises(refusal):
        decide(command, docket(raised(), same={"mia.w": "mia", "kim.2": "kim"}))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (docket(), NoSuchDispute),
        (docket(raised(), settled()), DisputeNotOpen),
        (docket(raised(), withdrawn()), DisputeNotOpen),
    ],
)
def test_only_what_is_open_is_ruled(given: Docket, refusal: type[EvenhandError]) -> None:
    with pytest.raises(refusal):
        decide(settling(upheld()), given)


def test_an_appeal_is_ruled_by_others_than_those_who_ruled_before() -> None:
    given = docket(raised(), settled(), appealed())
    for people in ({"by": "kim", "approved_by": "zoe"}, {"by": "zoe", "approved_by": "lee"}):
        with pytest.raises(RuledBefore):
            decide(settling(settled(**people)), given)
    others = settled(by="zoe", approved_by="joe")
    assert decide(settling(others), given) == [others]


@pytest.mark.parametrize("by", ["mia", "hr", "sam"])
def test_a_party_appeals(by: str) -> None:
    given = docket(raised(), settled())
    assert decide(appealing(appealed(by)), given) == [appealed(by)]


@pytest.mark.parametrize(
    ("command", "given", "refusal"),
    [
        (appealing(appealed("zoe")), docket(raised(), settled()), NotAParty),
        (appealing(appealed(), BEFORE), docket(raised(), settled()), TooLateToAppeal),
        (appealing(appealed()), docket(), NoSuchDispute),
        (appealing(appealed()), docket(raised()), DisputeNotRuled),
        (appealing(appealed()), docket(raised(), withdrawn()), DisputeNotRuled),
        (appealing(appealed("sam")), docket(raised(), settled(), appealed()), DisputeNotRuled),
    ],
)
def test_an_appeal_is_refused(
    command: AppealDispute, given: Docket, refusal: type[EvenhandError]
) -> None:
    with pytest.raises(refusal):
        decide(command, given)


def test_who_raised_a_dispute_or_whose_it_is_withdraws_it_and_nobody_else() -> None:
    for by in ("mia", "hr"):
        command = WithdrawDispute(withdrawn=withdrawn(by))
        assert decide(command, docket(raised())) == [withdrawn(by)]
    with pytest.raises(NotTheRaiser):
        decide(WithdrawDispute(withdrawn=withdrawn("sam")), docket(raised()))
    with pytest.raises(DisputeNotOpen):
        decide(WithdrawDispute(withdrawn=withdrawn()), docket(raised(), settled()))
