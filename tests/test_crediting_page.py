"""The page about crediting models has every model with its keys, and its examples are true."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from evenhand.crediting_files import MODELS, read_model
from evenhand.journey_files import read_journeys
from schemas.crediting import PerJourney
from tests.shell import run
from tests.test_docs import DOCS
from tests.test_readme import BLOCK, console, is_shown

PAGE = (DOCS / "crediting-models.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the page shows."""
    place = tmp_path_factory.mktemp("page")
    for _, file, content in BLOCK.findall(PAGE):
        if file:
            (place / file).write_text(content, encoding="utf-8")
    return place


def section(word: str) -> str:
    return PAGE.partition(f"### {word}\n")[2].partition("\n##")[0]


@pytest.mark.parametrize(("line", "shown"), list(console(PAGE)), ids=lambda value: str(value)[-40:])
def test_a_command_says_what_the_page_shows(line: str, shown: list[str], folder: Path) -> None:
    said = run(line, folder)
    assert said.code == 0
    assert is_shown(shown, said.text), said.text


@pytest.mark.parametrize("word", MODELS)
def test_a_model_has_a_section_that_shows_it_at_work(word: str, folder: Path) -> None:
    assert read_model(folder / f"{word}.yaml").model == word
    assert f"--model {word}.yaml" in section(word)


@pytest.mark.parametrize(("word", "kind"), MODELS.items())
def test_every_key_of_a_model_is_in_its_section(word: str, kind: type[BaseModel]) -> None:
    keys = kind.model_fields.keys() - {"model", "name"}
    assert [key for key in keys if not re.search(rf"\b{key}\b", section(word))] == []


def test_every_form_of_journeys_on_the_page_can_be_read(folder: Path) -> None:
    by_row = read_journeys(folder / "touches.csv", endings=folder / "endings.csv")
    by_line = read_journeys(folder / "journeys.jsonl")
    assert by_row.journeys["journey"].to_list() == by_line.journeys["journey"].to_list()
    assert read_journeys(folder / "paths.csv").journeys["count"].sum() == 9 + 15


def test_every_model_of_one_journey_is_linked_from_the_overview() -> None:
    words = [get_args(kind.model_fields["model"].annotation)[0] for kind in get_args(PerJourney)]
    assert [word for word in words if f"[`{word}`](#{word})" not in PAGE] == []
