"""Commands that record: plans, facts, rates; their exit codes, data on stdout, words on stderr."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import PLAN, YEAR, Run, at, signed, write_jsonl
from tests.strategies import fact

JANUARY, FEBRUARY, MARCH = (f"{YEAR}-{month:02}" for month in (1, 2, 3))


def test_a_plan_is_linted_published_and_not_edited(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(PLAN))
    lint = run("plan", "lint", file)
    assert (lint.code, lint.out) == (0, "")
    assert "can be published" in lint.err
    assert run("plan", "publish", file, "--approved-by", "lee").code == 0
    assert "published before" in run("plan", "publish", file).err
    file.write_text(json.dumps(PLAN | {"rounding": "half-up"}))
    edited = run("plan", "publish", file)
    assert (edited.code, edited.out) == (1, "")
    assert edited.err.startswith("version-published-already: ")


def test_a_plan_that_cannot_be_published_says_everything_that_is_wrong(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(PLAN | {"rounding": "upwards", "colour": "blue"}))
    found = run("plan", "lint", file)
    assert (found.code, found.out) == (1, "")
    assert found.err.startswith("bad-plan: ")
    assert "rounding" in found.err
    assert "colour" in found.err
    assert run("plan", "publish", file).code == 1
    assert run("plan", "lint", tmp_path / "none.yaml").err.startswith("no-such-file: ")


def test_a_plan_whose_example_does_not_hold_is_not_published(run: Run, tmp_path: Path) -> None:
    expect = [
        {"payee": "sam", "period": JANUARY, "component": "self-sourced", "amount": "4.00"},
    ]
    events = f"{JANUARY}-20 deal-signed D1 by sam 100.00 CNY"
    example = {"name": "a deal of one's own", "events": events, "expect": expect}
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(PLAN | {"examples": [example]}))
    found = run("plan", "publish", file)
    assert found.code == 1
    assert "earns 5.00" in found.err


def test_a_plan_is_tried_without_a_log(lived: Run, tmp_path: Path) -> None:
    tried = lived(
        "plan", "try", "plan.yaml", "--events", "january.jsonl", "--through", JANUARY,
        "--format", "json",
    )  # fmt: skip
    assert tried.code == 0
    lines = {(row["payee"], row["component"]): row["amount"] for row in tried.rows}
    assert lines == {
        ("mia", "marketing-commission"): "4000.00",
        ("mia", "valid-lead-points"): "50.00",
        ("sam", "sales-commission"): "2000.00",
    }


def test_a_trial_takes_rates_and_assignments_as_given(lived: Run, tmp_path: Path) -> None:
    rate = fact(
        "rate-of-exchange-published", "rate/USD-CNY", at("01-01"), "r", base="USD", quote="CNY",
        rate="7.1",
    )  # fmt: skip
    deal = signed("D3", "01-20", "100.00", "d")
    deal["data"]["value"]["currency"] = "USD"
    write_jsonl(tmp_path / "facts.jsonl", [rate, deal])
    tried = lived("plan", "try", "plan.yaml", "--events", "facts.jsonl", "--format", "json")
    assert [row["amount"] for row in tried.rows] == ["35.50"]


@pytest.mark.parametrize(
    "spoilt", [{"time": "yesterday"}, {"time": "2024-01-01T00:00:00"}, {"data": {"base": "USD"}}]
)
def test_a_trial_refuses_a_decision_that_cannot_be_read(
    lived: Run, tmp_path: Path, spoilt: dict[str, object]
) -> None:
    rate = fact(
        "rate-of-exchange-published", "rate/USD-CNY", at("01-01"), "r", base="USD", quote="CNY",
        rate="7.1",
    )  # fmt: skip
    write_jsonl(tmp_path / "facts.jsonl", [rate | spoilt])
    tried = lived("plan", "try", "plan.yaml", "--events", "facts.jsonl", "--format", "json")
    assert tried.code == 1
    assert tried.rows == []
    assert "facts.jsonl:1: not-a-fact" in tried.err


def test_facts_are_ingested_once(lived: Run) -> None:
    again = lived("ingest", "january.jsonl", "--format", "json")
    assert again.code == 0
    assert again.rows == [{"read": 5, "recorded": 0, "repeated": 5, "quarantined": 0}]


def test_what_cannot_be_recorded_waits_in_quarantine(lived: Run, tmp_path: Path) -> None:
    other = signed("D1", "01-20", "999.00", "5", lead="L1")
    write_jsonl(tmp_path / "odd.jsonl", [other, {"specversion": "1.0"}])
    taken = lived("ingest", "odd.jsonl", "--format", "json")
    assert taken.code == 1
    assert taken.rows == [{"read": 2, "recorded": 0, "repeated": 0, "quarantined": 2}]
    assert "missing-attribute" in taken.err
    assert "conflicting-duplicate" in taken.err
    waiting = lived("quarantine", "list", "--format", "json").rows
    numbers = {row["code"]: str(row["number"]) for row in waiting}
    assert set(numbers) == {"missing-attribute", "conflicting-duplicate"}
    kept = lived("quarantine", "show", numbers["missing-attribute"])
    assert json.loads(json.loads(kept.out)["raw"]) == {"specversion": "1.0"}


def test_a_contradiction_is_released_as_a_correction(lived: Run, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "odd.jsonl", [signed("D1", "01-20", "90000.00", "5", lead="L1")])
    assert lived("ingest", "odd.jsonl").code == 1
    released = lived("quarantine", "release", "1", "--reason", "the CRM was right")
    assert (released.code, released.out) == (0, "")
    assert lived("quarantine", "list", "--format", "json").rows == []
    assert len(lived("quarantine", "list", "--all", "--format", "json").rows) == 1
    again = lived("quarantine", "release", "1", "--reason", "once more")
    assert (again.code, again.err.partition(":")[0]) == (1, "already-resolved")
    lines = lived("statement", "mia", FEBRUARY, "--format", "json").rows
    moved = {(row["period"], row["amount"]) for row in lines}
    assert moved == {(JANUARY, "-400.00"), (FEBRUARY, "-400.00")}


def test_a_message_is_discarded_with_a_reason(lived: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text("no json\n")
    assert lived("ingest", "odd.jsonl").code == 1
    refused = lived("quarantine", "release", "1", "--reason", "try")
    assert (refused.code, refused.err.partition(":")[0]) == (1, "nothing-to-release")
    assert lived("quarantine", "discard", "1", "--reason", "noise").code == 0
    assert lived("quarantine", "list", "--format", "json").rows == []
    assert lived("quarantine", "discard", "99", "--reason", "x").err.startswith("not-quarantined: ")


def test_rates_and_assignments_are_published(lived: Run) -> None:
    rate = lived("rate", "publish", "USD", "CNY", "7.1", "--from", f"{YEAR}-01-01")
    assert (rate.code, rate.out) == (0, "")
    assigned = lived("plan", "assign", "sam", "seed-4-2-5", "--from", f"{YEAR}-01-01")
    assert (assigned.code, "is assigned to" in assigned.err) == (0, True)
    again = lived("plan", "assign", "sam", "seed-4-2-5", "--from", f"{YEAR}-01-01")
    assert (again.code, "was assigned before" in again.err) == (0, True)
    ended = lived(
        "plan", "assign", "sam", "seed-4-2-5", "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-02-01"
    )
    assert (ended.code, "is assigned to" in ended.err) == (0, True)
    types = [row["type"] for row in lived("history", "payee/sam", "--format", "json").rows]
    assert types == ["payee-enrolled", "plan-assigned", "plan-assigned"]
    unknown = lived("plan", "assign", "sam", "other", "--from", f"{YEAR}-01-01")
    assert (unknown.code, unknown.err.partition(":")[0]) == (1, "unknown-plan")


def test_the_log_is_verified(lived: Run) -> None:
    whole = lived("verify")
    assert (whole.code, whole.out) == (0, "")
    assert "whole: 9 records" in whole.err


def test_the_doctor_finds_nothing_to_do(lived: Run) -> None:
    found = lived("doctor", "--format", "json")
    assert found.code == 0
    assert {row["check"] for row in found.rows} >= {"whole", "records"}


def test_schemas_are_exported(run: Run, tmp_path: Path) -> None:
    assert run("schemas", "export", tmp_path / "out").code == 0
    assert json.loads((tmp_path / "out" / "deal-signed" / "2.json").read_text())


def test_an_export_is_imported_by_a_mapping(lived: Run, tmp_path: Path) -> None:
    mapping = Path(__file__).parents[2] / "examples" / "crm" / "payees.yaml"
    (tmp_path / "teams.csv").write_text(
        "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\n"
    )
    command = ["import", "teams.csv", "--mapping", mapping]
    tried = lived(*command, "--dry-run", "--format", "json")
    assert tried.code == 0
    assert json.loads(tried.out)["events"]["by_type"] == {"payee-enrolled": 1}
    assert "whole: 9 records" in lived("verify").err
    assert lived(*command).code == 0
    assert "whole: 10 records" in lived("verify").err
