"""Messages from outside: recorded if well formed, quarantined whole with the reason if not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.intake import AHEAD_AT_MOST, Message, intake, released
from engine.memory import MemoryLog
from engine.world import world
from schemas.recorded import Tracking
from schemas.wire import decode
from tests.strategies import Record, fact

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def message(event: Record | bytes, number: int = 1) -> Message:
    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Message(origin=f"file:crm.jsonl:{number}", raw=raw, read=lambda: decode(raw))


def signed(id_: str = "1", at: str = "2026-01-20T00:00:00+08:00", amount: str = "100.00") -> Record:
    return fact(
        "deal-signed",
        "deal/D1",
        at,
        id_,
        customer="C1",
        signed_by=[{"payee": "sam", "share": "1"}],
        value={"amount": amount, "currency": "CNY"},
    )


def taken(*events: Record | bytes) -> Any:
    messages = [message(event, number) for number, event in enumerate(events, 1)]
    return intake(messages, actor="crm", now=NOW)


def test_a_batch_is_one_append_of_what_can_be_read() -> None:
    append = taken(signed("1"), b"no json", signed("2"))
    assert [event.id for event in append.events] == ["1", "2"]
    assert [(each.code, each.origin, each.raw) for each in append.quarantined] == [
        ("not-json", "file:crm.jsonl:2", b"no json")
    ]


def test_positions_of_the_upstream_move_with_the_batch() -> None:
    tracking = [Tracking(name="kafka:deals/0", first=7, last=9)]
    append = intake([message(signed())], actor="crm", now=NOW, tracking=tracking)
    assert append.tracking == tracking
    assert append.actor == "crm"


def test_an_empty_batch_is_an_empty_append() -> None:
    append = intake([], actor="crm", now=NOW)
    assert (append.events, append.quarantined) == ([], [])


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(), None),
        (AHEAD_AT_MOST, None),
        (AHEAD_AT_MOST + timedelta(seconds=1), "time-ahead"),
    ],
)
def test_a_fact_of_tomorrow_is_taken_and_one_of_later_is_not(
    after: timedelta, code: str | None
) -> None:
    append = taken(signed(at=(NOW + after).isoformat()))
    assert [each.code for each in append.quarantined] == ([] if code is None else [code])
    assert len(append.events) == (code is None)


def test_a_message_that_is_ahead_of_time_is_kept_with_its_key() -> None:
    [kept] = taken(signed("9", at="2026-03-01T00:00:00+08:00")).quarantined
    assert (kept.source, kept.id, kept.code) == ("/crm/demo", "9", "time-ahead")


def test_people_may_be_planned_ahead() -> None:
    joins = fact("payee-enrolled", "payee/ann", "2026-06-01T00:00:00+08:00", "1", name="Ann")
    assert len(taken(joins).events) == 1


def test_a_decision_from_a_crm_is_no_fact() -> None:
    closing = fact("period-closed", "period/2026-01", "2026-02-01T00:00:00+08:00", "1")
    ours = signed() | {"source": "evenhand"}
    assert [each.code for each in taken(closing, ours).quarantined] == ["not-a-fact", "not-a-fact"]


def test_a_fact_that_contradicts_others_is_recorded_all_the_same() -> None:
    append = taken(signed("1"), signed("2", amount="999.00"))
    assert len(append.events) == 2


def test_the_first_of_two_contents_under_one_key_stands_and_the_other_waits() -> None:
    log = MemoryLog()
    log.append(taken(signed("1")))
    answer = log.append(taken(signed("1"), signed("1", amount="999.00")))
    assert (answer.repeated, answer.conflicting) == ([0], [1])
    [kept] = log.quarantine
    assert kept.code == "conflicting-duplicate"
    assert log.head().position == 1


def test_the_same_content_written_otherwise_is_a_repeat() -> None:
    log = MemoryLog()
    log.append(taken(signed("1")))
    again = signed("1", at="2026-01-19T16:00:00Z", amount="100")
    again["data"]["signed_by"] = [{"payee": "sam", "share": "1/1"}]
    assert log.append(taken(again)).repeated == [0]


@pytest.mark.parametrize("moved", [None, datetime(2026, 1, 25, tzinfo=UTC)])
def test_a_released_contradiction_is_a_correction_of_the_first(moved: datetime | None) -> None:
    log = MemoryLog()
    log.append(taken(signed("1")))
    other = decode(json.dumps(signed("1", amount="999.00")).encode())
    correction = released(other, number=4, effective_at=moved)
    assert (correction.source, correction.id, correction.stream) == (
        "evenhand",
        "release-4",
        "deal/D1",
    )
    log.append(taken())  # an append without events changes nothing
    answer = log.append(taken(signed("1")))
    assert answer.repeated == [0]
    log.append(type(taken())(events=[correction], actor="ann"))
    [signing] = world(log.columns()).signings.iter_rows(named=True)
    assert signing["amount"] == 99_900
    assert (signing["source"], signing["id"]) == ("/crm/demo", "1")
    expected = moved or datetime(2026, 1, 19, 16, tzinfo=UTC)
    assert signing["signed_at"] == int(expected.timestamp()) * 1_000_000
