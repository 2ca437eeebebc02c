"""Learned weights at the command line: trained, shown beside what is paid, approved, active."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import YEAR, Run, at, write_jsonl
from tests.strategies import fact

FEBRUARY = f"{YEAR}-02"
TRAINING = {
    "name": "channels",
    "model": {"model": "shapley", "game": "closure", "negatives": "refuse", "use": "per-deal"},
    "of": "channel",
    "side": "marketing",
    "lead": "counts",
    "observation_days": 60,
    "by": "all",
    "shrink": 0,
    "minimum": 1,
}
JOURNEY = [
    fact("lead-created", "lead/L2", at("01-04"), "l2", customer="C-D1", by="mia"),
    fact(
        "touch-recorded",
        "lead/L2",
        at("01-12"),
        "t1",
        kind="ad",
        side="marketing",
        channel="web",
        by="lin",
    ),
]


@pytest.fixture
def taught(lived: Run, tmp_path: Path) -> tuple[Run, str]:
    """A log whose weights were learned, and their digest."""
    (tmp_path / "training.yaml").write_text(json.dumps(TRAINING))
    write_jsonl(tmp_path / "journey.jsonl", JOURNEY)
    assert lived("ingest", "journey.jsonl").code == 0
    told = lived("model", "train", "training.yaml", "--format", "json")
    assert told.code == 0, told.err
    assert {(row["channel"], row["weight"]) for row in told.rows} == {
        ("lead-created", "5000/10000"),
        ("web", "5000/10000"),
    }
    return lived, told.err.partition("weights channels ")[2].partition(",")[0]


def test_learning_the_same_again_records_nothing(taught: tuple[Run, str]) -> None:
    run, digest = taught
    again = run("model", "train", "training.yaml")
    assert digest in again.err
    rows = run("history", "weights/channels", "--format", "json").rows
    assert [row["type"] for row in rows] == ["weights-trained"]


def test_a_dry_run_records_nothing(taught: tuple[Run, str], tmp_path: Path) -> None:
    run, _ = taught
    (tmp_path / "other.yaml").write_text(json.dumps({**TRAINING, "name": "other"}))
    assert run("model", "train", "other.yaml", "--dry-run").code == 0
    assert run("history", "weights/other").code == 1


def test_weights_are_approved_by_somebody_else_and_then_active(taught: tuple[Run, str]) -> None:
    run, digest = taught
    start = ("--from", f"{YEAR}-03-01")
    early = run("model", "activate", "channels", digest, *start)
    assert (early.code, early.err.partition(":")[0]) == (1, "weights-not-approved")
    own = run("model", "approve", "channels", digest)
    assert (own.code, own.err.partition(":")[0]) == (1, "trainer-approves")
    assert run("model", "approve", "channels", digest[:8], "--by", "lee").code == 0
    assert run("model", "activate", "channels", digest[:8], *start).code == 0
    rows = run("history", "weights/channels", "--format", "json").rows
    assert sorted(row["type"] for row in rows) == [
        "weights-activated",
        "weights-approved",
        "weights-trained",
    ]


def test_weights_that_others_replaced_are_activated_again(
    taught: tuple[Run, str], tmp_path: Path
) -> None:
    run, first = taught
    (tmp_path / "other.yaml").write_text(json.dumps({**TRAINING, "floor": "1%"}))
    told = run("model", "train", "other.yaml")
    other = told.err.partition("weights channels ")[2].partition(",")[0]
    for digest in (first, other):
        assert run("model", "approve", "channels", digest, "--by", "lee").code == 0
    for digest in (first, other, first, first):
        active = run("model", "activate", "channels", digest, "--from", f"{YEAR}-03-01")
        assert active.code == 0, active.err
    rows = run("history", "weights/channels", "--format", "json").rows
    assert [row["type"] for row in rows].count("weights-activated") == 3


def test_unknown_weights_are_refused(taught: tuple[Run, str]) -> None:
    run, _ = taught
    refused = run("model", "approve", "channels", "0000")
    assert (refused.code, refused.err.partition(":")[0]) == (1, "unknown-weights")


def test_a_shadow_pays_the_candidate_beside_what_is_paid(taught: tuple[Run, str]) -> None:
    run, digest = taught
    shown = run("model", "shadow", f"{YEAR}-01", "--weights", f"channels@{digest}")
    assert shown.code == 0, shown.err
    told = run(
        *("model", "shadow", f"{YEAR}-01", "--weights", f"channels@{digest}", "--format", "json")
    ).rows
    name = f"channels@{digest[:8]}"
    moved = {(row["payee"], row["candidate"]): row["moved"] for row in told}
    assert moved["mia", "current"] == "0.00"
    assert moved["mia", name] == "-2000.00"
    assert moved["lin", name] == "2000.00"
    assert moved["sam", name] == "0.00"


def test_a_model_over_all_journeys_pays_no_shadow(taught: tuple[Run, str], tmp_path: Path) -> None:
    run, _ = taught
    (tmp_path / "shapley.yaml").write_text(json.dumps(TRAINING["model"]))
    refused = run("model", "shadow", FEBRUARY, "--model", "shapley.yaml")
    assert (refused.code, refused.err.partition(":")[0]) == (1, "pooled-cannot-shadow")


def test_all_that_is_wrong_with_a_training_is_told_at_once(lived: Run, tmp_path: Path) -> None:
    bad = {**TRAINING, "minimum": 0, "of": "campaign"}
    (tmp_path / "bad.yaml").write_text(json.dumps(bad))
    refused = lived("model", "train", "bad.yaml")
    assert (refused.code, refused.err.partition(":")[0]) == (1, "bad-training")
    assert "minimum" in refused.err
    assert "of" in refused.err
