"""Every key that chooses between conventions says what each choice means."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from schemas.plans.choices import CHOICES
from schemas.plans.parts import Part
from schemas.plans.plan import Plan
from schemas.rule_words import WORDS

ROOT = Path(__file__).parents[2]
PLANS = sorted(
    [
        *ROOT.glob("examples/*/plan.yaml"),
        *ROOT.glob("tests/scenarios/plans/*.yaml"),
        ROOT / "evenhand/demo/plan.yaml",
    ]
)
NO_CONVENTIONS = {"credits", "source", "falling"}
"""Keys with several values that say whom or what a part is about."""


def parts(of: type[Part] = Part) -> Iterator[type[Part]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("schemas.plans"):
            yield each
        yield from parts(each)


def values(annotation: Any) -> set[str]:
    """The words that a key may have, if it has one of a few."""
    if annotation is bool:
        return {"true", "false"}
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    found: set[str] = set()
    return found.union(*(values(each) for each in get_args(annotation)))


KEYS = [
    (part.__name__, field.alias or name, values(field.annotation))
    for part in parts()
    for name, field in part.model_fields.items()
]
CHOOSING = [
    (part, key, words)
    for part, key, words in KEYS
    if len(words) > 1 and key not in {*NO_CONVENTIONS, "attributes", "components", "gates"}
]


@pytest.mark.parametrize(
    ("part", "key", "words"), CHOOSING, ids=[f"{part}.{key}" for part, key, _ in CHOOSING]
)
def test_a_choice_says_what_each_of_its_values_means(part: str, key: str, words: set[str]) -> None:
    choice = CHOICES[part, key]
    assert (choice.key, set(choice.means)) == (key, words)
    assert any(sign.isdigit() for sign in choice.difference), "a difference is in numbers"


def test_no_choice_is_explained_that_there_is_not() -> None:
    known = {(part, key) for part, key, _ in KEYS} | {("Plan", "count")}
    assert set(CHOICES) - known == set()


def test_every_key_has_a_word_in_chinese() -> None:
    assert {key for _, key, _ in KEYS} - set(WORDS) == set()


def test_every_key_says_what_it_means_to_an_editor() -> None:
    schema = Plan.model_json_schema(by_alias=True)
    silent = [
        f"{name}.{key}"
        for name, part in (("Plan", schema), *schema["$defs"].items())
        for key, told in part.get("properties", {}).items()
        if "description" not in told
    ]
    assert silent == []


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name)
def test_the_schema_for_editors_takes_every_plan_there_is(path: Path) -> None:
    reader: Any = YAML(typ="safe", pure=True)
    content = reader.load(path)
    schema = json.loads((ROOT / "schemas/json/plan.json").read_text())
    as_json = json.loads(json.dumps(content, default=str))
    checked: Any = Draft202012Validator(schema)
    assert list(checked.iter_errors(as_json)) == []
