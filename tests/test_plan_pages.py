"""Every kind of component and every other part of a plan has a page whose example works."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from replay.trial import surprises
from schemas.plans import Plan
from tests.conftest import Golden
from tests.rule_reference import OF_PAGES, page_reference
from tests.test_docs import DOCS, with_generated

PAGES = DOCS / "components"


def plan_on(page: Path) -> Plan:
    """The plan that a page shows."""
    [block] = re.findall(r"```yaml\n(plan: .*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return Plan.model_validate(YAML(typ="safe", pure=True).load(block))


def test_there_is_a_page_for_each_part_and_no_other() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == OF_PAGES.keys()


def test_every_kind_of_component_has_a_page_that_shows_it() -> None:
    schema = Plan.model_json_schema(by_alias=True)
    kinds = set(schema["properties"]["components"]["items"]["discriminator"]["mapping"])
    shown = {kind for kind in kinds if (PAGES / f"{kind}.md").is_file()}
    assert shown == kinds
    for kind in kinds:
        assert kind in {part.kind for part in plan_on(PAGES / f"{kind}.md").components}


@pytest.mark.parametrize("page", OF_PAGES)
def test_the_keys_on_a_page_are_those_of_the_models(page: str, golden: Golden) -> None:
    path = PAGES / f"{page}.md"
    golden(path, with_generated(path, page_reference(page)))


@pytest.mark.parametrize("page", OF_PAGES)
def test_the_plan_on_a_page_pays_what_its_example_says(page: str) -> None:
    plan = plan_on(PAGES / f"{page}.md")
    assert plan.examples
    assert [str(surprise) for surprise in surprises(plan)] == []


@pytest.mark.parametrize("page", OF_PAGES)
def test_the_overview_and_the_pages_link_to_each_other(page: str) -> None:
    assert f"(components/{page}.md)" in (DOCS / "plans.md").read_text(encoding="utf-8")
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+\.md)", text)
    assert [link for link in links if not (PAGES / link).is_file()] == []
