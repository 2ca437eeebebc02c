"""By when a dispute is raised, ruled and appealed: days of the policy, on the clock of its zone."""

from datetime import datetime

import pytest

from engine.deadlines import days_after, due, last_to_appeal, last_to_raise
from engine.disputes import disputes
from engine.facts import RuleFact
from engine.policies import Policies, PolicyVersion
from engine.rulebook import BEFORE_ALL_TIME
from schemas.calendar import PayoutPeriod
from schemas.events.base import Event
from schemas.events.disputes import (
    DisputeAppealed,
    DisputeRaised,
    DisputeSettled,
    DisputeWithdrawn,
)
from schemas.policies import DEFAULT, Policy
from schemas.policies.policy import Disputes
from schemas.recorded import instant, microseconds

BERLIN = "Europe/Berlin"


def on(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


def policy(**days: int) -> Policy:
    return DEFAULT.model_copy(update={"time_zone": BERLIN, "disputes": Disputes(**days)})


def always(told: Policy) -> Policies:
    return Policies([PolicyVersion(told, BEFORE_ALL_TIME)])


def told(until: int | None) -> str | None:
    return None if until is None else instant(until).astimezone(DEFAULT.zone).isoformat()


RAISED = DisputeRaised(dispute="P1", payee="mia", deal="D1", reason_code="other")
SETTLED = DisputeSettled(dispute="P1", outcome="rejected")
APPEALED = DisputeAppealed(dispute="P1")
WITHDRAWN = DisputeWithdrawn(dispute="P1")
FACTS: list[tuple[Event, str]] = [
    (RAISED, "2026-03-20T12:00:00+01:00"),
    (SETTLED, "2026-03-25T12:00:00+01:00"),
    (APPEALED, "2026-04-02T09:00:00+02:00"),
    (WITHDRAWN, "2026-04-03T09:00:00+02:00"),
]


def after(facts: int, policies: Policies) -> tuple[str | None, str | None]:
    """When a dispute is due, and until when it can be appealed, after the first of the facts."""
    rules = [
        RuleFact(event, on(at), "dispute/P1", "evenhand", f"{number}", number)
        for number, (event, at) in enumerate(FACTS[:facts])
    ]
    state = disputes(rules).states["P1"]
    return told(due(state, policies)), told(last_to_appeal(state, policies))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-20T12:00:00+01:00", 14, "2026-04-03T12:00:00+02:00"),  # summer time began
        ("2026-03-28T02:30:00+01:00", 1, "2026-03-29T03:30:00+02:00"),  # half past two is none
        ("2026-10-24T02:30:00+02:00", 1, "2026-10-25T02:30:00+02:00"),  # the first of two
    ],
)
def test_days_are_counted_on_the_clock(start: str, days: int, end: str) -> None:
    assert days_after(on(start), days, policy().zone) == on(end)


def test_a_dispute_is_due_after_it_was_raised_and_again_after_it_was_appealed() -> None:
    policies = always(policy(settle_within_days=14, appeal_within_days=10))
    assert [after(facts, policies) for facts in (1, 2, 3, 4)] == [
        ("2026-04-03T10:00:00+00:00", None),
        (None, "2026-04-04T10:00:00+00:00"),
        ("2026-04-16T07:00:00+00:00", "2026-04-04T10:00:00+00:00"),
        (None, "2026-04-04T10:00:00+00:00"),
    ]


def test_a_policy_that_says_no_days_leaves_it_open() -> None:
    assert [after(facts, always(policy())) for facts in (1, 2, 3)] == [(None, None)] * 3


def test_the_policy_in_force_when_it_was_raised_says_by_when_it_is_ruled() -> None:
    changed = PolicyVersion(policy(settle_within_days=2), on("2026-04-01T00:00:00+02:00"))
    policies = Policies([PolicyVersion(policy(settle_within_days=14), BEFORE_ALL_TIME), changed])
    assert after(1, policies)[0] == "2026-04-03T10:00:00+00:00"
    assert after(3, policies)[0] == "2026-04-04T07:00:00+00:00"


def test_a_line_is_contested_within_days_of_the_end_of_its_period() -> None:
    january = PayoutPeriod.parse("2026-01").number
    policies = always(policy(raise_within_days=60))
    assert told(last_to_raise(january, policies, on("2026-03-01T00:00:00+01:00"))) == (
        "2026-04-01T22:00:00+00:00"
    )
    assert last_to_raise(january, always(policy()), 0) is None
