"""The text of every error, as a person reads it. `pytest --bless` accepts a new one."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.errors.instances import FAMILIES, classes, concrete, shown

LISTS = {"bad-game", "bad-journeys", "bad-model", "bad-plan", "bad-policy", "bad-training"}
"""Their advice is in each of their findings."""
FOLDER = Path(__file__).parent / "golden"


def test_every_error_says_what_it_said(golden: Golden) -> None:
    differing: list[str] = []
    for error in shown():
        try:
            golden(FOLDER / f"{error.name}.txt", error.golden())
        except (pytest.fail.Exception, AssertionError) as failed:
            differing.append(str(failed))
    assert not differing, "\n\n".join(differing)


def test_every_golden_text_is_that_of_an_error() -> None:
    found = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.txt")}
    assert found - {error.name for error in shown()} == set()


def test_a_code_stands_for_one_error() -> None:
    counted = Counter(error.name for error in shown())
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_error_has_a_code_of_its_own_and_a_family() -> None:
    codes = {family.code for family in FAMILIES}
    assert [each.__name__ for each in concrete() if each.code in codes] == []
    assert [each.__name__ for each in classes() if not issubclass(each, FAMILIES)] == []


def test_an_error_says_what_to_do_instead_in_whole_sentences() -> None:
    short = [error.name for error in shown() if error.text.count(". ") < 1]
    assert set(short) <= LISTS, "an error says what stands in the way, and then what to do instead"
    texts = {error.name: error.text.replace("\n", " ") for error in shown()}
    odd = [name for name, text in texts.items() if not text.isprintable() or ".." in text]
    assert odd == [], "an error is of plain sentences"
