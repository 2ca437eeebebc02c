"""What an append does, and what it never does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.log import Append
from evenhand.sql import SqlLog
from evenhand.sql.errors import AlreadyTracked, StreamMoved, Unstorable
from evenhand.sql.quarantine import unrecorded
from evenhand.sql.verify import verify
from schemas.recorded import Quarantined, Recorded, Tracking, Unrecorded, leaf
from tests.sql.facts import NEW_YEAR, Ticking, appending, fact, facts


def test_a_new_log_is_empty(log: SqlLog) -> None:
    assert log.head().position == 0
    assert log.head().recorded_at is None
    assert list(log.read()) == []
    assert log.stream("deal/D1") == []
    assert log.position_at(NEW_YEAR) == 0
    assert log.columns().height == 0


def test_events_come_back_as_they_were_with_their_place(log: SqlLog) -> None:
    sent = facts(1, 20)

    appended = log.append(appending(*sent))

    assert appended.positions == range(1, 21)
    assert list(appended.recorded) == list(range(20))
    records = list(log.read())
    assert [_unrecorded(record) for record in records] == sent
    assert [record.position for record in records] == list(range(1, 21))
    assert {record.recorded_at for record in records} == {log.head().recorded_at}
    assert {record.actor for record in records} == {"person:mia"}


def test_the_stored_leaf_is_the_leaf_of_the_record(log: SqlLog) -> None:
    log.append(appending(*facts(1, 20), fact("ünïcödé", "deal/日本", "€")))

    assert all(leaf(record) == record.leaf for record in log.read())


def test_versions_of_a_stream_are_gapless_across_appends(log: SqlLog) -> None:
    log.append(appending(*facts(1, 20, streams=3)))
    log.append(appending(*facts(21, 40, streams=3)))

    for stream in ("deal/D0", "deal/D1", "deal/D2"):
        versions = [record.version for record in log.stream(stream)]
        assert versions == list(range(1, len(versions) + 1))


def test_an_event_sent_twice_is_recorded_once(log: SqlLog) -> None:
    log.append(appending(*facts(1, 10)))

    appended = log.append(appending(*facts(6, 15)))

    assert list(appended.repeated) == [0, 1, 2, 3, 4]
    assert list(appended.recorded) == [5, 6, 7, 8, 9]
    assert appended.positions == range(11, 16)
    assert [record.id for record in log.read()] == [f"E{n}" for n in range(1, 16)]


def test_an_event_twice_in_one_batch_is_recorded_once(log: SqlLog) -> None:
    appended = log.append(appending(fact("E1"), fact("E2"), fact("E1")))

    assert list(appended.recorded) == [0, 1]
    assert list(appended.repeated) == [2]


def test_an_append_of_repeats_records_nothing_but_moves_tracking(log: SqlLog) -> None:
    log.append(appending(*facts(1, 5)))
    head = log.head()

    appended = log.append(
        appending(*facts(1, 5), tracking=[Tracking(name="kafka:crm/0", first=1, last=5)])
    )

    assert (list(appended.recorded), len(appended.positions)) == ([], 0)
    assert log.head() == head
    assert log.tracked() == {"kafka:crm/0": 5}


def test_another_content_under_a_known_key_is_quarantined_and_the_first_stands(
    log: SqlLog,
) -> None:
    log.append(appending(fact("E1", says="ten")))
    other = fact("E1", says="eleven")

    appended = log.append(appending(other, fact("E2")))

    assert (list(appended.conflicting), list(appended.recorded)) == ([0], [1])
    [record] = [record for record in log.read() if record.id == "E1"]
    assert record.state == b'{"says":"ten"}'
    [kept] = log.quarantined()
    assert kept.message.code == "conflicting-duplicate"
    assert "position 1" in kept.message.reason
    assert "crm E1" in kept.message.reason
    assert unrecorded(kept.message.raw) == other


def test_a_conflict_within_one_batch_is_quarantined_too(log: SqlLog) -> None:
    appended = log.append(appending(fact("E1", says="ten"), fact("E1", says="eleven")))

    assert (list(appended.recorded), list(appended.conflicting)) == ([0], [1])
    assert len(log.quarantined()) == 1


def test_the_same_conflict_twice_is_kept_once(log: SqlLog) -> None:
    log.append(appending(fact("E1", says="ten")))
    for _ in range(3):
        log.append(appending(fact("E1", says="eleven")))

    assert len(log.quarantined()) == 1


def test_what_counts_as_the_same_content_can_be_said(log: SqlLog) -> None:
    with SqlLog.open(log.engine.url, same_content=lambda *_: True) as lenient:
        lenient.append(appending(fact("E1", says="10.0")))
        appended = lenient.append(appending(fact("E1", says="10.00")))

    assert list(appended.repeated) == [0]


def test_a_command_asked_again_gets_the_answer_of_then(log: SqlLog) -> None:
    log.append(appending(fact("E0")))
    asked = appending(fact("E0"), fact("E1"), fact("E0", says="no"), command_id="close-2026-01")
    then = log.append(asked)
    log.append(appending(*facts(5, 9)))

    again = log.append(asked)
    decided_anew = log.append(replace(asked, events=[fact("E77")]))

    assert (again.positions, decided_anew.positions) == (then.positions, then.positions)
    assert list(again.recorded) == list(then.recorded) == [1]
    assert list(again.repeated) == list(then.repeated) == [0]
    assert list(again.conflicting) == list(then.conflicting) == [2]
    assert log.head().position == 7


def test_a_stream_that_moved_refuses_what_was_decided_on_its_past(log: SqlLog) -> None:
    log.append(appending(fact("E1"), expected={"deal/D1": 0}))

    with pytest.raises(StreamMoved) as refused:
        log.append(appending(fact("E2"), fact("E3", "deal/D2"), expected={"deal/D1": 0}))

    assert (refused.value.stream, refused.value.expected, refused.value.found) == ("deal/D1", 0, 1)
    assert log.head().position == 1
    assert log.stream("deal/D2") == []


def test_what_was_appended_before_is_a_repeat_and_no_moved_stream(log: SqlLog) -> None:
    asked = appending(fact("E1"), expected={"deal/D1": 0})
    log.append(asked)

    assert list(log.append(asked).repeated) == [0]


def test_an_expected_stream_need_not_be_appended_to(log: SqlLog) -> None:
    log.append(appending(fact("E1", "plan/P1")))

    log.append(appending(fact("E2"), expected={"plan/P1": 1}))
    with pytest.raises(StreamMoved):
        log.append(appending(fact("E3"), expected={"plan/P1": 2}))


def test_a_redelivered_overlapping_batch_is_refused_whole(log: SqlLog) -> None:
    log.append(appending(*facts(0, 7), tracking=[Tracking(name="k", first=0, last=7)]))

    with pytest.raises(AlreadyTracked):
        log.append(appending(*facts(5, 10), tracking=[Tracking(name="k", first=5, last=10)]))

    assert log.head().position == 8
    assert log.tracked() == {"k": 7}


def test_upstream_offsets_may_have_holes(log: SqlLog) -> None:
    log.append(appending(fact("E1"), tracking=[Tracking(name="k", first=3, last=9)]))
    log.append(appending(fact("E2"), tracking=[Tracking(name="k", first=20, last=31)]))

    assert log.tracked() == {"k": 31}


def test_one_refused_upstream_of_two_undoes_everything(log: SqlLog) -> None:
    log.append(appending(fact("E1"), tracking=[Tracking(name="b", first=0, last=9)]))
    both = [Tracking(name="a", first=0, last=9), Tracking(name="b", first=9, last=12)]

    with pytest.raises(AlreadyTracked):
        log.append(appending(fact("E2"), tracking=both))

    assert log.tracked() == {"b": 9}
    assert log.head().position == 1


def test_what_could_not_be_read_is_kept_with_the_events_or_not_at_all(log: SqlLog) -> None:
    bad = Quarantined(origin="kafka:crm/0/7", code="malformed", reason="no JSON", raw=b"\xff\0{")
    log.append(
        Append(
            events=[fact("E1")],
            actor="kafka",
            tracking=[Tracking(name="crm/0", first=0, last=7)],
            quarantined=[bad],
        )
    )
    worse = replace(bad, origin="kafka:crm/0/8")
    with pytest.raises(AlreadyTracked):
        log.append(
            Append(
                events=[],
                actor="kafka",
                tracking=[Tracking(name="crm/0", first=7, last=8)],
                quarantined=[worse],
            )
        )

    [kept] = log.quarantined()
    assert kept.message == bad
    assert kept.state == "open"


def test_a_refused_append_leaves_no_gap(log: SqlLog) -> None:
    log.append(appending(*facts(1, 3)))
    for _ in range(3):
        with pytest.raises(StreamMoved):
            log.append(appending(*facts(50, 60), expected={"deal/D1": 9}))
    log.append(appending(*facts(4, 6)))

    assert [record.position for record in log.read()] == [1, 2, 3, 4, 5, 6]
    assert verify(log) is None


@pytest.mark.parametrize("text", ["a\0b", "half \ud800"])
@pytest.mark.parametrize("field", ["stream", "id", "type", "source"])
def test_a_text_that_no_database_keeps_is_refused(log: SqlLog, field: str, text: str) -> None:
    good = fact("E1")
    values = {"stream": good.stream, "id": good.id, "type": good.type, "source": good.source}
    bad = Unrecorded(
        **(values | {field: text}),
        schema_version=1,
        effective_at=good.effective_at,
        state=good.state,
    )

    with pytest.raises(Unstorable):
        log.append(appending(bad))


def test_nothing_to_append_is_nothing(log: SqlLog) -> None:
    appended = log.append(appending())

    assert (list(appended.recorded), len(appended.positions)) == ([], 0)
    assert log.head().position == 0


def test_time_goes_on_when_the_clock_jumps_back(log: SqlLog, clock: Ticking) -> None:
    log.append(appending(fact("E1")))
    clock.now -= timedelta(hours=1)
    log.append(appending(fact("E2")))
    log.append(appending(fact("E3")))

    first, second, third = (record.recorded_at for record in log.read())
    assert second == first + timedelta(microseconds=1)
    assert third == second + timedelta(microseconds=1)


def _unrecorded(record: Recorded) -> Unrecorded:
    return Unrecorded(
        stream=record.stream,
        type=record.type,
        schema_version=record.schema_version,
        effective_at=record.effective_at,
        source=record.source,
        id=record.id,
        state=record.state,
    )
