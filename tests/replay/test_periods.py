"""Periods asked again: as issued, as they stand, as they would have stood."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands.handle import close_period, kept_by, reopen_period
from commands.periods import ReopenPeriod
from engine.log import Append
from engine.memory import MemoryLog
from replay.difference import difference
from replay.periods import StatementLost, before, closes, kept_issue, open_again, reopened
from schemas.calendar import PayoutPeriod
from schemas.kept_issues import issue_of
from schemas.recorded import microseconds
from schemas.statements import Issue
from tests.frames import unrecorded_of
from tests.oracle.cases import UNGATED, enrolled, lead, signed
from tests.oracle.cases import at as instant_at
from tests.stating import as_it_stands, computed_again
from tests.strategies import Record, amended, published

JANUARY = PayoutPeriod.parse("2026-01")
FEBRUARY = JANUARY.following
MARCH = FEBRUARY.following
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def record(log: MemoryLog, *records: Record) -> None:
    log.append(Append(events=[unrecorded_of(each) for each in records], actor="crm"))


def close(log: MemoryLog, period: PayoutPeriod) -> Issue:
    return close_period(log, period, now=NOW, by="ann").issue


def reopen(log: MemoryLog, period: PayoutPeriod) -> None:
    command = ReopenPeriod(period=period, by="ann", approved_by="lee", reason="a mistake")
    reopen_period(log, command, now=NOW)


def asked(log: MemoryLog, period: PayoutPeriod, **more: Any) -> list[tuple[str, str, int]]:
    """(deal, component, minor units) of what a period would pay."""
    issue = as_it_stands(log, period, **more)
    return issue.lines.select("deal", "component", "amount").rows()


@pytest.fixture
def log() -> MemoryLog:
    """A plan, Sam, a deal of January."""
    told = MemoryLog()
    record(told, published(UNGATED), enrolled(), signed(lead=None))
    return told


OWN = ("D1", "self-sourced", 500_000)


def test_open_periods_before_the_one_that_is_asked_are_taken_as_closed(log: MemoryLog) -> None:
    record(log, signed("D2", on="2026-02-10", lead=None, amount="100.00"))
    assert asked(log, JANUARY) == [OWN]
    assert asked(log, FEBRUARY) == [("D2", "self-sourced", 500)]
    assert asked(log, MARCH) == []
    close(log, JANUARY)
    assert asked(log, FEBRUARY) == [("D2", "self-sourced", 500)]


def test_what_an_open_period_would_pay_is_what_its_close_then_states(log: MemoryLog) -> None:
    close(log, JANUARY)
    record(log, amended("D1", instant_at("2026-02-10"), "a", "reduction", "80000.00"))
    would = as_it_stands(log, FEBRUARY)
    assert close(log, FEBRUARY).document() == would.document()


def test_an_answer_about_a_closed_period_leaves_out_the_statements_after_it(
    log: MemoryLog,
) -> None:
    close(log, JANUARY)
    record(log, signed("D2", on="2026-02-10", lead=None, amount="100.00"))
    close(log, FEBRUARY)
    by_january = microseconds(FEBRUARY.start(ZoneInfo("Asia/Shanghai")))
    assert asked(log, JANUARY, effective_by=by_january) == [OWN]
    assert asked(log, JANUARY) == [OWN]
    assert asked(log, FEBRUARY, effective_by=by_january) == []
    assert asked(log, FEBRUARY) == [("D2", "self-sourced", 500)]


def test_a_reopened_period_would_pay_the_differences(log: MemoryLog) -> None:
    close(log, JANUARY)
    assert open_again(log.columns()) is None
    reopen(log, JANUARY)
    assert open_again(log.columns()) == JANUARY
    record(log, signed("D2", on="2026-01-25", lead=None, amount="100.00"))
    late = ("D2", "self-sourced", 500)
    assert asked(log, JANUARY) == [late]
    assert asked(log, FEBRUARY) == []
    second = close(log, JANUARY)
    assert (second.number, second.lines["deal"].to_list()) == (2, ["D2"])
    assert open_again(log.columns()) is None
    assert [period for _, period in reopened(log.columns())] == [JANUARY]


def test_every_close_is_replayed_from_its_own_position(log: MemoryLog) -> None:
    issues = [close(log, JANUARY)]
    record(log, lead("L1"), amended("D1", instant_at("2026-01-25"), "a", "upsell", "200000.00"))
    issues.append(close(log, FEBRUARY))
    reopen(log, FEBRUARY)
    record(log, signed("D2", on="2026-02-03", lead=None, amount="100.00"))
    issues.append(close(log, FEBRUARY))
    record(log, amended("D1", instant_at("2026-01-26"), "b", "cancellation"))
    for closed, issue in zip(closes(log.columns()), issues, strict=True):
        again = computed_again(log, closed)
        assert again.document() == issue.document()
        assert kept_issue(closed, kept_by(log)).document() == issue.document()


def test_statements_are_known_from_the_record_of_their_close_on(log: MemoryLog) -> None:
    close(log, JANUARY)
    [closed] = closes(log.columns())
    assert (closed.position, closed.recorded) == (3, 4)
    assert before(log.columns(), closed.position, kept_by(log)) == []
    assert len(before(log.columns(), closed.recorded, kept_by(log))) == 1


def test_a_document_that_is_gone_or_altered_is_said_to_be_lost(log: MemoryLog) -> None:
    issue = close(log, JANUARY)
    [closed] = closes(log.columns())
    for kept in (lambda _digest: None, lambda _digest: issue.document() + b" "):
        with pytest.raises(StatementLost):
            kept_issue(closed, kept)


def test_an_issue_comes_back_from_its_document_byte_for_byte(log: MemoryLog) -> None:
    record(log, lead("L1", by=None))
    issue = close(log, JANUARY)
    assert issue_of(issue.document()).document() == issue.document()


def test_a_difference_is_what_moved_between_two_states_of_knowledge(log: MemoryLog) -> None:
    position = log.head().position
    record(log, lead("L1"))
    moved = difference(log.columns(), JANUARY, (position, position + 1))
    told = moved.select("payee", "component", "before", "after", "moved").rows()
    assert sorted(told) == [
        ("mia", "marketing-commission", 0, 400_000, 400_000),
        ("sam", "sales-commission", 0, 200_000, 200_000),
        ("sam", "self-sourced", 500_000, 0, -500_000),
    ]
    cause = [{"source": "/crm/demo", "id": "created-L1"}]
    assert moved["cause"].to_list() == [cause] * 3
    assert difference(log.columns(), JANUARY, (position, position)).is_empty()
