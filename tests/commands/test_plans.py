"""Given the rules that are published, when somebody asks for another, then this follows."""

from typing import Any

import pytest

from commands.plans import (
    AcceptPlan,
    ApproverIsAuthor,
    AssignPlan,
    NotApproved,
    NothingToAccept,
    PublishPlan,
    PublishRate,
    UnknownPlan,
    VersionPublishedAlready,
    decide,
    state_after,
)
from schemas.events.base import Event
from schemas.events.decisions import PlanAssigned, PlanPublished, RateOfExchangePublished
from schemas.events.people import PlanAccepted
from schemas.plans import Plan
from tests.strategies import vary_plan


def plan(**changes: Any) -> Plan:
    return Plan.model_validate(vary_plan(**changes))


def published(version: Plan, by: str | None = "ann", approved_by: str | None = None) -> Event:
    return PlanPublished(
        plan=version.plan,
        plan_version=version.version,
        document=version.model_dump(mode="json", by_alias=True, exclude_none=True),
        by=by,
        approved_by=approved_by,
    )


def test_a_plan_is_published_with_its_whole_document() -> None:
    first = plan()
    follows = decide(PublishPlan(plan=first, by="ann", approved_by="lee"), state_after([]))
    assert follows == [published(first, "ann", "lee")]
    [event] = follows
    assert isinstance(event, PlanPublished)
    assert Plan.model_validate(event.document) == first


def test_publishing_the_same_again_changes_nothing() -> None:
    rules = state_after([published(plan())])
    assert decide(PublishPlan(plan=plan(), by="lee", approved_by=""), rules) == []


def test_a_published_version_is_never_edited() -> None:
    rules = state_after(
        [published(plan()), published(plan(version=2, rates={"self-sourced": "6%"}))]
    )
    edited = plan(rates={"self-sourced": "7%"})
    with pytest.raises(VersionPublishedAlready) as refused:
        decide(PublishPlan(plan=edited, by="ann", approved_by="lee"), rules)
    assert "version 3" in str(refused.value)


def test_another_version_and_another_plan_are_published_beside_it() -> None:
    rules = state_after([published(plan())])
    for other in (plan(version=2), plan(plan="other")):
        assert decide(PublishPlan(plan=other, by="ann", approved_by="lee"), rules) == [
            published(other, "ann", "lee")
        ]


def test_nobody_approves_their_own_plan() -> None:
    with pytest.raises(ApproverIsAuthor):
        decide(PublishPlan(plan=plan(), by="ann", approved_by="ann"), state_after([]))


def assignment(plan_name: str = "seed-4-2-5", until: str | None = None) -> PlanAssigned:
    fields = {"payee": "sam", "plan": plan_name, "from": "2026-01-01T00:00:00+08:00"}
    return PlanAssigned.model_validate(fields | ({"to": until} if until else {}))


def test_a_published_plan_is_assigned() -> None:
    rules = state_after([published(plan())])
    assert decide(AssignPlan(assignment=assignment()), rules) == [assignment()]


def test_a_plan_that_nobody_published_is_not_assigned() -> None:
    with pytest.raises(UnknownPlan) as missing:
        decide(AssignPlan(assignment=assignment("other")), state_after([published(plan())]))
    assert "seed-4-2-5" in str(missing.value)


def test_assigning_the_same_again_changes_nothing() -> None:
    rules = state_after([published(plan()), assignment()])
    assert decide(AssignPlan(assignment=assignment()), rules) == []


def test_an_assignment_with_another_end_is_another_assignment() -> None:
    rules = state_after([published(plan()), assignment()])
    ending = assignment(until="2026-03-01T00:00:00+08:00")
    assert decide(AssignPlan(assignment=ending), rules) == [ending]


def test_going_back_to_an_earlier_assignment_is_an_assignment() -> None:
    ending = assignment(until="2026-03-01T00:00:00+08:00")
    rules = state_after([published(plan()), assignment(), ending])
    assert decide(AssignPlan(assignment=assignment()), rules) == [assignment()]


def test_a_rate_of_exchange_is_published() -> None:
    rate = RateOfExchangePublished.model_validate({"base": "USD", "quote": "CNY", "rate": "7.1"})
    assert decide(PublishRate(rate=rate), state_after([])) == [rate]


def test_a_plan_needs_a_second_person() -> None:
    with pytest.raises(NotApproved):
        decide(PublishPlan(plan=plan(), by="ann", approved_by=""), state_after([]))


def acceptance(version: Plan, **more: Any) -> PlanAccepted:
    fields = {"payee": "mia", "plan": version.plan, "plan_version": version.version}
    return PlanAccepted.model_validate({**fields, "digest": version.digest(), **more})


def test_a_version_is_accepted_once_as_it_was_shown() -> None:
    rules = [published(plan())]
    agreed = acceptance(plan())
    assert decide(AcceptPlan(acceptance=agreed), state_after(rules)) == [agreed]
    assert decide(AcceptPlan(acceptance=agreed), state_after([*rules, agreed])) == []
    shown_otherwise = acceptance(plan(), digest="0" * 64)
    again = decide(AcceptPlan(acceptance=shown_otherwise), state_after([*rules, agreed]))
    assert again == [shown_otherwise]


def test_what_nobody_published_is_not_accepted() -> None:
    with pytest.raises(NothingToAccept):
        decide(AcceptPlan(acceptance=acceptance(plan())), state_after([]))
