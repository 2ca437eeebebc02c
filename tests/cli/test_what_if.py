"""What facts, rulings and drafts would move, asked before anybody records them."""

import json
from pathlib import Path

from tests.cli.conftest import PLAN, YEAR, Run, signed, write_jsonl
from tests.strategies import vary_plan

JANUARY, FEBRUARY = f"{YEAR}-01", f"{YEAR}-02"


def heads(run: Run) -> str:
    return run("history", "deal/D1", "--format", "json").out


def test_a_late_deal_moves_its_seller_in_its_month_and_nothing_is_stored(
    lived: Run, tmp_path: Path
) -> None:
    before = heads(lived)
    write_jsonl(tmp_path / "late.jsonl", [signed("D3", "02-20", "1000.00", "33")])
    asked = lived("what-if", "late.jsonl", "--format", "json")
    assert asked.code == 0
    assert [(row["person"], row["period"], row["moved"]) for row in asked.rows] == [
        ("sam", FEBRUARY, "50.00")
    ]
    assert "nothing is recorded" in asked.err
    assert "sam gains 50.00 CNY" in asked.err
    assert "It is not retroactive" in asked.err
    assert heads(lived) == before


def test_a_fact_about_a_closed_month_says_where_the_difference_is_stated(
    lived: Run, tmp_path: Path
) -> None:
    write_jsonl(tmp_path / "late.jsonl", [signed("D3", "01-30", "1000.00", "33")])
    asked = lived("what-if", "late.jsonl", "--by", "deal", "--format", "json")
    assert [(row["deal"], row["period"], row["moved"]) for row in asked.rows] == [
        ("deal/D3", JANUARY, "50.00")
    ]
    assert f"the difference is stated in {FEBRUARY}, the open period" in asked.err


def test_each_fact_of_an_overlay_is_a_cause(lived: Run, tmp_path: Path) -> None:
    late = [signed("D3", "02-20", "1000.00", "33"), signed("D4", "02-21", "3000.00", "34")]
    write_jsonl(tmp_path / "late.jsonl", late)
    asked = lived("what-if", "late.jsonl", "--by", "cause", "--format", "json")
    assert {row["cause"]: row["moved"] for row in asked.rows} == {
        "/crm/demo 33": "50.00",
        "/crm/demo 34": "150.00",
    }


def test_a_ruling_and_a_draft_of_a_plan_are_laid_over_together(lived: Run, tmp_path: Path) -> None:
    ruling = {"deal": "D2", "ruling": {"sales": [{"payee": "mia", "share": "1"}]}}
    (tmp_path / "ruling.yaml").write_text(json.dumps(ruling))
    alone = lived("what-if", "ruling.yaml", "--format", "json")
    assert [(row["person"], row["moved"]) for row in alone.rows] == [
        ("mia", "50.00"),
        ("sam", "-50.00"),
    ]
    plan = vary_plan(gate={}, effective_from=f"{YEAR}-01-01", version=2)
    for part in plan["components"]:
        part.update({"rate": "10%"} if "rate" in part else {})
    (tmp_path / "draft.yaml").write_text(json.dumps(plan))
    both = lived("what-if", "ruling.yaml", "draft.yaml", "--by", "person", "--format", "json")
    assert both.code == 0
    assert "It is retroactive" in both.err


def test_a_draft_stands_in_for_the_version_of_its_name(lived: Run, tmp_path: Path) -> None:
    (tmp_path / "same.yaml").write_text(json.dumps(PLAN))
    asked = lived("what-if", "same.yaml", "--format", "json")
    assert (asked.code, asked.rows) == (0, [])
    assert "Nobody's pay changes." in asked.err


def test_it_can_be_saved_and_ends_with_the_last_period_of_interest(
    lived: Run, tmp_path: Path
) -> None:
    write_jsonl(tmp_path / "late.jsonl", [signed("D3", "02-20", "1000.00", "33")])
    asked = lived("what-if", "late.jsonl", "--to", "moved.csv")
    assert (asked.code, asked.out) == (0, "")
    saved = (tmp_path / "moved.csv").read_text("utf-8-sig").splitlines()
    assert saved[1] == f"sam,{FEBRUARY},0.00,50.00,50.00,CNY"
    ended = lived("what-if", "late.jsonl", "--through", JANUARY)
    assert "Nobody's pay changes." in ended.err


def test_everything_that_is_wrong_with_a_file_is_said(lived: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{}\n\nnot JSON\n")
    (tmp_path / "bad.yaml").write_text("colour: red\n")
    facts, other = lived("what-if", "bad.jsonl"), lived("what-if", "bad.yaml")
    assert (facts.code, other.code) == (1, 1)
    assert facts.err.startswith("bad-overlay: bad.jsonl")
    assert "line 1: missing-attribute" in facts.err
    assert "line 3: not-json" in facts.err
    assert "it names no plan, policy, deal or dispute" in other.err


def test_a_fact_of_a_name_that_is_taken_is_refused(lived: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "late.jsonl", [signed("D1", "01-20", "1.00", "5")])
    asked = lived("what-if", "late.jsonl")
    assert asked.code == 1
    assert asked.err.startswith("overlay-contradicts: Fact 5 of /crm/demo")
