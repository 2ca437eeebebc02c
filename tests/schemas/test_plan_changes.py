"""What changed between two versions of a plan, told part by part."""

from copy import deepcopy
from typing import Any

from schemas.plans import Plan
from schemas.rule_changes import changes, said
from tests.strategies import SEED_PLAN

OLD = Plan.model_validate(SEED_PLAN)
TIERS = {
    "id": "tiers",
    "kind": "tiered",
    "credits": "sales",
    "window": "month",
    "table": {
        "by": "amount",
        "mode": "marginal",
        "rows": [{"from": "0", "to": "10", "rate": "5%"}, {"from": "10", "rate": "6%"}],
    },
}


def told(document: dict[str, Any], old: Plan = OLD, language: Any = "en") -> list[str]:
    return [said(change, language) for change in changes(old, Plan.model_validate(document))]


def copied() -> dict[str, Any]:
    return deepcopy(SEED_PLAN)


def test_a_plan_is_not_otherwise_than_itself() -> None:
    assert changes(OLD, OLD) == []


def test_a_key_that_changed_is_told_with_both_values_and_what_it_means() -> None:
    plan = copied()
    plan["components"][1]["rate"] = "2.5%"
    [change] = changes(OLD, Plan.model_validate(plan))
    assert said(change, "en") == "component sales-commission: rate 2% -> 2.5%"
    assert said(change, "zh") == "组件 sales-commission：费率（rate） 2% → 2.5%"
    assert change.meaning == "of the value of the deal's layer and the share of the class"


def test_the_same_rate_written_otherwise_is_no_change() -> None:
    plan = copied()
    plan["components"][1]["rate"] = "1/50"
    assert told(plan) == []


def test_parts_come_and_go() -> None:
    plan = copied()
    del plan["components"][3]
    plan["components"].append(TIERS)
    removed, added = told(plan)
    assert removed.startswith("component valid-lead-points: taken out (kind points, ")
    assert added.startswith("component tiers: new (kind tiered, ")
    assert told(plan, language="zh")[0].startswith("组件 valid-lead-points：删除（")


def test_a_part_of_another_kind_is_another_part() -> None:
    plan = copied()
    plan["components"][2] = TIERS | {"id": "self-sourced"}
    assert [line.partition(" (")[0] for line in told(plan)] == [
        "component self-sourced: taken out",
        "component self-sourced: new",
    ]


def test_another_order_is_told() -> None:
    plan = copied()
    plan["components"].reverse()
    [line] = told(plan)
    assert line.startswith("components: in another order, marketing-commission, sales-commission")


def test_rows_are_told_by_their_number() -> None:
    old = copied()
    old["components"].append(TIERS)
    new: dict[str, Any] = deepcopy(old)
    new["components"][-1]["table"]["rows"][1]["rate"] = "7%"
    assert told(new, Plan.model_validate(old)) == [
        "component tiers: table.rows.2.rate 6% -> 7%",
    ]


def test_parts_of_the_plan_itself_are_told() -> None:
    plan: dict[str, Any] = copied() | {
        "rounding": "half-up",
        "attributes": {"region": "text"},
        "leaving": {"later_deals": "lost", "instalments": "earned"},
    }
    plan["gates"][0]["inclusive"] = False
    assert told(plan) == [
        "plan: rounding half-even -> half-up",
        "attributes: region nothing -> text",
        "gate marketing-conversion: inclusive true -> false",
        "leaving: later_deals nothing -> lost",
        "leaving: instalments nothing -> earned",
    ]
