import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.log import Append, Appended
from engine.memory import MemoryLog
from evenhand.importers import BadFile, NoLog, import_file
from evenhand.importers.controls import Controls
from evenhand.importers.exports import opened
from evenhand.importers.recording import BATCH
from evenhand.importers.rows import RowReader
from evenhand.sql import SqlLog
from schemas.wire import same_content
from tests.importers.exporting import DEALS, GOOD, HEADER, imported, mapping, reasons, written


def test_a_row_becomes_an_event_under_an_id_from_its_columns(tmp_path: Path) -> None:
    log = MemoryLog()
    imported(written(tmp_path, HEADER, GOOD), log=log)
    [record] = log.read()
    assert (record.source, record.id, record.stream) == (
        "/import/test",
        "deal-signed:D1",
        "deal/D1",
    )
    assert record.effective_at.isoformat() == "2026-01-20T03:00:00+00:00"
    assert record.actor == "person:ann"
    assert json.loads(record.state) == {
        "deal": "D1",
        "customer": "C1",
        "signed_by": [{"payee": "sam-lee", "share": "1"}],
        "value": {"amount": "100.00", "currency": "BRL"},
    }


def test_the_same_file_imported_again_makes_only_repeats(tmp_path: Path) -> None:
    path = written(
        tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C1,5,", "D3,2026-01-21,Won,Mia,C1,0,"
    )
    with SqlLog.open(f"sqlite:///{tmp_path}/evenhand.db", same_content=same_content) as log:
        first = import_file(path, mapping(), log, actor="person:ann")
        kept = len(log.quarantined())
        again = import_file(path, mapping(), log, actor="person:ann")
        assert (first.recorded, first.repeated, first.rows_refused) == (2, 0, 1)
        assert (again.recorded, again.repeated, again.rows_refused) == (0, 2, 1)
        assert log.head().position == 2
        assert len(log.quarantined()) == kept == 1


def test_a_dry_run_records_nothing_and_needs_no_log(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C1,0,")
    log = MemoryLog()
    report = import_file(path, mapping(), log, actor="person:ann", dry_run=True)
    assert report == import_file(path, mapping(), None, actor="person:ann", dry_run=True)
    assert (report.rows, report.events, report.rows_refused, report.recorded) == (2, 1, 1, 0)
    assert report.dry_run
    assert report.adds_up
    assert log.head().position == 0
    assert not log.quarantine


def test_without_a_log_only_a_dry_run_is_possible(tmp_path: Path) -> None:
    with pytest.raises(NoLog, match="no log was given"):
        import_file(written(tmp_path, HEADER, GOOD), mapping(), None, actor="person:ann")


def test_refused_rows_are_kept_whole_with_their_place_and_reason(tmp_path: Path) -> None:
    log = MemoryLog()
    imported(written(tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C1,0,"), log=log)
    [kept] = log.quarantine
    assert kept.origin == "file:deals.csv:3"
    assert kept.code == "bad-amount"
    assert "the value of a signing is above zero" in kept.reason
    assert kept.raw == b"D2,2026-01-21,Won,Mia,C1,0,\n"
    assert (kept.source, kept.id) == ("/import/test", "deal-signed:D2")


def test_a_row_with_one_bad_event_records_none_of_its_events(tmp_path: Path) -> None:
    both = mapping(
        DEALS
        + """
  - type: lead-created
    id: deal
    time: signed
    fields: {lead: customer}
"""
    )
    log = MemoryLog()
    report = imported(written(tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C2,0,"), both, log)
    assert [record.id for record in log.read()] == ["deal-signed:D1", "lead-created:D1"]
    assert (report.rows_with_events, report.rows_refused) == (1, 1)


def test_rows_whose_conditions_do_not_hold_are_counted_as_skipped(tmp_path: Path) -> None:
    report = imported(written(tmp_path, HEADER, GOOD, "D2,,Lost,Mia,,0,", "D3,,won,Mia,,0,"))
    assert (report.rows, report.rows_with_events, report.rows_skipped) == (3, 1, 2)


def test_the_same_id_with_other_content_is_a_conflict_with_its_line(tmp_path: Path) -> None:
    report = imported(written(tmp_path, HEADER, GOOD, GOOD, GOOD.replace("100.00", "200.00")))
    assert (report.recorded, report.repeated, report.conflicting) == (1, 1, 1)
    assert [(each.line, each.id) for each in report.conflicts] == [(4, "deal-signed:D1")]


def test_control_totals_tell_what_is_in_the_file_from_what_was_made(tmp_path: Path) -> None:
    report = imported(
        written(
            tmp_path,
            HEADER,
            GOOD,
            "D2,2026-01-31,Won,Mia,C1,0.50,",
            "D3,2026-02-01,Won,Mia,C1,7.001,",
            "D4,2026-02-01,Won,Mia,C1,seven,",
            "D5,2026-02-30,Won,Mia,C1,1,",
        )
    )
    lines = {each["month"]: each for each in report.document()["controls"]}
    assert lines["2026-01"]["in_file"] == {"count": 2, "amount": "100.5", "without_amount": 0}
    assert lines["2026-01"]["made"] == lines["2026-01"]["in_file"]
    assert lines["2026-02"]["in_file"] == {"count": 2, "amount": "7.001", "without_amount": 1}
    assert lines["2026-02"]["refused"] == lines["2026-02"]["in_file"]
    assert lines["unknown"]["refused"]["count"] == 1
    assert all(each["balanced"] for each in lines.values())


def test_an_event_that_differs_from_its_row_unbalances_the_control_totals(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, GOOD)
    by = mapping()
    with opened(path, by.format) as export:
        [row] = export.rows()
        reader = RowReader(by, export.header, [], datetime(2026, 2, 1, tzinfo=UTC))
    said = reader.read(row)
    [event] = said.events
    for other in (
        replace(event, state=event.state.replace(b"100.00", b"100.01")),
        replace(event, effective_at=event.effective_at + timedelta(days=20)),
    ):
        controls = Controls(reader.fields.times, by.amounts)
        controls.add(replace(said, events=[event]))
        assert controls.balanced
        controls.add(replace(said, events=[other]))
        assert not controls.balanced


class StopsAtItsSecondAppend(MemoryLog):
    """A log whose disk is full once."""

    def __init__(self) -> None:
        super().__init__()
        self.appends = 0

    def append(self, append: Append) -> Appended:
        self.appends += 1
        if self.appends == 2:
            raise OSError("no space left")
        return super().append(append)


def test_an_import_that_was_stopped_is_completed_by_importing_again(tmp_path: Path) -> None:
    rows = [f"D{n},2026-01-21,Won,Mia,C1,1,x" for n in range(BATCH + 10)]
    path = written(tmp_path, HEADER, *rows)
    log = StopsAtItsSecondAppend()
    with pytest.raises(OSError, match="no space"):
        imported(path, log=log)
    assert log.head().position == BATCH
    again = imported(path, log=log)
    assert (again.repeated, again.recorded) == (BATCH, 10)


def test_the_report_as_a_document_is_plain_json(tmp_path: Path) -> None:
    report = imported(written(tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C1,0,"))
    document = json.loads(json.dumps(report.document()))
    assert document["rows"] == {"read": 2, "with_events": 1, "refused": 1, "skipped": 0}
    assert document["events"]["by_type"] == {"deal-signed": 1}
    assert document["refused_by_reason"] == {"bad-amount": 1}
    assert document["refused"][0]["row"] == "D2,2026-01-21,Won,Mia,C1,0,"
    assert document["adds_up"] is True


def test_more_events_than_one_batch_are_all_recorded(tmp_path: Path) -> None:
    rows = [f"D{n},2026-01-21,Won,Mia,C1,{n % 3},x" for n in range(12_000)]
    log = MemoryLog()
    report = imported(written(tmp_path, HEADER, *rows), log=log)
    assert (report.recorded, report.rows_refused) == (8_000, 4_000)
    assert (log.head().position, len(log.quarantine)) == (8_000, 4_000)


def test_columns_of_another_export_join_by_key_and_are_blank_without_a_match(
    tmp_path: Path,
) -> None:
    joining = mapping(
        DEALS,
        ("events:", "lookups: {team: {file: teams.csv, key: agent, by: agent}}\nevents:"),
        (
            "      note: note",
            "      team: team.region\n      manager: {column: team.boss, slug: payee}",
        ),
    )
    written(tmp_path, "agent,boss,region", "Sam Lee,Ann Öz,North", name="teams.csv")
    log = MemoryLog()
    imported(written(tmp_path, HEADER, GOOD, "D2,2026-01-21,Won,Mia,C1,1,"), joining, log)
    first, second = (json.loads(record.state) for record in log.read())
    assert (first["team"], first["manager"]) == ("North", "ann-oz")
    assert "team" not in second
    assert "manager" not in second


@pytest.mark.parametrize(
    ("teams", "code"),
    [
        (["agent,boss", "Sam Lee,A", "Sam Lee,B"], "bad-lookup"),
        (["agent,boss", "Sam Lee"], "bad-lookup"),
        (["agent,chief", "Sam Lee,A"], "missing-column"),
        ([], "empty-file"),
        (None, "missing-file"),
    ],
)
def test_a_lookup_that_is_not_whole_refuses_the_import(
    tmp_path: Path, teams: list[str] | None, code: str
) -> None:
    joining = mapping(
        DEALS,
        ("events:", "lookups: {team: {file: teams.csv, key: agent, by: agent}}\nevents:"),
        ("      note: note", "      manager: {column: team.boss, slug: payee}"),
    )
    if teams is not None:
        written(tmp_path, *teams, name="teams.csv")
    log = MemoryLog()
    with pytest.raises(BadFile) as refused:
        imported(written(tmp_path, HEADER, GOOD), joining, log)
    assert refused.value.code == code
    assert log.head().position == 0


def test_a_fact_that_has_not_happened_yet_is_refused_as_it_is_from_kafka(tmp_path: Path) -> None:
    report = imported(written(tmp_path, HEADER, GOOD.replace("2026", "2098")))
    assert reasons(report) == [(2, "signed", "time-ahead")]


NOTES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\"',;"), max_size=30
)


@given(st.lists(NOTES, min_size=1, max_size=8), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_what_a_csv_writer_quotes_comes_back_as_it_was(notes: list[str], quoting: int) -> None:
    file = io.StringIO()
    writer = csv.writer(file, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(HEADER.split(","))
    for number, note in enumerate(notes):
        writer.writerow([f"D{number}", "2026-01-20", "Won", "Mia", "C1", "1.00", note])
    log = MemoryLog()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        path.write_bytes(file.getvalue().encode())
        report = imported(path, log=log)
    assert report.rows_refused == 0
    found = [json.loads(record.state).get("note", "") for record in log.read()]
    assert found == [note.strip(" \t\r\n") for note in notes]
