"""The library of plans: every file pays what it says, and together they show the whole language."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from evenhand.findings import Document
from evenhand.plan_files import linted, read_plan
from replay.trial import tried
from schemas.examples import example_facts
from schemas.plans import Plan

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "examples" / "plans"
FILES = sorted(path.name for path in LIBRARY.glob("*.yaml"))
SCHEMA = ROOT / "schemas" / "json" / "plan.json"

ACCEPTED: Final[Mapping[str, list[str]]] = {
    # They show what happens to a decrease otherwise; their heads say what is given up.
    "account-executive-accelerators.yaml": ["decreases"],
    "multi-currency-team.yaml": ["decreases"],
    # It shows the jump, and the fall back.
    "agency-first-dollar.yaml": ["components.volume-commission.table.mode"],
    # An amount per car and a part of its price, on purpose.
    "car-dealership.yaml": ["components.of-the-price"],
}
"""Notes of the linter that are as they should be, by the key they are about."""

IN_CHINESE_TOO: Final = {
    "marketing-4-sales-2-self-5.yaml",
    "shop-operations.yaml",
    "shop-trade.yaml",
    "shop-design.yaml",
}


def content(name: str) -> dict[str, Any]:
    """What a file holds, as an editor sees it: days are texts."""
    document: dict[str, Any] = Document((LIBRARY / name).read_bytes()).content
    told: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return told


def head(name: str) -> str:
    """The comment that a file begins with."""
    text = (LIBRARY / name).read_text(encoding="utf-8")
    return text[: text.index("\nplan: ")]


@pytest.mark.parametrize("name", FILES)
def test_a_plan_pays_what_its_examples_say_and_nothing_about_it_is_odd(name: str) -> None:
    found = linted(LIBRARY / name)
    assert found.rules.examples
    assert [note.key for note in found.notes] == ACCEPTED.get(name, [])


@pytest.mark.parametrize("name", FILES)
def test_a_plan_is_valid_for_an_editor(name: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator: Any = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(content(name))] == []


@pytest.mark.parametrize("name", FILES)
def test_a_plan_says_what_it_is_for_whom_and_by_which_conventions(name: str) -> None:
    told = head(name)
    assert told.startswith("# ")
    assert re.findall(r"^# (What|Who|Conventions): ", told, re.MULTILINE) == [
        "What",
        "Who",
        "Conventions",
    ]
    assert ("约定：" in told) == (name in IN_CHINESE_TOO)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_called_like_its_plan(name: str) -> None:
    plan = read_plan(LIBRARY / name)
    assert name in (f"{plan.plan}.yaml", f"{plan.plan}-v{plan.version}.yaml")


def test_every_plan_stands_in_the_table_once_and_no_other() -> None:
    table = (LIBRARY / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[([^]]+)\]\(\1\) \|", table, re.MULTILINE)) == FILES


def test_together_they_show_every_kind_of_component() -> None:
    schema = Plan.model_json_schema(by_alias=True)
    kinds = set(schema["properties"]["components"]["items"]["discriminator"]["mapping"])
    assert kinds == {part["kind"] for name in FILES for part in content(name)["components"]}


def test_together_they_use_every_key_of_a_plan() -> None:
    assert {key for name in FILES for key in content(name)} == set(Plan.model_fields)


def test_a_month_keeps_the_weights_of_its_version_also_when_a_fact_comes_late() -> None:
    versions = [read_plan(LIBRARY / f"showroom-weights-v{number}.yaml") for number in (1, 2)]
    months = "\n".join(plan.examples[0].events for plan in versions)
    facts = example_facts(months, versions[0].zone)
    late = example_facts(
        "2026-06-30T12:00:00 metric-reported sam records-kept 2026-06 50%",
        versions[0].zone,
        source="late",
    )
    before, after = tried(versions, facts).lines, tried(versions, [*facts, *late]).lines
    assert paid(before) == {"showroom-weights@1": 375_000, "showroom-weights@2": 437_500}
    # records at 50 %: 10 % of 5,000.00 becomes 5 % of it
    assert paid(after) == {"showroom-weights@1": 350_000, "showroom-weights@2": 437_500}


def paid(lines: pl.DataFrame) -> dict[str, int]:
    """What lines of June and July come to by version of the plan, in minor units."""
    summer = lines.filter(pl.col("amount") != 0, pl.col("deal").is_null())
    totals = summer.group_by("plan").agg(pl.col("amount").sum())
    return dict(totals.iter_rows())
