"""Commands carried out on a log, with others at work at the same time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.handle import NoPlanPublished, close_period, kept_by, reopen_period, rule
from commands.periods import EarlierPeriodOpen, PeriodNotOver, ReopenPeriod
from commands.plans import AssignPlan, PublishPlan
from engine.log import Append, Appended
from engine.memory import MemoryLog, StreamChanged
from replay.periods import closes, kept_issue
from schemas.calendar import PayoutPeriod, midnight
from schemas.events.decisions import PlanAssigned
from schemas.plans import Plan
from tests.frames import unrecorded_of
from tests.oracle.cases import enrolled, signed
from tests.stating import computed_again
from tests.strategies import Record, vary_plan

JANUARY = PayoutPeriod.parse("2026-01")
FEBRUARY = JANUARY.following
LATER = datetime(2026, 6, 1, tzinfo=UTC)
PLAN = Plan.model_validate(vary_plan(gate={}))


class InterruptedLog(MemoryLog):
    """A log in which somebody else does something just before the next append."""

    meanwhile: Callable[[], object] | None = None

    def append(self, append: Append) -> Appended:
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        return super().append(append)


def publish(log: MemoryLog, plan: Plan = PLAN) -> bool:
    at = midnight(plan.effective_from, plan.zone)
    id_ = f"plan-{plan.plan}-{plan.version}"
    command = PublishPlan(plan=plan, by="ann", approved_by="lee")
    return rule(log, command, effective_at=at, id_=id_, by="ann")


def record(log: MemoryLog, *records: Record) -> None:
    log.append(Append(events=[unrecorded_of(each) for each in records], actor="crm"))


def a_log() -> InterruptedLog:
    log = InterruptedLog()
    publish(log)
    record(log, enrolled(), signed(lead=None))
    return log


def close(log: MemoryLog, period: PayoutPeriod = JANUARY, by: str = "ann") -> Any:
    return close_period(log, period, now=LATER, by=by)


def test_a_close_keeps_its_document_under_the_digest_it_records() -> None:
    log = a_log()
    closed = close(log)
    assert not closed.again
    [recorded] = closes(log.columns())
    assert (recorded.digest, recorded.position, recorded.issue) == (closed.digest, 3, 1)
    assert log.kept(bytes.fromhex(closed.digest)) == closed.issue.document()
    assert [record.actor for record in log.stream("period/2026-01")] == ["ann"]


def test_a_second_close_says_so_and_records_nothing() -> None:
    log = a_log()
    first = close(log)
    record(log, signed("D2", lead=None))
    head = log.head()
    second = close(log, by="lee")
    assert second.again
    assert (second.digest, second.position) == (first.digest, first.position)
    assert second.issue.document() == first.issue.document()
    assert log.head() == head


def test_of_two_who_close_at_once_on_the_same_facts_both_are_told_the_same() -> None:
    log = a_log()
    log.meanwhile = lambda: close(log)
    second = close(log)
    [recorded] = closes(log.columns())
    assert second.digest == recorded.digest


def test_of_two_who_close_at_once_on_other_facts_one_is_refused() -> None:
    log = a_log()

    def another_fact_and_close() -> None:
        record(log, signed("D2", lead=None))
        close(log, by="lee")

    log.meanwhile = another_fact_and_close
    with pytest.raises(StreamChanged):
        close(log)
    [recorded] = closes(log.columns())
    assert (recorded.by, recorded.position) == ("lee", 4)


def test_a_fact_that_arrives_during_a_close_is_paid_by_the_next() -> None:
    log = a_log()
    log.meanwhile = lambda: record(log, signed("D2", lead=None))
    january = close(log)
    assert january.issue.lines["deal"].to_list() == ["D1"]
    [recorded] = closes(log.columns())
    assert (recorded.position, recorded.recorded) == (3, 5)
    february = close(log, FEBRUARY)
    assert february.issue.lines["deal"].to_list() == ["D2"]
    told = computed_again(log, recorded)
    assert told.digest() == recorded.digest


def test_a_fact_that_arrives_between_reading_and_closing_twice_is_late_once() -> None:
    log = a_log()
    close(log)
    record(log, signed("D2", lead=None))
    assert close(log, FEBRUARY).issue.lines["amount"].to_list() == [500_000]
    assert close(log, FEBRUARY.following).issue.lines.is_empty()


def test_without_a_plan_nothing_is_closed() -> None:
    log = MemoryLog()
    record(log, enrolled())
    with pytest.raises(NoPlanPublished):
        close(log)
    assert log.head().position == 1


def test_a_refused_close_records_and_keeps_nothing() -> None:
    log = a_log()
    for period, now, error in (
        (FEBRUARY, LATER, EarlierPeriodOpen),
        (JANUARY, datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC), PeriodNotOver),
    ):
        with pytest.raises(error):
            close_period(log, period, now=now, by="ann")
    assert log.head().position == 3


def test_a_period_ends_with_the_latest_zone_of_all_plans() -> None:
    log = a_log()
    publish(log, Plan.model_validate(vary_plan(plan="west", time_zone="America/New_York")))
    shanghai_is_over = datetime(2026, 1, 31, 16, tzinfo=UTC)
    with pytest.raises(PeriodNotOver):
        close_period(log, JANUARY, now=shanghai_is_over, by="ann")
    new_york_is_over = datetime(2026, 2, 1, 5, tzinfo=UTC)
    assert not close_period(log, JANUARY, now=new_york_is_over, by="ann").again


def reopen(log: MemoryLog) -> bool:
    command = ReopenPeriod(period=JANUARY, by="ann", approved_by="lee", reason="a mistake")
    return reopen_period(log, command, now=LATER)


def test_a_reopened_period_is_closed_again_with_differences_only() -> None:
    log = a_log()
    first = close(log)
    assert reopen(log)
    assert not reopen(log)
    record(log, signed("D2", lead=None))
    second = close(log)
    assert (second.issue.number, second.again) == (2, False)
    assert second.issue.lines["deal"].to_list() == ["D2"]
    one, two = closes(log.columns())
    for recorded, told in ((one, first), (two, second)):
        assert kept_issue(recorded, kept_by(log)).document() == told.issue.document()
        again = computed_again(log, recorded)
        assert again.document() == told.issue.document()
    assert reopen(log)
    assert close(log).issue.number == 3


def test_of_two_who_publish_one_version_at_once_with_other_contents_one_is_refused() -> None:
    log = InterruptedLog()
    other = Plan.model_validate(vary_plan(gate={}, rates={"self-sourced": "6%"}))
    log.meanwhile = lambda: publish(log, other)
    with pytest.raises(StreamChanged):
        publish(log)
    assert len(log.stream("plan/seed-4-2-5")) == 1


def test_publishing_twice_is_recorded_once() -> None:
    log = MemoryLog()
    assert publish(log)
    assert not publish(log)
    assert log.head().position == 1


def assign(log: MemoryLog, id_: str, until: str | None) -> bool:
    fields = {"payee": "sam", "plan": PLAN.plan, "from": "2026-01-01T00:00:00+08:00"}
    event = PlanAssigned.model_validate(fields | ({"to": until} if until else {}))
    command = AssignPlan(assignment=event)
    return rule(log, command, effective_at=event.starts, id_=id_, by="ann")


def test_what_is_said_to_be_recorded_is_recorded() -> None:
    log = a_log()
    assert assign(log, "a-1", None)
    assert not assign(log, "a-2", None)
    assert assign(log, "a-3", "2026-03-01T00:00:00+08:00")
    assert len(log.stream("payee/sam")) == 3  # enrolled, and assigned twice
    assert log.quarantine == []
