"""Crediting models on the command line: exact text out, and every wrong row told."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PATHS = """path,conversions,nulls,value,currency
search > mail > search,3,10,100.00,EUR
ads,2,5,,
ads > mail,4,0,-50.01,EUR
"""
LINEAR, U = "model: linear\n", "model: position\nname: u\nfirst: 40%\nlast: 40%\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, content in {"paths.csv": PATHS, "linear.yaml": LINEAR, "u.yaml": U}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_the_parts_of_a_value_add_up_to_it_whatever_the_model(run: Run, here: Path) -> None:
    ended = run(
        "model", "compare", "paths.csv", "--model", "linear.yaml", "--model", "u.yaml",
        "--of", "money", "--format", "json",
    )  # fmt: skip
    assert ended.code == 0
    for model in ("linear", "u"):
        cents = [int(row[model].replace(".", "")) for row in ended.rows]
        assert sum(cents) == 100_00 - 50_01


def test_credit_and_comparison_agree(run: Run, here: Path) -> None:
    alone = run("model", "credit", "paths.csv", "--model", "u.yaml", "--by", "channel",
                "--format", "json")  # fmt: skip
    beside = run("model", "compare", "paths.csv", "--model", "u.yaml", "--format", "json")
    assert {row["channel"]: row["conversions"] for row in alone.rows} == {
        row["channel"]: row["u"] for row in beside.rows
    }
    assert {row["channel"]: row["u"] for row in beside.rows} == {
        "ads": "4",
        "mail": "13/5",
        "search": "12/5",
    }


def test_a_conversion_without_a_touch_is_told_and_credited_to_nobody(run: Run, here: Path) -> None:
    lines = [
        {"journey": "j1", "touches": [{"channel": "ads"}]},
        {"journey": "j2", "touches": []},
    ]
    (here / "j.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ended = run("model", "credit", "j.jsonl", "--model", "linear.yaml", "--format", "json")
    assert [row["journey"] for row in ended.rows] == ["j1"]
    assert "credited to nobody: 1" in ended.err


def test_a_model_in_aggregate_credits_no_touch(run: Run, here: Path) -> None:
    (here / "s.yaml").write_text(
        "{model: shapley, game: closure, negatives: refuse, use: aggregate}", encoding="utf-8"
    )
    ended = run("model", "credit", "paths.csv", "--model", "s.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("credits-channels-only: ")
    by_channel = run("model", "credit", "paths.csv", "--model", "s.yaml", "--by", "channel",
                     "--format", "json")  # fmt: skip
    assert [row["conversions"] for row in by_channel.rows] == ["4", "7/2", "3/2"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model: postion\n", "line 1, column 8: model: postion is no model. Did you mean position"),
        ("first: 40%\n", "model: the key is missing. Known here: first-touch, last-touch"),
        ("- 1\n", "model: the key is missing"),
        ("model: [\n", "not YAML"),
        ("model: position\nfrist: 40%\nlast: 40%\n", "line 2, column 8: frist: there is no such"),
        ("model: position\nfirst: 0.4\nlast: 40%\n", "line 2, column 8: first: a rate is a text"),
        ("model: position\nfirst: 60%\nlast: 60%\n", "above 0 together, and at most 1"),
        ("model: milestones\nweights: {FT: 50%, LC: 30%}\nrest: 10%\n", "and these to 90%"),
        ("model: milestones\nweights: {FT: 0%, LC: 1/1}\nrest: 0%\n", "is above 0; else leave"),
        ("model: milestones\nweights: {lc: 1/1}\nrest: 0%\n", "should match pattern"),
        ("model: time-decay\ntable: [[0, 0]]\n", "at least one weight is above 0"),
        ("model: time-decay\ntable: [[1, 5]]\n", "start at 0 and rise"),
        ("model: time-decay\ntable: [[0, 5], [7, 3], [7, 1]]\n", "start at 0 and rise"),
        ("model: channel-weights\nweights: {a: 0}\ndistinct: true\n", "at least one weight"),
        ("model: channel-weights\nweights: {a: 1}\n", "distinct: the key is missing"),
        ("model: shapley\ngame: exact\nnegatives: refuse\nuse: aggregate\n", "game: it is none of"),
    ],
)
def test_what_is_wrong_with_a_model_is_told_with_its_place(
    run: Run, here: Path, text: str, told: str
) -> None:
    (here / "bad.yaml").write_text(text, encoding="utf-8")
    ended = run("model", "lint", "u.yaml", "bad.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert "u.yaml: u credits by position" in ended.err
    assert "bad-model: bad.yaml" in ended.err
    assert told in ended.err


def test_milestones_that_need_not_sum_to_one_say_so(run: Run, here: Path) -> None:
    (here / "m.yaml").write_text(
        "{model: milestones, weights: {FT: 50%, LC: 30%}, rest: 10%, renormalise: true}",
        encoding="utf-8",
    )
    assert run("model", "lint", "m.yaml").code == 0


def test_the_glove_game_is_valued_as_the_textbook_says(run: Run, here: Path) -> None:
    # One left glove, two right ones; a pair is worth 1. Shapley 1953: 2/3, 1/6, 1/6.
    rows = ["set,worth", "left+one,1", "left+two,1", "left+one+two,1"]
    (here / "gloves.csv").write_text("\n".join(rows), "utf-8")
    ended = run("model", "value", "gloves.csv", "--format", "json")
    assert ended.rows == [
        {"player": "left", "value": "2/3"},
        {"player": "one", "value": "1/6"},
        {"player": "two", "value": "1/6"},
    ]


def test_every_wrong_row_of_a_game_is_told_at_once(run: Run, here: Path) -> None:
    (here / "bad.csv").write_text("set,worth\na+a,1\nb,1e3\nc,1/0\nd,2\nd,3\n", "utf-8")
    ended = run("model", "value", "bad.csv")
    assert ended.code == 1
    assert [f"row {number}" in ended.err for number in (2, 3, 4, 5, 6)] == [
        True, True, True, False, True,
    ]  # fmt: skip


def test_a_game_of_more_than_twenty_players_is_refused(run: Run, here: Path) -> None:
    players = "+".join(f"p{number}" for number in range(21))
    (here / "many.csv").write_text(f"set,worth\n{players},1\n", "utf-8")
    ended = run("model", "value", "many.csv")
    assert (ended.code, "too-many-channels" in ended.err) == (1, True)
