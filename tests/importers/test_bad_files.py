"""What a file can be that is not what the mapping says: each has a named answer."""

from pathlib import Path

import pytest

from engine.memory import MemoryLog
from evenhand.importers import BadFile, Mapping
from evenhand.importers.errors import ROWS_MAX
from tests.importers.exporting import DEALS, GOOD, HEADER, imported, mapping, reasons, written


def refusal(path: Path, by: Mapping | None = None) -> BadFile:
    """Why a file was refused, with nothing recorded."""
    log = MemoryLog()
    with pytest.raises(BadFile) as refused:
        imported(path, by, log)
    assert log.head().position == 0
    assert not log.quarantine
    return refused.value


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n".encode())
    assert imported(path).recorded == 1


def test_another_encoding_is_refused_with_its_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\nD2,2026-01-21,Won,José,C1,1,\n".encode("latin-1"))
    refused = refusal(path)
    assert refused.code == "wrong-encoding"
    place = len(f"{HEADER}\n{GOOD}\n") + 22
    assert f"line 3 is not text in utf-8: byte 22 of the line, {place} of the file, is 0xe9" in str(
        refused
    )


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "gb18030"])
def test_another_encoding_is_read_when_it_is_declared(tmp_path: Path, encoding: str) -> None:
    declared = mapping(DEALS, ("{kind: csv}", f"{{kind: csv, encoding: {encoding}}}"))
    path = tmp_path / "deals.csv"
    path.write_bytes(f"{HEADER}\nD2,2026-01-21,Won,José,C1,1,é\n".encode(encoding))
    log = MemoryLog()
    imported(path, declared, log)
    [record] = log.read()
    assert '"payee":"jose"' in record.state.decode()
    assert '"note":"é"' in record.state.decode()


def test_utf_16_is_named_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode("utf-16"))
    refused = refusal(path)
    assert refused.code == "wrong-encoding"
    assert "UTF-16" in str(refused)


@pytest.mark.parametrize(
    ("start", "code"),
    [(b"PK\x03\x04", "not-csv"), (b"\xd0\xcf\x11\xe0", "not-csv"), (b"%PDF-1.7", "not-csv")],
)
def test_a_workbook_or_pdf_called_csv_is_refused(tmp_path: Path, start: bytes, code: str) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(start + b"\n" * 100)
    assert refusal(path).code == code


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , ,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(content)
    assert refusal(path).code == "empty-file"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "deals.csv").code == "missing-file"


def test_a_header_alone_is_an_import_of_no_rows(tmp_path: Path) -> None:
    assert imported(written(tmp_path, HEADER)).rows == 0


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, HEADER + ",deal", GOOD + ",D1"))
    assert refused.code == "duplicate-column"
    assert "deal more than once" in str(refused)


def test_a_missing_column_is_refused_with_what_it_may_be_called(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, HEADER.replace("amount", "ammount"), GOOD))
    assert refused.code == "missing-column"
    assert "no column amount (did you mean ammount?)" in str(refused)


def test_a_wrong_delimiter_is_seen_by_the_single_column(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, HEADER.replace(",", ";"), GOOD.replace(",", ";")))
    assert refused.code == "one-column"
    assert "a semicolon stands in it" in str(refused)


def test_one_row_more_than_a_million_is_refused_before_anything_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(f"{HEADER}\n".encode() + f"{GOOD}\n".encode() * (ROWS_MAX + 1))
    refused = refusal(path)
    assert refused.code == "too-many-rows"
    assert "more than 1,000,000 rows" in str(refused)


def test_a_cell_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    swallowed = [f'D{n},2026-01-21,Won,Mia,C1,1,"' + "x" * 200 for n in range(1_000)]
    path = written(tmp_path, HEADER, GOOD, *[line.replace('"', "") for line in swallowed])
    path.write_bytes(path.read_bytes().replace(b"D1,2026-01-20", b'"D1,2026-01-20'))
    refused = refusal(path)
    assert refused.code == "cell-too-large"
    assert "line 2" in str(refused)


def test_a_line_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, HEADER, GOOD + "x" * 10_000_000))
    assert refused.code == "cell-too-large"


def test_a_last_line_cut_inside_a_quoted_cell_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(f'{HEADER}\n{GOOD}\nD2,2026-01-21,Won,Mia,C1,1,"half a no'.encode())
    report = imported(path)
    assert report.recorded == 1
    assert reasons(report) == [(3, None, "bad-quoting")]
    assert "never closed" in report.refused[0].reason


def test_a_last_line_with_too_few_columns_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\nD2,2026-01-21,Wo".encode())
    report = imported(path)
    assert report.recorded == 1
    assert reasons(report) == [(3, None, "too-few-columns")]


def test_broken_quoting_and_too_many_columns_refuse_their_rows_alone(tmp_path: Path) -> None:
    report = imported(
        written(
            tmp_path,
            HEADER,
            'D2,2026-01-21,Won,"Mia"x,C1,1,',
            "D3,2026-01-21,Won,Mia,C1,1,000,",
            '"D4,2026-01-21,Won,Mia,C1,1,"',
            GOOD,
        )
    )
    assert report.recorded == 1
    assert reasons(report) == [
        (2, None, "bad-quoting"),
        (3, None, "too-many-columns"),
        (4, None, "too-few-columns"),
    ]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    report = imported(
        written(tmp_path, "", HEADER, GOOD[:-1] + ',"a\nb"', "", "D2,2026-01-21,Won,Mia,C1,0,")
    )
    assert report.rows == 2
    assert reasons(report) == [(6, "amount", "bad-amount")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("=1+1,2026-01-20,Won,Mia,C1,1,", "deal"),
        ("-7,2026-01-20,Won,Mia,C1,1,", "deal"),
        ("D2,2026-01-20,Won,@mia,C1,1,", "agent"),
        ("D2,2026-01-20,Won,+mia,C1,1,", "agent"),
        ("D2,2026-01-20,Won,Mia,=C1,1,", "customer"),
        ("D2,2026-01-20,Won,Mia,C1,=1+1,", "amount"),
        ("D2,2026-01-20,Won,Mia,C1,+1,", "amount"),
        ("D2,2026-01-20,Won,Mia,C1,@SUM(A1),", "amount"),
        ("D2,2026-01-20,Won,Mia,C1,-A1,", "amount"),
    ],
)
def test_a_formula_where_an_id_or_an_amount_is_to_be_refuses_the_row(
    tmp_path: Path, row: str, column: str
) -> None:
    report = imported(written(tmp_path, HEADER, row, GOOD))
    assert report.recorded == 1
    assert reasons(report) == [(2, column, "formula")]


def test_a_formula_in_a_note_is_a_text_like_any_other(tmp_path: Path) -> None:
    assert imported(written(tmp_path, HEADER, GOOD + "=1+1")).recorded == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",2026-01-20,Won,Mia,C1,1,", "deal", "bad-id"),
        ("D 2,2026-01-20,Won,Mia,C1,1,", "deal", "bad-id"),
        ("D2,,Won,Mia,C1,1,", "signed", "missing-field"),
        ("D2,20.01.2026,Won,Mia,C1,1,", "signed", "bad-time"),
        ("D2,2026-02-30,Won,Mia,C1,1,", "signed", "bad-time"),
        ("D2,1789-07-14,Won,Mia,C1,1,", "signed", "time-out-of-range"),
        ("D2,2026-01-20,Won,王小明,C1,1,", "agent", "bad-id"),
        ("D2,2026-01-20,Won,Mia,C1,,", "amount", "missing-field"),
        ("D2,2026-01-20,Won,Mia,C1,1.005,", "amount", "no-such-unit"),
        ("D2,2026-01-20,Won,Mia,C1,1e3,", "amount", "bad-amount"),
        ("D2,2026-01-20,Won,Mia,C1,9999999999999999,", "amount", "bad-amount"),
        ("D2,2026-01-20,Won,Mia,C1,1,\x00", "note", "bad-text"),
    ],
)
def test_a_bad_cell_refuses_its_row_and_names_its_column(
    tmp_path: Path, row: str, column: str, code: str
) -> None:
    report = imported(written(tmp_path, HEADER, row, GOOD))
    assert report.recorded == 1
    assert reasons(report) == [(2, column, code)]
