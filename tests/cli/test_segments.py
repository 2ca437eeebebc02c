"""Segments on the command line: made, listed, verified, dropped; and no answer changes by them."""

import json
from pathlib import Path

import pytest

from evenhand.segments.places import SETTING
from tests.cli.conftest import YEAR, Run

JANUARY, FEBRUARY = f"{YEAR}-01", f"{YEAR}-02"
QUESTIONS = [
    ["statement", "mia", JANUARY],
    ["statement", "mia", FEBRUARY],
    ["statement", "sam", FEBRUARY, "--known-at", "6"],
    ["statement", "mia", FEBRUARY, "--effective-by", "2024-02-09"],
    ["balance", JANUARY],
    ["replay", JANUARY],
    ["difference", JANUARY, "--from", "3"],
    ["explain", "--payee", "mia", "--deal", "D1"],
    ["explain", "--payee", "mia", "--deal", "D2"],
    ["attribution"],
    ["attribution", "D1"],
    ["collisions"],
    ["conversion", "--by", "campaign"],
    ["flags"],
    ["chain"],
    ["as-of", "deals"],
    ["as-of", "leads", "--known-at", "4"],
    ["exceptions"],
    ["performance", JANUARY],
    ["costs"],
    ["plan", "impact", "plan.yaml", "--from", JANUARY, "--through", FEBRUARY],
    ["policy", "list"],
    ["dispute", "list"],
    ["period", "list"],
]
TOLD = "read 1 segment (9 records) and 1 record of the log"
IN_PARTS = "read 9 records from the case store and 1 after it, as known at position 10"


def test_every_question_is_answered_alike_and_says_where_it_read(lived: Run) -> None:
    before = {" ".join(asked): lived(*asked) for asked in QUESTIONS}
    assert lived("segments", "seal", "--all").code == 0
    said: list[str] = []
    for asked in QUESTIONS:
        plain, after = before[" ".join(asked)], lived(*asked)
        assert (after.code, after.out) == (plain.code, plain.out), asked
        words = after.err.splitlines()
        said += [line for line in words if line.startswith("read ")]
        assert len(words) - len(plain.err.splitlines()) in (0, 1), "it is said once"
    assert len(said) >= len(QUESTIONS) - 5
    assert {TOLD, IN_PARTS} <= set(said)


def test_json_on_stdout_stays_json(lived: Run) -> None:
    lived("segments", "seal", "--all")
    ended = lived("statement", "mia", FEBRUARY, "--format", "json")
    assert json.loads(ended.out)
    assert ended.err.splitlines() == [IN_PARTS]


def test_segments_are_sealed_listed_verified_and_dropped(lived: Run, tmp_path: Path) -> None:
    assert lived("segments", "list", "--format", "json").rows == []
    none_yet = lived("segments", "seal", "--format", "json")
    assert (none_yet.code, none_yet.rows) == (0, [])
    sealed = lived("segments", "seal", "--all", "--by", "ops", "--format", "json")
    [row] = sealed.rows
    assert (row["first"], row["last"], row["facts"], row["found"]) == (1, 9, 5, "sealed")
    assert sealed.err.splitlines()[0] == f"sealed 1 segment in {tmp_path}/log.db.segments"
    assert (tmp_path / "log.db.segments" / row["segment"]).is_file()
    assert [each["found"] for each in lived("segments", "list", "--format", "json").rows] == [
        "there"
    ]
    verified = lived("segments", "verify", "--format", "json")
    whole = [{"segment": each, "found": "whole"} for each in (row["segment"], "case store")]
    assert (verified.code, verified.rows) == (0, whole)
    dropped = lived("segments", "drop", "--format", "json")
    assert [each["segment"] for each in dropped.rows] == [row["segment"]]
    assert [each["found"] for each in lived("segments", "list", "--format", "json").rows] == [
        "missing"
    ]
    assert lived("segments", "verify").code == 1
    history = lived("history", "segment/000000000001", "--format", "json").rows
    assert [(each["type"], each["actor"]) for each in history] == [("segment-sealed", "ops")]


def test_what_is_missing_is_read_from_the_log_and_that_is_said(lived: Run) -> None:
    before = lived("statement", "mia", FEBRUARY)
    lived("segments", "seal", "--all")
    lived("segments", "drop")
    ended = lived("statement", "mia", FEBRUARY)
    assert (ended.code, ended.out) == (0, before.out)
    assert ended.err.splitlines()[0] == (
        "read 0 segments (0 records) and 10 records of the log; 1 segment not found: "
        "to have them again, run evenhand segments seal"
    )


def test_a_damaged_segment_stops_the_question(lived: Run, tmp_path: Path) -> None:
    lived("segments", "seal", "--all")
    [path] = (tmp_path / "log.db.segments").iterdir()
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(content[:400] + bytes([content[400] ^ 1]) + content[401:])
    for asked in (
        ["statement", "mia", JANUARY],
        ["flags"],
        ["period", "close", FEBRUARY],
        ["segments", "verify"],
    ):
        ended = lived(*asked)
        assert ended.code == 1
        assert f"segment-damaged: Segment {path.name}" in ended.err
    lived("segments", "drop")
    lived("segments", "seal")
    assert lived("segments", "verify").code == 0


def test_no_statement_is_computed_from_a_damaged_case_store(lived: Run, tmp_path: Path) -> None:
    lived("segments", "seal", "--all")
    [path] = (tmp_path / "log.db.segments.cases").rglob("rules.parquet")
    content = path.read_bytes()
    path.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
    for asked in (["statement", "mia", FEBRUARY], ["period", "close", FEBRUARY]):
        ended = lived(*asked)
        assert ended.code == 1
        assert "case-store-damaged: The case store in" in ended.err
    verified = lived("segments", "verify", "--format", "json")
    assert verified.code == 1
    assert verified.rows[-1] == {"segment": "case store", "found": "case-store-damaged"}
    lived("segments", "drop")
    lived("segments", "seal")
    assert lived("segments", "verify").code == 0
    assert lived("period", "close", FEBRUARY).code == 0


def test_the_place_is_named_by_option_or_environment(
    lived: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived("segments", "seal", "--all", "--segments", "elsewhere")
    assert [path.suffix for path in (tmp_path / "elsewhere").iterdir()] == [".parquet"]
    assert "1 segment not found" in lived("flags").err
    monkeypatch.setenv(SETTING, "elsewhere")
    assert lived("flags").err.splitlines()[0] == TOLD
    assert lived("segments", "verify").code == 0
    monkeypatch.delenv(SETTING)
    # The option before the command does the same for any question.
    with monkeypatch.context() as patch:
        patch.setenv(SETTING, "nowhere")
        assert lived("--segments", "elsewhere", "flags").err.splitlines()[0] == TOLD


def test_a_log_in_memory_has_no_place_for_segments(run: Run) -> None:
    ended = run("segments", "seal", "--log", "sqlite://")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("no-segments-place: ")
