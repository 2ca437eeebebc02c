"""Given what happened to the periods, when somebody asks, then this follows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.periods import (
    ClosePeriod,
    EarlierPeriodOpen,
    NeverClosed,
    NotTheLatestClosed,
    OnePersonOnly,
    PeriodClosedAlready,
    PeriodNotOver,
    PeriodState,
    Reopened,
    ReopenPeriod,
    Standing,
    decide,
    evolve,
    state_after,
)
from schemas.calendar import PayoutPeriod
from schemas.errors import Refused
from schemas.events.base import Event
from schemas.events.decisions import PeriodClosed, PeriodReopened, PlanPublished

JANUARY = PayoutPeriod.parse("2026-01")
FEBRUARY = JANUARY.following
MARCH = FEBRUARY.following
APRIL = MARCH.following
DIGEST = "0" * 64
LONG_AFTER = datetime(2027, 1, 1, tzinfo=UTC)


def closing(period: PayoutPeriod, earliest: PayoutPeriod | None = JANUARY) -> ClosePeriod:
    return ClosePeriod(
        period=period,
        position=17,
        digest=DIGEST,
        semantics=1,
        ends_at=datetime(2026, 12, 1, tzinfo=UTC),
        earliest=earliest,
        now=LONG_AFTER,
        by="ann",
    )


def reopening(period: PayoutPeriod, approved_by: str = "lee") -> ReopenPeriod:
    return ReopenPeriod(period=period, by="ann", approved_by=approved_by, reason="a mistake")


def closed(period: PayoutPeriod, issue: int = 1) -> PeriodClosed:
    return PeriodClosed(
        period=period, issue=issue, position=17, digest=DIGEST, semantics=1, by="ann"
    )


def reopened(period: PayoutPeriod, issue: int = 1) -> PeriodReopened:
    return PeriodReopened(
        period=period, issue=issue, by="ann", approved_by="lee", reason="a mistake"
    )


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([], NeverClosed()),
        ([closed(JANUARY)], Standing(JANUARY, 1)),
        ([closed(JANUARY), closed(FEBRUARY)], Standing(FEBRUARY, 1)),
        ([closed(JANUARY), reopened(JANUARY)], Reopened(JANUARY, 1)),
        ([closed(JANUARY), reopened(JANUARY), closed(JANUARY, 2)], Standing(JANUARY, 2)),
    ],
)
def test_the_state_follows_from_closes_and_reopenings(
    history: list[Event], state: PeriodState
) -> None:
    assert state_after(history) == state


def test_what_is_no_close_and_no_reopening_leaves_the_state_as_it_is() -> None:
    published = PlanPublished(plan="p", plan_version=1, document={})
    assert evolve(Standing(JANUARY, 1), published) == Standing(JANUARY, 1)


@pytest.mark.parametrize(
    ("state", "period", "issue"),
    [
        (NeverClosed(), JANUARY, 1),
        (Standing(JANUARY, 1), FEBRUARY, 1),
        (Standing(JANUARY, 3), FEBRUARY, 1),
        (Reopened(FEBRUARY, 1), FEBRUARY, 2),
        (Reopened(FEBRUARY, 2), FEBRUARY, 3),
    ],
)
def test_the_period_that_is_next_is_closed(
    state: PeriodState, period: PayoutPeriod, issue: int
) -> None:
    assert decide(closing(period), state) == [closed(period, issue)]


@pytest.mark.parametrize("earliest", [None, JANUARY, FEBRUARY])
def test_the_first_close_is_of_any_period_before_which_nothing_is_earned(
    earliest: PayoutPeriod | None,
) -> None:
    assert decide(closing(JANUARY, earliest), NeverClosed()) == [closed(JANUARY)]


@pytest.mark.parametrize("issue", [1, 2])
def test_closing_what_is_closed_last_changes_nothing(issue: int) -> None:
    assert decide(closing(FEBRUARY), Standing(FEBRUARY, issue)) == []


@pytest.mark.parametrize(
    ("state", "period", "error"),
    [
        (NeverClosed(), FEBRUARY, EarlierPeriodOpen),
        (Standing(JANUARY, 1), MARCH, EarlierPeriodOpen),
        (Standing(FEBRUARY, 1), JANUARY, PeriodClosedAlready),
        (Reopened(FEBRUARY, 1), MARCH, EarlierPeriodOpen),
        (Reopened(FEBRUARY, 1), JANUARY, PeriodClosedAlready),
    ],
)
def test_periods_close_in_order(
    state: PeriodState, period: PayoutPeriod, error: type[Refused]
) -> None:
    with pytest.raises(error) as refused:
        decide(closing(period), state)
    assert str(period) in str(refused.value)


def test_a_refusal_names_the_period_to_close_first() -> None:
    with pytest.raises(EarlierPeriodOpen) as refused:
        decide(closing(APRIL), Standing(JANUARY, 1))
    assert (refused.value.asked, refused.value.earliest) == (APRIL, FEBRUARY)


@pytest.mark.parametrize(
    ("state", "period"),
    [
        (NeverClosed(), JANUARY),
        (Standing(JANUARY, 1), FEBRUARY),
        (Reopened(FEBRUARY, 1), FEBRUARY),
    ],
)
def test_a_period_closes_at_the_instant_it_ends_and_not_before(
    state: PeriodState, period: PayoutPeriod
) -> None:
    at_its_end = replace(closing(period), ends_at=LONG_AFTER)
    assert len(decide(at_its_end, state)) == 1
    with pytest.raises(PeriodNotOver):
        decide(replace(at_its_end, now=LONG_AFTER.replace(year=2026)), state)


def test_the_latest_closed_period_is_reopened_by_two_people() -> None:
    assert decide(reopening(FEBRUARY), Standing(FEBRUARY, 2)) == [reopened(FEBRUARY, 2)]


def test_reopening_what_is_open_again_changes_nothing() -> None:
    assert decide(reopening(FEBRUARY), Reopened(FEBRUARY, 1)) == []


@pytest.mark.parametrize(
    ("state", "latest"),
    [
        (NeverClosed(), None),
        (Standing(FEBRUARY, 1), FEBRUARY),
        (Reopened(FEBRUARY, 1), FEBRUARY),
    ],
)
@pytest.mark.parametrize("period", [JANUARY, MARCH])
def test_only_the_latest_closed_period_is_reopened(
    state: PeriodState, latest: PayoutPeriod | None, period: PayoutPeriod
) -> None:
    with pytest.raises(NotTheLatestClosed) as refused:
        decide(reopening(period), state)
    assert refused.value.latest == latest


@pytest.mark.parametrize("approved_by", ["", "ann"])
@pytest.mark.parametrize("state", [NeverClosed(), Standing(JANUARY, 1), Reopened(JANUARY, 1)])
def test_one_person_alone_reopens_nothing(state: PeriodState, approved_by: str) -> None:
    with pytest.raises(OnePersonOnly):
        decide(reopening(JANUARY, approved_by), state)
