"""What holds for all commands: exit codes, streams, formats, the two time axes."""

import csv
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import PLAN, YEAR, Run

JANUARY, FEBRUARY = f"{YEAR}-01", f"{YEAR}-02"
SCRIPT = Path(sys.executable).parent / "evenhand"
TABLES = [
    ["period", "list"],
    ["statement", "mia", JANUARY],
    ["balance", JANUARY],
    ["replay", JANUARY],
    ["difference", JANUARY, "--from", "3"],
    ["history", "deal/D1"],
    ["as-of", "deals"],
    ["as-of", "leads"],
    ["exceptions"],
    ["doctor"],
]


@pytest.mark.parametrize("command", TABLES, ids=lambda command: "-".join(command[:2]))
def test_what_prints_rows_prints_the_same_as_json_and_as_csv(
    lived: Run, command: list[str]
) -> None:
    table, as_json, as_csv = (
        lived(*command, "--format", form) for form in ("table", "json", "csv")
    )
    assert (table.code, as_json.code, as_csv.code) == (0, 0, 0)
    rows = as_json.rows
    parsed = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert len(parsed) == len(rows) > 0
    assert list(parsed[0]) == list(rows[0])
    assert len(table.out.splitlines()) == len(rows) + 1
    assert "\x1b" not in table.out


@pytest.mark.parametrize(
    "command",
    [
        ["statement", "mia"],
        ["statement", "mia", "January"],
        ["statement", "mia", "2024-13"],
        ["statement", "mia", JANUARY, "--known-at", "yesterday"],
        ["statement", "mia", JANUARY, "--known-at", "2024-01-01T00:00:00"],
        ["statement", "mia", JANUARY, "--effective-by", "2024-02-30"],
        ["statement", "mia", JANUARY, "--format", "xml"],
        ["as-of", "payees"],
        ["explain"],
        ["explain", "--payee", "mia"],
        ["no-such-command"],
        ["rate", "publish", "usd", "CNY", "7.1", "--from", "2024-01-01"],
        ["rate", "publish", "USD", "CNY", "0", "--from", "2024-01-01"],
        ["rate", "publish", "USD", "CNY", "7.1", "--from", "January"],
        ["plan", "assign", "no such id", "seed-4-2-5", "--from", "2024-01-01"],
        ["period", "close", FEBRUARY, "--by", "no such id"],
        ["period", "reopen", JANUARY],
    ],
    ids=" ".join,
)
def test_a_command_written_wrongly_ends_with_2(lived: Run, command: list[str]) -> None:
    ended = lived(*command)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["statement", "mia", JANUARY, "--known-at", "99"], "position-in-future"),
        (["statement", "mia", JANUARY, "--known-at", "2099-01-01"], "known-at-in-future"),
        (["ingest", "none.jsonl"], "no-such-file"),
        (["quarantine", "show", "7"], "not-quarantined"),
        (["period", "close", "2024-07"], "earlier-period-open"),
        (["history", "deal/none"], "no-such-subject"),
        (["explain", "none"], "no-such-line"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_is_refused_ends_with_1_and_says_its_code(
    lived: Run, command: list[str], code: str
) -> None:
    ended = lived(*command)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{code}: ")


def amounts(run: Run, *options: str) -> list[str]:
    rows = run("statement", "mia", FEBRUARY, *options, "--format", "json").rows
    return [row["amount"] for row in rows]


def test_known_at_is_a_position_a_date_or_an_instant(lived: Run) -> None:
    reduced = lived("history", "deal/D1", "--format", "json").rows[-1]
    recorded = datetime.fromisoformat(reduced["recorded_at"])
    before = (recorded - timedelta(microseconds=1)).isoformat()
    assert amounts(lived) == ["-800.00"]
    assert amounts(lived, "--known-at", str(reduced["position"])) == ["-800.00"]
    assert amounts(lived, "--known-at", str(reduced["position"] - 1)) == []
    assert amounts(lived, "--known-at", recorded.isoformat()) == ["-800.00"]
    assert amounts(lived, "--known-at", before) == []
    assert amounts(lived, "--known-at", "2024-03-01") == []


def test_an_answer_as_known_before_a_close_is_what_was_known_then(lived: Run) -> None:
    draft = lived("statement", "mia", JANUARY, "--known-at", "6")
    assert "4000.00" in draft.out
    assert "open, as it stands" in draft.err
    assert lived("statement", "mia", JANUARY, "--known-at", "0", "--format", "json").rows == []


def test_effective_by_leaves_out_what_counts_later(lived: Run) -> None:
    by_the_ninth = amounts(lived, "--effective-by", "2024-02-09")
    by_the_tenth = amounts(lived, "--effective-by", "2024-02-10")
    at_the_instant = amounts(lived, "--effective-by", "2024-02-10T00:00:00+08:00")
    assert (by_the_ninth, by_the_tenth, at_the_instant) == ([], ["-800.00"], ["-800.00"])
    deals = lived("as-of", "deals", "--effective-by", "2024-02-09", "--format", "json").rows
    assert [(row["deal"], row["value"]) for row in deals] == [("D1", "100000.00")]


def test_a_closed_period_is_asked_about_by_effective_date_as_if_it_were_open(lived: Run) -> None:
    assert lived("period", "close", FEBRUARY).code == 0
    for month, day, expected in (
        (JANUARY, "2024-01-19", ["50.00"]),
        (JANUARY, "2024-01-31", ["4000.00", "50.00"]),
        (FEBRUARY, "2024-02-28", ["-800.00"]),
    ):
        rows = lived("statement", "mia", month, "--effective-by", day, "--format", "json").rows
        assert [row["amount"] for row in rows] == expected


def test_who_acts_is_named_or_taken_from_the_environment(lived: Run) -> None:
    assert lived("period", "close", FEBRUARY, "--by", "bo").code == 0
    rows = lived("history", f"period/{FEBRUARY}", "--format", "json").rows
    assert [(row["actor"], row["content"]["by"]) for row in rows] == [("bo", "bo")]
    rows = lived("history", f"period/{JANUARY}", "--format", "json").rows
    assert [row["actor"] for row in rows] == ["ann"]


def test_the_log_is_named_by_option_before_the_environment(lived: Run, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    assert lived("period", "list", "--log", other, "--format", "json").rows == []
    assert lived("period", "list", "--format", "json").rows


def test_csv_cells_that_a_spreadsheet_would_compute_are_text(lived: Run, tmp_path: Path) -> None:
    raw = json.dumps({"=cmd()": 1})
    (tmp_path / "=odd.jsonl").write_text(raw + "\n")
    assert lived("ingest", "./=odd.jsonl").code == 1
    out = lived("quarantine", "list", "--format", "csv").out
    [row] = csv.DictReader(io.StringIO(out))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def script(folder: Path, *arguments: str, fed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        "EVENHAND_LOG": f"sqlite:///{folder}/log.db",
        "EVENHAND_ACTOR": "ann",
        "PATH": "/usr/bin:/bin",
    }
    return subprocess.run(
        [SCRIPT, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        input=fed,
    )


def test_the_console_script_does_what_the_function_does(tmp_path: Path, life: Path) -> None:
    (tmp_path / "plan.yaml").write_text(json.dumps(PLAN))
    published = script(tmp_path, "plan", "publish", "plan.yaml", "--approved-by", "lee")
    assert (published.returncode, published.stdout) == (0, "")
    facts = (life / "january.jsonl").read_text()
    taken = script(tmp_path, "ingest", "-", "--format", "json", fed=facts)
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout)[0]["recorded"] == 5
    refused = script(tmp_path, "period", "close", "2024-07")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("earlier-period-open: ")
    wrong = script(tmp_path, "period", "close")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_a_reader_who_has_read_enough_is_no_failure(life: Path) -> None:
    command = f"{SCRIPT} statement mia {JANUARY} --format json"
    piped = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {command} | true"],
        env={"EVENHAND_LOG": f"sqlite:///{life}/log.db", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (piped.returncode, piped.stderr) == (0, "")
