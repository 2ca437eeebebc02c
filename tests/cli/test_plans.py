"""Working on a plan: linted with places, compared, weighed, approved by two, accepted."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PLAN, YEAR, Run

JANUARY, FEBRUARY = f"{YEAR}-01", f"{YEAR}-02"
SECOND = "seed-4-2-5@2"


def changed(**top: Any) -> dict[str, Any]:
    """The second version of the plan: sales get 2.5% of what marketing brought."""
    plan: dict[str, Any] = deepcopy(PLAN) | {"version": 2} | top
    plan["components"][1]["rate"] = "2.5%"
    return plan


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text(json.dumps(changed()))
    return file


WRONG = """\
plan: p
version: 1
effective_from: 2026-01-01
currency: CNY
period: month
time_zone: Asia/Shanghai
attributes: {region: text}
components:
  - id: tiers
    kind: tiered
    credits: sales
    window: quarter
    where: regin is "north"
    table:
      by: amount
      rows:
        - {from: "0", rate: 5%}
  - id: simple
    kind: comission
colour: blue
"""


def test_everything_that_is_wrong_is_told_at_once_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(WRONG)
    found = run("plan", "lint", "plan.yaml").err
    told = [line.strip() for line in found.splitlines() if line.strip().startswith("line ")]
    places = [line.split(": ")[:2] for line in told]
    assert places == [
        ["line 13, column 12", "components.tiers.where"],
        ["line 15, column 7", "components.tiers.table.mode"],
        ["line 19, column 11", "components.simple.kind"],
        ["line 20, column 9", "colour"],
    ]
    assert 'did you mean "region"?' in told[0]
    assert "120,000 pays 5,000.00 + 1,600.00 = 6,600.00 when marginal" in told[1]
    assert "Did you mean commission?" in told[2]


def test_a_plan_that_does_not_hold_together_says_all_of_why(run: Run, tmp_path: Path) -> None:
    text = WRONG.replace("by: amount", "by: amount\n      mode: retroactive")
    text = (
        text.replace("regin", "region")
        .replace("colour: blue\n", "")
        .replace("comission", "override")
    )
    text = text.replace("2026-01-01", "2026-02-01").replace("id: simple", "id: tiers")
    levels = "    credits: sales\n    basis: gross\n    levels: [{above: 1, rate: 1%}]\n"
    (tmp_path / "plan.yaml").write_text(text + levels)
    found = run("plan", "lint", "plan.yaml")
    assert found.code == 1
    assert "components.tiers.id: two parts are called tiers" in found.err
    assert "mid_period: a version that starts inside" in found.err


def test_what_is_allowed_and_worth_a_second_look_is_a_note(run: Run, tmp_path: Path) -> None:
    more = {"id": "twice", "kind": "commission", "credits": "sales", "rate": "1%"}
    plan = PLAN | {
        "components": [*PLAN["components"], more],
        "decreases": "current-window",
        "attributes": {"region": "text"},
    }
    (tmp_path / "plan.yaml").write_text(json.dumps(plan, indent=1))
    linted = run("plan", "lint", "plan.yaml")
    assert linted.code == 0
    for note in (
        "decreases: current-window gives up an invariant",
        "twice and sales-commission both pay sales for deals of class marketing",
        "attributes.region: no condition and no table reads this attribute",
        "there are no examples",
    ):
        assert note in linted.err


def test_two_versions_are_compared_in_words(lived: Run, draft: Path) -> None:
    told = lived("plan", "diff", "seed-4-2-5@1", draft, "--format", "json").rows
    assert [row["change"] for row in told] == [
        "plan: version 1 -> 2",
        "component sales-commission: rate 2% -> 2.5%",
    ]
    chinese = lived("plan", "diff", "plan.yaml", draft, "--language", "zh", "--format", "json").rows
    assert chinese[1]["change"] == "组件 sales-commission：费率（rate） 2% → 2.5%"
    same = lived("plan", "diff", "plan.yaml", "seed-4-2-5@1", "--format", "json")
    assert (same.rows, "say the same" in same.err) == ([], True)
    assert lived("plan", "diff", "plan.yaml", "seed-4-2-5@7").err.startswith("no-such-version: ")


def test_the_impact_of_a_draft_is_told_before_anybody_approves_it(lived: Run, draft: Path) -> None:
    told = lived("plan", "impact", draft, "--format", "json")
    moved = [(row["payee"], row["period"], row["moved"]) for row in told.rows]
    assert moved == [("sam", JANUARY, "500.00"), ("sam", FEBRUARY, "-100.00")]
    assert "400.00 CNY in all, of 1 payees" in told.err
    assert f"It is retroactive: of closed periods {JANUARY} moves, 500.00 CNY" in told.err
    before = lived("plan", "impact", draft, "--known-at", "6", "--format", "json")
    assert [row["moved"] for row in before.rows] == ["500.00"]
    assert "not retroactive" in before.err


def test_an_impact_can_be_asked_for_some_periods(lived: Run, draft: Path) -> None:
    later = lived("plan", "impact", draft, "--from", FEBRUARY, "--format", "json")
    assert [row["period"] for row in later.rows] == [FEBRUARY]
    first = lived("plan", "impact", draft, "--through", JANUARY, "--format", "json")
    assert [row["period"] for row in first.rows] == [JANUARY]


def test_a_plan_is_published_by_two_people(lived: Run, draft: Path) -> None:
    alone = lived("plan", "publish", draft)
    assert (alone.code, alone.err.partition(":")[0]) == (1, "not-approved")
    own = lived("plan", "publish", draft, "--approved-by", "ann")
    assert (own.code, own.err.partition(":")[0]) == (1, "approver-is-author")
    assert lived("plan", "publish", draft, "--approved-by", "lee").code == 0


def test_a_retroactive_plan_is_announced_and_paid_by_the_next_close(
    lived: Run, draft: Path
) -> None:
    announced = lived("plan", "publish", draft, "--approved-by", "lee").err
    assert f"in closed periods: {JANUARY}" in announced
    assert f"stated in {FEBRUARY}, the open period" in announced
    lines = lived("statement", "sam", FEBRUARY, "--format", "json").rows
    moved = sum(int(line["amount"].replace(".", "")) for line in lines)
    assert moved == 500_00 - 400_00 - 100_00 + 50_00  # the rate, the reduction at both, D2


def test_a_plan_for_open_periods_is_not_announced(lived: Run, tmp_path: Path) -> None:
    file = tmp_path / "next.yaml"
    file.write_text(json.dumps(changed(effective_from=f"{FEBRUARY}-01")))
    told = lived("plan", "publish", file, "--approved-by", "lee").err
    assert told.strip() == f"{SECOND} is published"


def test_payees_accept_the_version_they_are_shown(lived: Run) -> None:
    name = "seed-4-2-5@1"
    first = lived("plan", "accept", name, "--payee", "mia", "--language", "zh")
    assert (first.code, first.err.strip()) == (0, f"mia accepts {name}")
    assert "accepted before" in lived("plan", "accept", name, "--payee", "mia").err
    told = lived("plan", "acceptances", name, "--format", "json")
    assert [(row["payee"], row["language"], row["current"]) for row in told.rows] == [
        ("mia", "zh", "yes"),
        ("sam", None, "no"),
    ]
    assert f"{name}: 1 accepted, 1 not" in told.err
    earlier = lived("plan", "acceptances", name, "--known-at", "6", "--format", "json")
    assert {row["current"] for row in earlier.rows} == {"no"}


def test_a_version_that_is_not_there_is_not_accepted(lived: Run) -> None:
    for command in (["accept", SECOND, "--payee", "mia"], ["acceptances", SECOND]):
        assert lived("plan", *command).err.startswith("no-such-version: ")


def test_a_trial_prints_balances(lived: Run) -> None:
    tried = lived(
        "plan", "try", "plan.yaml", "--events", "january.jsonl", "--balances", "--format", "json"
    )
    cash = {(row["payee"], row["period"]): row["cash"] for row in tried.rows}
    assert cash == {("mia", JANUARY): "4050.00", ("sam", JANUARY): "2000.00"}
