import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from engine.memory import MemoryLog
from evenhand.importers import BadFile, Mapping
from evenhand.importers.workbooks import ENTRIES_MAX
from tests.importers.exporting import DEALS, HEADER, imported, mapping, reasons

DECLARED = ("format: {kind: csv}", "format: {kind: xlsx, sheet: Deals}")


def workbook(folder: Path, *rows: list[Any], sheets: tuple[str, ...] = ("Deals",)) -> Path:
    """A workbook with rows on its first sheet; dates are dates, numbers numbers, texts texts."""
    path = folder / "deals.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows if name == sheets[0] else []):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(line, column, cell, day)
                    else:
                        sheet.write(line, column, cell)
    return path


def header() -> list[Any]:
    return list(HEADER.split(","))


def deal(name: str, *, signed: Any, amount: Any, note: Any = None) -> list[Any]:
    return [name, signed, "Won", "Sam Lee", "C1", amount, note]


def refusal(path: Path, by: Mapping | None = None) -> BadFile:
    log = MemoryLog()
    with pytest.raises(BadFile) as refused:
        imported(path, by or mapping(DEALS, DECLARED), log)
    assert log.head().position == 0
    return refused.value


def test_a_sheet_is_read_with_its_dates_and_numbers_whatever_text_is_declared_as(
    tmp_path: Path,
) -> None:
    other = mapping(
        DEALS, DECLARED, ('decimal: ".", thousands: ""', 'decimal: ",", thousands: "."')
    )
    path = workbook(
        tmp_path,
        header(),
        deal("D1", signed=datetime(2026, 1, 20), amount=1234.56),  # noqa: DTZ001
        deal("D2", signed=datetime(2026, 1, 20, 15, 30), amount="1.234,56", note=7),  # noqa: DTZ001
        deal("D3", signed="2026-01-21", amount=0.1 + 0.2),
    )
    log = MemoryLog()
    report = imported(path, other, log)
    assert reasons(report) == []
    told = [(each.effective_at.isoformat(), json.loads(each.state)) for each in log.read()]
    assert [at for at, _ in told] == [
        "2026-01-20T03:00:00+00:00",
        "2026-01-20T18:30:00+00:00",
        "2026-01-21T03:00:00+00:00",
    ]
    assert [data["value"]["amount"] for _, data in told] == ["1234.56", "1234.56", "0.30"]
    assert told[1][1]["note"] == "7"


def test_lines_are_those_of_the_sheet_and_blank_rows_are_no_rows(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [],
        header(),
        [],
        deal("D1", signed="2026-01-20", amount=5),
        deal("=1+1", signed="2026-01-20", amount=5),
        ["  "],
    )
    report = imported(path, mapping(DEALS, DECLARED))
    assert (report.rows, report.recorded) == (2, 1)
    assert reasons(report) == [(5, "deal", "formula")]


def test_formulas_are_refused_unless_their_values_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, header())
        sheet.write_row(1, 0, deal("D1", signed="2026-01-20", amount=None))
        sheet.write_formula(1, 5, "=40+2", value=42)
    assert refusal(path).code == "workbook-has-formulas"
    log = MemoryLog()
    cached = mapping(DEALS, DECLARED, ("sheet: Deals", "sheet: Deals, formulas: cached"))
    imported(path, cached, log)
    [record] = log.read()
    assert json.loads(record.state)["value"]["amount"] == "42.00"


def test_the_only_sheet_needs_no_name_and_one_of_several_does(tmp_path: Path) -> None:
    unnamed = mapping(DEALS, (DECLARED[0], "format: {kind: xlsx}"))
    rows = header(), deal("D1", signed="2026-01-20", amount=5)
    assert imported(workbook(tmp_path, *rows), unnamed).recorded == 1
    several = workbook(tmp_path, *rows, sheets=("Deals", "Notes"))
    refused = refusal(several, unnamed)
    assert refused.code == "no-such-sheet"
    assert "'Deals', 'Notes'" in str(refused)
    other = mapping(DEALS, (DECLARED[0], "format: {kind: xlsx, sheet: Deal}"))
    assert refusal(several, other).code == "no-such-sheet"


def test_a_sheet_that_claims_a_thousand_million_cells_dies_in_its_own_process(
    tmp_path: Path,
) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Deals")
        sheet.write(0, 0, "deal")
        sheet.write(1_048_575, 16_383, "far away")
    assert path.stat().st_size < 10_000
    assert refusal(path).code == "workbook-too-large"


def test_a_part_that_inflates_too_far_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 20_000_000)
    refused = refusal(path)
    assert refused.code == "workbook-too-large"


def test_a_part_that_is_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/liar.bin", b"\1" * 500_000)
    raw = path.read_bytes()
    size = (500_000).to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(raw.replace(size, (500).to_bytes(4, "little")))
    assert refusal(path).code == "bad-workbook"


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(ENTRIES_MAX):
            archive.writestr(f"xl/media/{number}", b"")
    assert refusal(path).code == "workbook-too-large"


def test_parts_of_one_name_and_declared_entities_are_refused(tmp_path: Path) -> None:
    twice = workbook(tmp_path, header())
    with (
        zipfile.ZipFile(twice, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert refusal(twice).code == "bad-workbook"
    entities = workbook(tmp_path, header())
    with zipfile.ZipFile(entities, "a") as archive:
        archive.writestr("xl/more.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x/>')
    assert refusal(entities).code == "bad-workbook"


def test_parts_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/again", b"x")
        archive.filelist[-1].header_offset = archive.filelist[0].header_offset
    refused = refusal(path)
    assert refused.code == "bad-workbook"
    assert "share a name or a place" in str(refused)


def test_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/locked", b"x")
        archive.filelist[-1].flag_bits |= 1
    assert refusal(path).code == "old-or-locked-workbook"


def test_macros_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, header())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert refusal(path).code == "macros"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-or-locked-workbook"),
        (b"deal,signed\n", "not-a-workbook"),
        (b"%PDF-1.7", "not-a-workbook"),
        (b"PK\x03\x04" + b"\0" * 600, "bad-workbook"),
        (b"", "not-a-workbook"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "deals.xlsx"
    path.write_bytes(content)
    assert refusal(path).code == code


def test_another_zip_file_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(path).code == "bad-workbook"


def test_an_empty_sheet_and_a_doubled_header_are_refused_as_in_csv(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path)).code == "empty-file"
    assert refusal(workbook(tmp_path, [*header(), "deal"])).code == "duplicate-column"
