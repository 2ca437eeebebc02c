"""Reports saved as CSV or as a workbook: what is read back is what was told."""

import csv
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from evenhand.cli.output import Format
from evenhand.cli.reports import NoSuchReport, report
from tests.cli.conftest import YEAR, Run

ROWS: list[dict[str, Any]] = [
    {"payee": "=1+1", "amount": "-1234567890123.45", "leads": 3, "note": "https://example.org"},
    {"payee": "+cmd", "amount": "0.10", "leads": None, "note": "007"},
    {"payee": "@x", "amount": None, "leads": 0, "note": "王"},
]


def saved(rows: list[dict[str, Any]], to: Path, columns: tuple[str, ...] = ()) -> list[list[Any]]:
    report(rows, Format.TABLE, columns, to)
    return CalamineWorkbook.from_object(to).get_sheet_by_index(0).to_python()


def test_a_workbook_holds_amounts_as_numbers_and_text_as_text(tmp_path: Path) -> None:
    names, *rows = saved(ROWS, tmp_path / "told.xlsx")
    assert names == ["payee", "amount", "leads", "note"]
    assert rows == [
        ["=1+1", -1234567890123.45, 3.0, "https://example.org"],
        ["+cmd", 0.1, "", "007"],
        ["@x", "", 0.0, "王"],
    ]


@pytest.mark.parametrize("text", ["12345678901234.56", "1/3", "1 CNY"])
def test_what_a_workbook_cannot_hold_exactly_stays_text(text: str, tmp_path: Path) -> None:
    _, *rows = saved([{"amount": text}, {"amount": "1.00"}], tmp_path / "told.xlsx")
    assert rows == [[text], ["1.00"]]


def test_amounts_of_three_places_and_of_none_are_exact(tmp_path: Path) -> None:
    _, *rows = saved([{"amount": "1.234"}, {"amount": "5"}], tmp_path / "told.xlsx")
    assert rows == [[1.234], [5.0]]


def test_a_csv_keeps_every_digit_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    report(ROWS, Format.TABLE, (), tmp_path / "told.csv")
    with (tmp_path / "told.csv").open(encoding="utf-8-sig", newline="") as file:
        first, *_ = csv.DictReader(file)
    assert first["payee"] == "'=1+1"
    assert first["amount"] == "-1234567890123.45"


def test_a_report_of_nothing_has_its_names(tmp_path: Path) -> None:
    assert saved([], tmp_path / "told.xlsx", ("payee", "amount")) == [["payee", "amount"]]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchReport):
        report(ROWS, Format.TABLE, (), tmp_path / "told.pdf")


@pytest.mark.parametrize(
    "command",
    [
        ["chain"],
        ["conversion"],
        ["flags"],
        ["performance", f"{YEAR}-01"],
        ["attribution"],
        ["attribution", "D1"],
        ["collisions"],
        ["costs"],
        ["exceptions"],
        ["as-of", "deals"],
        ["balance", f"{YEAR}-01"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_report_is_saved_and_not_printed(lived: Run, command: list[str], ending: str) -> None:
    told = lived(*command, "--to", f"told.{ending}")
    assert (told.code, told.out) == (0, ""), told.err
    assert f"saved to told.{ending}" in told.err
    assert Path(f"told.{ending}").is_file()


def test_a_place_that_cannot_be_written_is_named(lived: Run) -> None:
    ended = lived("performance", f"{YEAR}-01", "--to", "none/told.csv")
    assert ended.code == 2
    assert "cannot be written" in ended.err
