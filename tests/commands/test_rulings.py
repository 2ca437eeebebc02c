"""Given what is on the docket, when two people override or revoke, this follows."""

import pytest

from commands.dispute_refusals import (
    NothingToRevoke,
    RulerIsParty,
    RulingMovesRuler,
    UnknownDeal,
)
from commands.periods import OnePersonOnly
from commands.rulings import OverrideCredit
from schemas.errors import EvenhandError
from schemas.events.base import Event
from schemas.events.rulings import OverrideRevoked
from tests.commands.judging import (
    decide,
    docket,
    overridden,
    overriding,
    raised,
    revoked,
    revoking,
    settled,
    upheld,
)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (overriding(overridden(approved_by="kim")), OnePersonOnly),
        (overriding(overridden(by="sam")), RulerIsParty),
        (overriding(overridden(), moved=frozenset({"kim"})), RulingMovesRuler),
        (overriding(overridden(), known=frozenset()), UnknownDeal),
    ],
)
def test_a_deal_is_overridden_by_two_people_who_are_no_parties(
    command: OverrideCredit, refusal: type[EvenhandError]
) -> None:
    assert decide(overriding(overridden()), docket()) == [overridden()]
    with pytest.raises(refusal):
        decide(command, docket())


@pytest.mark.parametrize("history", [[raised(), upheld()], [raised(), overridden()]])
def test_a_ruling_and_an_override_are_revoked_by_two_people(history: list[Event]) -> None:
    assert decide(revoking(revoked()), docket(*history)) == [revoked()]
    with pytest.raises(OnePersonOnly):
        decide(revoking(revoked(approved_by="kim")), docket(*history))
    with pytest.raises(RulerIsParty):
        decide(revoking(revoked(by="sam")), docket(*history))
    with pytest.raises(RulingMovesRuler):
        decide(revoking(revoked(), moved=frozenset({"lee"})), docket(*history))


def test_the_ruling_of_a_dispute_is_not_revoked_by_who_raised_it() -> None:
    with pytest.raises(RulerIsParty):
        decide(revoking(revoked(by="hr")), docket(raised(), upheld()))


@pytest.mark.parametrize(
    "event", [revoked("fact-9"), revoked("fact-2", deal="D2"), revoked("fact-1")]
)
def test_what_is_no_ruling_of_the_deal_is_not_revoked(event: OverrideRevoked) -> None:
    with pytest.raises(NothingToRevoke):
        decide(revoking(event), docket(raised(), upheld()))
    with pytest.raises(NothingToRevoke):
        decide(revoking(event), docket(raised(), settled()))
