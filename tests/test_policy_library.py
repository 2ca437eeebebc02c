"""The library of policies, and the policies on the page: each decides what its examples say."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from evenhand.findings import Document
from evenhand.policy_files import lint_policy, read_policy
from replay.policy_trial import policy_surprises
from schemas.examples import example_facts
from schemas.policies import DEFAULT, Policy
from schemas.policies.wholes import RECORDED, gaps
from tests.conftest import Golden
from tests.rule_reference import CREDITING_PARTS, policy_reference
from tests.test_docs import DOCS, with_generated

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "examples" / "policies"
FILES = sorted(path.name for path in LIBRARY.glob("*.yaml"))
SCHEMA = ROOT / "schemas" / "json" / "policy.json"
PAGE = DOCS / "attribution.md"

IN_CHINESE_TOO: Final = {"showroom-ten-days.yaml"}
ACCEPTED: Final[Mapping[str, list[str]]] = {}
"""Notes of the linter that are as they should be, by the key they are about."""


def content(name: str) -> dict[str, Any]:
    """What a file holds, as an editor sees it: days are texts."""
    document: dict[str, Any] = Document((LIBRARY / name).read_bytes()).content
    told: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return told


def on_the_page() -> list[Policy]:
    """The policies that the page shows."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(policy: .*?)```", text, re.DOTALL)
    return [Policy.model_validate(YAML(typ="safe", pure=True).load(block)) for block in blocks]


SHOWN = on_the_page()


@pytest.mark.parametrize("name", FILES)
def test_a_policy_decides_what_its_examples_say_and_nothing_about_it_is_odd(name: str) -> None:
    found = lint_policy(LIBRARY / name)
    assert found.rules.examples
    assert [note.key for note in found.notes] == ACCEPTED.get(name, [])


@pytest.mark.parametrize("name", FILES)
def test_a_policy_is_valid_for_an_editor(name: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator: Any = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(content(name))] == []


@pytest.mark.parametrize("name", FILES)
def test_a_policy_says_what_it_is_for_whom_and_by_which_conventions(name: str) -> None:
    text = (LIBRARY / name).read_text(encoding="utf-8")
    told = text[: text.index("\npolicy: ")]
    found = re.findall(r"^# (What|Who|Conventions): ", told, re.MULTILINE)
    assert found == ["What", "Who", "Conventions"]
    assert ("约定：" in told) == (name in IN_CHINESE_TOO)
    assert read_policy(LIBRARY / name).policy == name.removesuffix(".yaml")


def test_every_policy_stands_in_the_table_once_and_no_other() -> None:
    table = (LIBRARY / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[([^]]+)\]\(\1\) \|", table, re.MULTILINE)) == FILES


def test_the_default_in_the_library_is_the_default() -> None:
    named = read_policy(LIBRARY / "default.yaml")
    other = {"version", "effective_from", "time_zone", "examples"}
    assert named.model_dump(exclude=other) == DEFAULT.model_dump(exclude=other)


@pytest.mark.parametrize("policy", SHOWN, ids=lambda policy: policy.policy)
def test_a_policy_on_the_page_decides_what_its_example_says(policy: Policy) -> None:
    assert policy.examples
    assert list(gaps(policy)) == []
    assert [str(surprise) for surprise in policy_surprises(policy)] == []


def test_the_page_shows_every_rule_at_work() -> None:
    shown = {told.rule for policy in SHOWN for each in policy.examples for told in each.expect}
    assert {*RECORDED.values(), "ruling", "nobody", "tenders"} - shown == set()


def test_the_reference_of_policies_is_the_one_that_the_models_make(golden: Golden) -> None:
    golden(PAGE, with_generated(PAGE, policy_reference()))


def test_every_line_of_the_grammar_on_the_page_is_a_fact() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```facts\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        assert len(example_facts(block, SHOWN[0].zone)) == len(block.splitlines())


def test_every_field_of_a_policy_is_in_its_reference() -> None:
    text = PAGE.read_text(encoding="utf-8")
    schema = Policy.model_json_schema(by_alias=True)
    parts = {name: part for name, part in schema["$defs"].items() if name not in CREDITING_PARTS}
    fields = {name for part in (schema, *parts.values()) for name in part.get("properties", {})}
    assert {name for name in fields if f"`{name}`" not in text} == set()
