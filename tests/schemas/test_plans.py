"""Plans: the seeds' plan is read and written again, and every slip is named."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from schemas.examples import BadExample, example_facts
from schemas.plans import Plan, RateTable
from tests.strategies import SEED_PLAN, vary_plan

DEAR = {
    "id": "points",
    "kind": "points",
    "credits": "marketing",
    "on": "lead-qualified",
    "points": 1_000_000,
    "value": {"amount": "10000000.00", "currency": "CNY"},
}
MORE = {"id": "more", "kind": "commission", "credits": "sales", "source": "house", "rate": "1%"}


def test_the_plan_of_the_seeds_is_read_and_written_again() -> None:
    plan = Plan.model_validate(SEED_PLAN)
    assert plan.name == "seed-4-2-5@1"
    assert plan.effective_from == date(2026, 1, 1)
    written = plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert Plan.model_validate(written) == plan


def test_a_date_of_yaml_is_a_date() -> None:
    plan = Plan.model_validate(vary_plan(effective_from=date(2026, 1, 1)))
    assert plan == Plan.model_validate(SEED_PLAN)


def varied(changes: dict[str, Any]) -> dict[str, Any]:
    gate = changes.get("gate")
    return vary_plan(gate=gate) | {name: changes[name] for name in changes if name != "gate"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"colour": "red"}, "extra_forbidden"),
        ({"currency": "XYZ"}, "unknown-currency"),
        ({"currency": "USD"}, "mixed-currency"),
        ({"time_zone": "Asia/Peking"}, "unknown-zone"),
        ({"time_zone": "America"}, "unknown-zone"),
        ({"time_zone": "../etc/passwd"}, "unknown-zone"),
        ({"time_zone": "a" * 300}, "unknown-zone"),
        ({"time_zone": "\0"}, "unknown-zone"),
        ({"effective_from": "2026-02-30"}, "bad-date"),
        ({"effective_from": "20260101"}, "bad-date"),
        ({"effective_from": "2026-W01-1"}, "bad-date"),
        ({"effective_from": datetime(2026, 1, 1)}, "bad-date"),  # noqa: DTZ001 - as YAML has it
        ({"effective_from": 20260101}, "bad-date"),
        ({"effective_from": "2026-01-15"}, "mid-period"),
        ({"components": []}, "too_short"),
        ({"components": [MORE, MORE]}, "name-twice"),
        ({"components": [MORE | {"rate": 0.04}]}, "wrong-type"),
        ({"components": [MORE | {"rate": "1/0"}]}, "bad-rate"),
        ({"components": [MORE | {"kind": "lottery"}]}, "union_tag_invalid"),
        ({"components": [DEAR]}, "bad-amount"),
        ({"version": 0}, "greater_than_equal"),
        ({"version": "1"}, "int_type"),
        ({"gate": {"applies_to": ["nobody"]}}, "unknown-component"),
        ({"gate": {"id": "self-sourced"}}, "name-twice"),
        ({"gate": {"threshold": 0.3}}, "wrong-type"),
    ],
)
def test_a_slip_in_a_plan_is_named(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(varied(changes))
    assert caught.value.errors()[0]["type"] == code


def test_a_version_inside_a_period_says_what_becomes_of_it() -> None:
    plan = Plan.model_validate(vary_plan(effective_from="2026-01-15", mid_period="split"))
    assert plan.mid_period == "split"


def test_an_example_expects_amounts_of_the_currency() -> None:
    line = {"payee": "mia", "period": "2026-01", "component": "self-sourced", "amount": "1.234"}
    example = {"name": "one", "events": "", "expect": [line]}
    with pytest.raises(ValidationError, match="CNY has 2 digits"):
        Plan.model_validate(vary_plan(examples=[example]))


@pytest.mark.parametrize(
    "line",
    [
        "0001-01-01 lead-created L1",
        "9999-12-31T23:00:00-08:00 lead-created L1",
        "2026-02-30 lead-created L1",
        "2026-01-01 lead-created",
        "2026-01-01 plan-published p",
        "2026-01-01 deal-signed D1 by mia sam 1.00 CNY",
        "2026-01-01 deal-signed D1 by mia 0.5 1.00 CNY",
        "2026-01-01 deal-signed D1 1.001 CNY",
        "2026-01-01 deal-signed D1 1.00",
        "2026-01-01 lead-created L1 colour red",
        "2026-01-01 lead-created L\u20ac",
    ],
)
def test_a_line_of_an_example_that_says_no_fact_is_named(line: str) -> None:
    with pytest.raises(BadExample, match="Line 2 of the example"):
        example_facts(f"# one a line\n{line}", ZoneInfo("Asia/Shanghai"))


ROWS = [{"from": "0", "to": "100", "rate": "1%"}, {"from": "100", "rate": "2%"}]


@pytest.mark.parametrize(
    "rows",
    [
        [ROWS[0], {"from": "101", "rate": "2%"}],
        [ROWS[0], {"from": "99", "rate": "2%"}],
        [{"from": "1", "to": "100", "rate": "1%"}, ROWS[1]],
        [ROWS[0]],
    ],
)
def test_a_table_with_a_gap_or_an_overlap_is_refused(rows: list[dict[str, str]]) -> None:
    table = {"by": "amount", "mode": "marginal"}
    assert RateTable.model_validate({**table, "rows": ROWS}).rows
    with pytest.raises(ValidationError) as caught:
        RateTable.model_validate({**table, "rows": rows})
    assert caught.value.errors()[0]["type"] == "bad-table"
