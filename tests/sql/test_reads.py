"""Reading: prefixes, times, frames, and what must stop a reader."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from evenhand.sql import SqlLog, frames, reads
from evenhand.sql.clock import SteadyClock
from evenhand.sql.errors import (
    AlreadyResolved,
    ClockAhead,
    KnownAtInFuture,
    LogDamaged,
    LogNewer,
    LogOfAnother,
    NotKept,
    NotQuarantined,
)
from schemas.recorded import microseconds
from tests.sql.facts import NEW_YEAR, Ticking, appending, fact, facts


def test_a_range_is_after_its_start_and_through_its_end(log: SqlLog) -> None:
    log.append(appending(*facts(1, 10)))

    assert [record.position for record in log.read(after=3, through=6)] == [4, 5, 6]
    assert [record.position for record in log.read(after=8)] == [9, 10]
    assert list(log.read(after=10)) == []
    assert list(log.read(after=99)) == []


def test_reading_goes_over_pages(log: SqlLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "PAGE", 7)
    monkeypatch.setattr(frames, "PAGES", {"sqlite": 9, "postgresql": 9})
    log.append(appending(*facts(1, 50)))

    assert [record.position for record in log.read()] == list(range(1, 51))
    assert log.columns()["position"].to_list() == list(range(1, 51))


def test_columns_hold_what_records_hold(log: SqlLog) -> None:
    odd = fact("E'\"\\,\r\n;", 'deal/"ä",\n\t日', says='quo\\"te,\\n€')
    log.append(appending(*facts(1, 20), odd, fact("E98", source="")))
    log.append(appending(fact("E99", says="x" * 100_000)))

    frame = log.columns()

    assert frame.schema == pl.Schema(frames.SCHEMA)
    expected = [
        (
            record.position,
            record.stream,
            record.version,
            record.type,
            record.schema_version,
            microseconds(record.recorded_at),
            microseconds(record.effective_at),
            record.source,
            record.id,
            record.state.decode(),
        )
        for record in log.read()
    ]
    assert frame.rows() == expected
    assert log.columns(after=5, through=9)["position"].to_list() == [6, 7, 8, 9]


def test_columns_of_some_types_are_those_records_of_all(
    log: SqlLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "PAGES", {"sqlite": 9, "postgresql": 9})
    renamed = [replace(each, type="lead-created") for each in facts(21, 40)]
    log.append(appending(*facts(1, 20), *renamed, *facts(41, 45)))

    every = log.columns()

    for types in ([], ["lead-created"], ["deal-signed", "lead-created"], ["deal-signed"]):
        some = every.filter(pl.col("type").is_in(types))
        assert log.columns(types=types).equals(some)
        inside = some.filter(pl.col("position").is_between(18, 43))
        assert log.columns(after=17, through=43, types=types).equals(inside)


def test_an_instant_is_the_last_position_recorded_at_or_before_it(log: SqlLog) -> None:
    heads = []
    for n in range(1, 6):
        log.append(appending(*facts(n * 10, n * 10 + n)))
        heads.append(log.head())

    for head in heads:
        assert head.recorded_at is not None
        assert log.position_at(head.recorded_at) == head.position
        before = log.position_at(head.recorded_at - timedelta(microseconds=1))
        assert before < head.position
    assert log.position_at(NEW_YEAR - timedelta(days=365)) == 0


def test_an_answered_instant_never_changes_its_answer(log: SqlLog, clock: Ticking) -> None:
    log.append(appending(fact("E1")))
    asked = clock.now = clock.now + timedelta(minutes=4)

    position = log.position_at(asked)
    log.append(appending(fact("E2")))
    clock.now -= timedelta(days=1)
    log.append(appending(fact("E3")))

    assert position == log.position_at(asked) == 1
    assert all(record.recorded_at > asked for record in log.read(after=1))


def test_an_instant_to_come_is_not_answered(log: SqlLog, clock: Ticking) -> None:
    with pytest.raises(KnownAtInFuture):
        log.position_at(clock.now + timedelta(seconds=2))

    log.append(appending(fact("E1")))
    [record] = log.read()
    assert record.recorded_at < clock.now + timedelta(minutes=1)


def test_a_type_from_a_newer_version_stops_every_reader(log: SqlLog) -> None:
    log.append(appending(*facts(1, 3)))
    for types in ({"deal-signed": 0}, {"lead-created": 1}):
        with SqlLog.open(log.engine.url, types=types) as older:
            with pytest.raises(LogNewer):
                list(older.read())
            with pytest.raises(LogNewer):
                older.columns()
            with pytest.raises(LogNewer):
                older.columns(types=["payee-enrolled"])
            with pytest.raises(LogNewer):
                older.stream("deal/D1")
    with SqlLog.open(log.engine.url, types={"deal-signed": 1}) as same:
        assert len(list(same.read())) == same.columns().height == 3


def test_a_log_of_a_newer_version_is_not_opened(log: SqlLog) -> None:
    with log.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(LogNewer):
        SqlLog.open(log.engine.url)


def test_one_database_holds_the_log_of_one_application(log: SqlLog) -> None:
    with pytest.raises(LogOfAnother):
        SqlLog.open(log.engine.url, application="payroll")


def test_lines_of_a_closed_period_are_kept_under_their_digest(log: SqlLog) -> None:
    lines = b'{"lines":[]}\0\xff'
    digest = log.keep(lines)

    assert log.keep(lines) == digest
    assert log.kept(digest) == lines
    with pytest.raises(NotKept):
        log.kept(b"\0" * 32)


def test_kept_lines_that_were_changed_are_not_served(log: SqlLog) -> None:
    digest = log.keep(b"paid: 100.00")
    with log.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE stated SET content = 'paid: 999.00'::bytea"
            if connection.dialect.name == "postgresql"
            else "UPDATE stated SET content = CAST('paid: 999.00' AS BLOB)"
        )

    with pytest.raises(LogDamaged):
        log.kept(digest)


def test_a_quarantined_message_is_resolved_once_and_by_someone(log: SqlLog) -> None:
    log.append(appending(fact("E1", says="ten"), fact("E1", says="eleven")))
    [kept] = log.quarantined()

    released = log.release(kept.number, actor="person:kim", reason="the CRM was corrected")

    assert released.state == "released"
    assert released.resolution is not None
    assert released.resolution.actor == "person:kim"
    assert log.quarantined() == []
    assert log.quarantined(None) == log.quarantined("released") == [released]
    with pytest.raises(AlreadyResolved):
        log.discard(kept.number, actor="person:mia", reason="no")
    with pytest.raises(NotQuarantined):
        log.discard(kept.number + 1, actor="person:mia", reason="no")


def test_a_clock_that_jumps_ahead_records_nothing(log: SqlLog) -> None:
    now, passed = [NEW_YEAR], [0.0]
    clock = SteadyClock(lambda: now[0], lambda: passed[0])
    with SqlLog.open(log.engine.url, clock=clock) as steady:
        now[0] += timedelta(hours=8)
        passed[0] += 8 * 3600
        steady.append(appending(fact("E1")))
        now[0] += timedelta(days=3650)
        with pytest.raises(ClockAhead):
            steady.append(appending(fact("E2")))
        now[0] -= timedelta(days=3650)
        steady.append(appending(fact("E3")))

    assert [record.id for record in log.read()] == ["E1", "E3"]
