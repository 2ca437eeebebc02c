"""Commands that ask: periods, statements, replay, explanations, history, exceptions."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import LATE, LIFE, PLAN, YEAR, Run, signed, write_jsonl

JANUARY, FEBRUARY, MARCH = (f"{YEAR}-{month:02}" for month in (1, 2, 3))


def test_periods_are_listed_closed_and_reopened(lived: Run) -> None:
    rows = lived("period", "list", "--format", "json").rows
    assert [(row["period"], row["state"]) for row in rows] == [
        (JANUARY, "closed"),
        (FEBRUARY, "open"),
    ]
    assert {"position", "digest"} <= rows[0].keys()
    closed = lived("period", "close", FEBRUARY)
    assert (closed.code, closed.out) == (0, "")
    assert "is closed on position 9" in closed.err
    again = lived("period", "close", FEBRUARY)
    assert (again.code, "nothing was recorded" in again.err) == (0, True)
    for command, code in (
        (["close", JANUARY], "period-closed-already"),
        (["close", "2024-05"], "earlier-period-open"),
        (["reopen", FEBRUARY, "--reason", "x", "--approved-by", "ann"], "one-person-only"),
        (["reopen", FEBRUARY, "--reason", "x"], "one-person-only"),
        (["reopen", JANUARY, "--reason", "x", "--approved-by", "lee"], "not-the-latest-closed"),
    ):
        refused = lived("period", *command)
        assert (refused.code, refused.out, refused.err.partition(":")[0]) == (1, "", code)
    assert lived("period", "reopen", FEBRUARY, "--reason", "x", "--approved-by", "lee").code == 0
    assert lived("period", "list", "--format", "json").rows[-1]["issue"] == 2


def test_a_statement_says_what_is_paid_and_why(lived: Run) -> None:
    rows = lived("statement", "mia", JANUARY, "--format", "json").rows
    assert [(row["component"], row["amount"]) for row in rows] == [
        ("marketing-commission", "4000.00"),
        ("valid-lead-points", "50.00"),
    ]
    assert rows[0]["because"] == [
        {"source": "/crm/demo", "id": "3"},
        {"source": "/crm/demo", "id": "5"},
    ]
    told = lived("statement", "mia", JANUARY)
    assert "4000.00" in told.out
    assert "cash 4050.00" in told.err
    assert "cash" not in told.out
    nobody = lived("statement", "bo", JANUARY)
    assert (nobody.code, nobody.out) == (0, "")
    assert "no lines" in nobody.err


def test_a_statement_with_positions_says_where_facts_stand_in_the_log(lived: Run) -> None:
    [line, _] = lived("statement", "mia", JANUARY, "--positions", "--format", "json").rows
    assert line["fact"] == {"source": "/crm/demo", "id": "5", "position": 6}
    assert [name["position"] for name in line["because"]] == [4, 6]


def test_all_issues_of_a_period_are_one_document(lived: Run) -> None:
    assert lived("period", "reopen", JANUARY, "--reason", "x", "--approved-by", "lee").code == 0
    late = signed("D8", "01-25", "500.00", "8")
    write_jsonl(Path("late.jsonl"), [late])
    assert lived("ingest", "late.jsonl").code == 0
    open_again = lived("statement", "sam", JANUARY, "--format", "json").rows
    assert [(row["deal"], row["issue"]) for row in open_again] == [("D1", 1), ("D8", 2)]
    assert lived("period", "close", JANUARY).code == 0
    for command in (["statement", "sam", JANUARY], ["replay", JANUARY]):
        rows = lived(*command, "--format", "json").rows
        assert {row["issue"] for row in rows} == {1, 2}
        text = lived(*command, "--format", "csv").out
        assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows)


def test_balances_say_what_is_paid_out(lived: Run) -> None:
    rows = lived("balance", JANUARY, "--format", "json").rows
    assert [(row["payee"], row["cash"]) for row in rows] == [("mia", "4050.00"), ("sam", "2000.00")]


def test_a_closed_period_replays_identically(lived: Run) -> None:
    issued = lived("statement", "mia", JANUARY, "--format", "json").rows
    replayed = lived("replay", JANUARY, "--format", "json")
    assert replayed.code == 0
    assert "identical" in replayed.err
    assert [row for row in replayed.rows if row["payee"] == "mia"] == issued
    still_open = lived("replay", FEBRUARY)
    assert (still_open.code, "open, as it stands" in still_open.err) == (0, True)


def test_the_difference_of_two_answers_names_what_moved_it(lived: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "late.jsonl", [signed("D8", "01-25", "500.00", "8")])
    assert lived("ingest", "late.jsonl").code == 0
    [row] = lived("difference", JANUARY, "--from", "7", "--format", "json").rows
    assert (row["payee"], row["before"], row["after"], row["moved"]) == (
        "sam",
        "0.00",
        "25.00",
        "25.00",
    )
    assert row["cause"] == [{"source": "/crm/demo", "id": "8"}]


def test_a_line_is_explained_from_its_id(lived: Run) -> None:
    [line, _] = lived("statement", "mia", JANUARY, "--format", "json").rows
    told = lived("explain", line["line"])
    assert told.code == 0
    assert "4% x 100000.00 CNY = 4000.00 CNY" in told.out
    tree = json.loads(lived("explain", line["line"], "--format", "json").out)
    assert tree["text"].startswith("mia is paid 4000.00 CNY")
    rows = list(csv.DictReader(io.StringIO(lived("explain", line["line"], "--format", "csv").out)))
    assert rows[0]["depth"] == "0"


@pytest.mark.parametrize("month", [FEBRUARY, MARCH])
def test_a_line_of_an_open_period_is_explained(lived: Run, month: str, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "march.jsonl", [signed("D8", "03-25", "500.00", "8")])
    assert lived("ingest", "march.jsonl").code == 0
    for line in lived("statement", "sam", month, "--format", "json").rows:
        assert lived("explain", line["line"]).code == 0


def test_a_line_is_explained_before_any_period_is_closed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(json.dumps(PLAN))
    write_jsonl(tmp_path / "facts.jsonl", [*LIFE, *LATE])
    assert run("plan", "publish", "plan.yaml", "--approved-by", "lee").code == 0
    assert run("ingest", "facts.jsonl").code == 0
    for month in (JANUARY, FEBRUARY):
        [line, *_] = run("statement", "mia", month, "--format", "json").rows
        assert run("explain", line["line"]).code == 0


def test_why_not_names_what_stands_in_the_way(lived: Run) -> None:
    told = lived("explain", "--payee", "mia", "--deal", "D2")
    assert told.code == 0
    assert "lead L9: named by the deal, and not in the log" in told.out
    unknown = lived("explain", "0123456789abcdef")
    assert (unknown.code, unknown.err.partition(":")[0]) == (1, "no-such-line")


def test_a_history_is_everything_about_a_subject_and_its_lead(lived: Run) -> None:
    rows = lived("history", "deal/D1", "--format", "json").rows
    assert [row["type"] for row in rows] == [
        "lead-created",
        "lead-qualified",
        "deal-signed",
        "contract-amended",
    ]
    nothing = lived("history", "deal/D9")
    assert (nothing.code, nothing.err.partition(":")[0]) == (1, "no-such-subject")


def test_exceptions_list_what_waits_for_somebody(lived: Run) -> None:
    [row] = lived("exceptions", "--format", "json").rows
    assert (row["code"], row["subject"]) == ("claim-unknown", "deal/D2")


def test_a_component_of_a_window_is_asked_by_payee_and_period(lived: Run) -> None:
    told = lived("explain", "--payee", "mia", "--component", "bonus", "--period", "2026-01")
    assert told.code == 0
    assert "has no component bonus" in told.out
