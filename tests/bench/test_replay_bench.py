"""The replay bench: its contenders answer alike, and what one takes is all that it started."""

import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from bench import page
from bench.answers import DifferentError, compare, digest
from bench.contenders import descendants, peak_mb
from bench.replay import TURNS, replay_row

NAMES = (*TURNS, "loop")
FIGURES = ("s", "cpu_s", "peak_rss_mb")


@pytest.fixture(scope="module")
def row() -> dict[str, object]:
    pytest.importorskip("duckdb")
    return replay_row(3_000, rounds=2, slow=("loop",))


def test_all_contenders_answer_alike(row: dict[str, object]) -> None:
    assert row["identical"] is True
    assert row["events"] == 3_000
    assert int(str(row["lines"])) > 500


def test_every_contender_is_measured_in_every_round(row: dict[str, object]) -> None:
    for name in NAMES:
        assert all(float(str(row[f"{name}_{figure}"])) > 0 for figure in FIGURES)
    for name in set(NAMES) - {"ours"}:
        assert float(str(row[f"{name}_ratio"])) > 0
    rounds = row["rounds"]
    assert isinstance(rounds, dict)
    assert {name: len(runs) for name, runs in rounds.items()} == dict.fromkeys(NAMES, 2)


def test_the_page_has_a_line_for_each_contender(row: dict[str, object]) -> None:
    lines = [line for line in page.replay_table(row) if line.startswith("| ")]
    assert len(lines) == 1 + len(NAMES)
    assert lines[0].count("|") == lines[-1].count("|")


def test_answers_are_equal_in_any_order_and_not_with_another_cent(tmp_path: Path) -> None:
    line = {
        **dict.fromkeys(("payee", "subject", "fact_source", "fact_id", "component"), "x"),
        **dict.fromkeys(("deal", "lead", "source", "role", "rate", "base_currency"), None),
        "period": 24_300,
        "plan": "p@1",
        "currency": "CNY",
        "base": None,
        "amount": 5,
        "share_num": 1,
        "share_den": 2,
        "because": [{"source": "s", "id": "1"}],
    }
    other = line | {"payee": "y"}
    answers = {
        "one": [line, other],
        "two": [other, line | {"share_num": 2, "share_den": 4}],
        "cent": [other, line | {"amount": 6}],
        "twice": [line, other, other],
    }
    for name, lines in answers.items():
        (tmp_path / name).mkdir()
        pl.DataFrame(lines).write_parquet(tmp_path / name / "lines.parquet")
    assert compare({name: tmp_path / name for name in ("one", "two")}) == 2
    assert len({digest(tmp_path / name) for name in answers}) == 3
    with pytest.raises(
        DifferentError, match=r"one and cent answer differently, as in (one|cent): x"
    ):
        compare({name: tmp_path / name for name in ("one", "cent")})


def test_memory_is_that_of_a_program_and_of_what_it_started() -> None:
    hungry = "held = bytearray(60_000_000); print(1, flush=True); input()"
    started = subprocess.Popen(
        [sys.executable, "-c", hungry], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.readline()
    assert started.pid in descendants(os.getpid())
    assert 60 < peak_mb(started.pid) < 200
    started.communicate(b"\n")
    deadline = time.monotonic() + 10
    while peak_mb(started.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert peak_mb(started.pid) == 0
