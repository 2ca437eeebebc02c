"""The documentation holds every event, error and word, and its examples are true."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from schemas.events import DECISIONS_TO_COME, EVENTS
from schemas.examples import example_facts
from schemas.plans import Plan
from tests.conftest import Golden
from tests.errors.instances import shown
from tests.reference import (
    BEGIN,
    END,
    errors_reference,
    events_reference,
    reserved_names,
)
from tests.rule_reference import choices_reference, plan_reference

DOCS = Path(__file__).parent.parent / "docs"


def with_generated(path: Path, *parts: str) -> str:
    """A page with its generated parts made anew, in their order."""
    text = path.read_text(encoding="utf-8")
    pieces = re.split(f"({re.escape(BEGIN)}\n.*?{re.escape(END)})", text, flags=re.DOTALL)
    assert len(pieces) == 2 * len(parts) + 1
    for number, part in enumerate(parts):
        pieces[2 * number + 1] = f"{BEGIN}\n{part.rstrip()}\n{END}"
    return "".join(pieces)


def test_the_reference_of_events_is_the_one_that_the_models_make(golden: Golden) -> None:
    page = DOCS / "events.md"
    golden(page, with_generated(page, events_reference(), reserved_names()))


def test_the_reference_of_errors_is_that_of_the_golden_texts(golden: Golden) -> None:
    page = DOCS / "errors.md"
    golden(page, with_generated(page, errors_reference(shown())))


def test_the_reference_of_plans_is_the_one_that_the_models_make(golden: Golden) -> None:
    page = DOCS / "plans.md"
    golden(page, with_generated(page, plan_reference(), choices_reference()))


@pytest.mark.parametrize("kind", [*EVENTS, *sorted(DECISIONS_TO_COME)])
def test_every_event_type_is_in_the_glossary(kind: str) -> None:
    assert f"`{kind}`" in (DOCS / "glossary.md").read_text(encoding="utf-8")


def test_the_plan_in_the_reference_of_plans_is_a_plan() -> None:
    [block] = re.findall(r"```yaml\n(plan: .*?)```", (DOCS / "plans.md").read_text(), re.DOTALL)
    plan = Plan.model_validate(YAML(typ="safe").load(block))
    assert plan.name == "seed-4-2-5@1"
    for example in plan.examples:
        assert example_facts(example.events, plan.zone)


def test_every_line_of_the_grammar_of_examples_is_a_fact() -> None:
    text = (DOCS / "plans.md").read_text()
    zone = Plan.model_validate(
        YAML(typ="safe").load(re.findall(r"```yaml\n(plan: .*?)```", text, re.DOTALL)[0])
    ).zone
    blocks = re.findall(r"```facts\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        assert len(example_facts(block, zone)) == len(block.splitlines())


def test_every_field_of_a_plan_is_in_its_reference() -> None:
    pages = [DOCS / "plans.md", *(DOCS / "components").glob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    schema = Plan.model_json_schema(by_alias=True)
    fields = {
        name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {})
    }
    assert {name for name in fields if f"`{name}`" not in text} == set()
