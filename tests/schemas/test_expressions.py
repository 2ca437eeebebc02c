"""The language of conditions: what it reads, prints, says and refuses; and its page."""

import re
from pathlib import Path
from typing import Annotated, Any, get_args

import polars as pl
import pytest
from hypothesis import given
from pydantic import AfterValidator, TypeAdapter, ValidationError

from engine.matching import COLUMNS, matches
from schemas.events.journey import Side
from schemas.expressions import (
    ATTRIBUTE_KINDS,
    CHOICES,
    FIELDS,
    BadCondition,
    Condition,
    fields,
    parsed,
    said,
)
from schemas.expressions.grammar import TEXT_MAX
from schemas.values import minor_units
from tests.schemas.test_hostile_conditions import refusal
from tests.strategies.conditions import ATTRIBUTES, CONDITIONS, KNOWN

PAGE = (Path(__file__).parents[2] / "docs/conditions.md").read_text(encoding="utf-8")


@given(CONDITIONS)
def test_a_condition_prints_as_the_text_it_is_read_from(condition: Condition) -> None:
    text = str(condition)
    if len(text) <= TEXT_MAX:
        assert parsed(text, ATTRIBUTES) == condition
        assert str(parsed(text, ATTRIBUTES)) == text


@given(CONDITIONS)
def test_a_condition_is_said_in_both_languages(condition: Condition) -> None:
    assert said(condition, "en") == str(condition)
    told = re.sub(r'"([^"]|"")*"', "", said(condition, "zh"))
    assert not re.search(r"\b(is|and|or|not|amount|term|product|class|known)\b", told)


def test_payees_are_told_in_chinese() -> None:
    text = 'product is "Cloud" and amount is at least 100000.00'
    assert said(parsed(text, {}), "zh") == '产品为 "Cloud"，且金额不低于 100000.00'
    text = "not (margin * amount is less than 5 or start is before 2026-01-01) and class is self"
    assert said(parsed(text, ATTRIBUTES), "zh") == (
        "非（margin × 金额低于 5，或 start 早于 2026-01-01），且来源类别为自拓"
    )


def test_words_may_be_capitals_and_spaces_many() -> None:
    text = 'Product  IS\nNOT  One\tof "A" , "B" AND Customer  Type is NOT KNOWN or CLASS is House'
    assert str(parsed(text, {})) == (
        'product is not one of "A", "B" and customer type is not known or class is house'
    )


def test_it_names_what_it_reads() -> None:
    text = "term is more than 0 and amount * margin / term is 5 or not (region is known)"
    assert fields(parsed(text, ATTRIBUTES)) == {"term", "amount", "margin", "region"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadCondition) as caught:
        parsed("amuont is 5 and region is 3 or kind is sold", ATTRIBUTES)
    assert [finding.column for finding in caught.value.findings] == [1, 27, 40]
    assert caught.value.findings[0].suggestion == '"amount"'


def test_pydantic_shows_its_code() -> None:
    where = TypeAdapter(Annotated[str, AfterValidator(lambda text: str(parsed(text, {})))])
    with pytest.raises(ValidationError) as caught:
        where.validate_python("amuont is {column}")
    [error] = caught.value.errors()
    assert error["type"] == BadCondition.code == "bad-condition"
    assert error["msg"].startswith('column 11: found "{", expected ')


# Division.


@pytest.mark.parametrize(
    "text",
    [
        "term is more than 0 and amount / term is 5",
        "amount / term is 5 and term is at least 1",
        "0 is less than term and amount / term is 5",
        "term is not 0 and (class is self or not (amount / (2 * -term) is more than 5))",
        "(term is 12 or term is one of 24, 36) and amount / term is 5",
        "term is from 1 up to 5 and amount / term is 5",
        "term * seats is more than 0 and amount / (term * seats) is 5",
        "term is less than 0 and seats is more than 0 and amount / (term / seats) is 5",
        "amount / (3 - 2) is 5",
    ],
)
def test_a_guarded_division_is_one(text: str) -> None:
    assert str(parsed(text, ATTRIBUTES)) == text


@pytest.mark.parametrize(
    "text",
    [
        "amount / term is 5",
        "term is more than 0 or amount / term is 5",
        "not (term is more than 0) and amount / term is 5",
        "term is at least 0 and amount / term is 5",
        "term is more than -1 and amount / term is 5",
        "term is less than 1 and amount / term is 5",
        "term is from 0 up to 5 and amount / term is 5",
        "term is one of 0, 5 and amount / term is 5",
        "(term is 12 or class is self) and amount / term is 5",
        "term is known and amount / term is 5",
        "term is more than 0 and amount / (term - 1) is 5",
        "seats is more than term and amount / seats is 5",
        "amount / term is more than 0 and amount / (amount / term) is 5",
        "amount / (2 - 2) is 5",
        "amount / (1 / 0) is 5",
    ],
)
def test_a_division_that_may_be_by_zero_is_refused(text: str) -> None:
    assert "a division by" in refusal(text)
    assert re.match(r"column \d+: ", refusal(text))


# The page.


def table(name: str) -> list[list[str]]:
    rows = PAGE.split(f"<!-- {name} -->\n")[1].split("\n\n")[0].split("\n<!--")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def cells(row: list[str], header: list[str]) -> dict[str, Any]:
    values = {name: value or None for name, value in zip(header, row, strict=False)}
    deal: dict[str, Any] = {f"attr_{name}": values.get(name) for name in ATTRIBUTES}
    deal |= {column: values.get(name) for name, column in COLUMNS.items()}
    term, products = values["term"], values["product"]
    amount = minor_units(values["amount"] or "", "CNY")
    return deal | {
        "products": products.split(", ") if products else None,
        "first": values["business"] == "first",
        "term_months": int(term) if term else None,
        "amount_num": amount * 7,
        "amount_den": 7,
    }


def deals() -> pl.DataFrame:
    header, _, *rows = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in PAGE.split("<!-- deals -->\n")[1].split("\n\n")[0].splitlines()
    ]
    wide = {"amount_num": pl.Int128, "amount_den": pl.Int128, "attr_start": pl.String}
    return pl.DataFrame([cells(row, header) for row in rows], schema_overrides=wide)


def test_every_example_of_the_page_holds() -> None:
    _, _, *rows = table("examples")
    frame = deals()
    assert len(rows) > 30
    for text, expected in rows:
        holds = matches(frame, parsed(text.strip("`"), ATTRIBUTES), 2)
        names = [f"D{i}" for i, held in enumerate(holds, 1) if held]
        assert (text, ", ".join(names)) == (text, expected)


def test_every_refusal_of_the_page_is_said_so() -> None:
    _, _, *rows = table("refused")
    assert [(text, refusal(text.strip("`"))) for text, _ in rows] == [
        (text, because) for text, because in rows
    ]


@pytest.mark.parametrize("name", KNOWN)
def test_every_field_and_choice_is_on_the_page(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| ([\w-]+) \| (.*) \|$", PAGE, re.MULTILINE)
    if name in FIELDS:
        assert row is not None
        assert row[1] == FIELDS[name]
        assert all(f"`{word}`" in row[2] for word in CHOICES.get(name, ()))
    assert all(f"`{kind}`" in PAGE for kind in ATTRIBUTE_KINDS)


def test_the_sides_are_those_of_a_lead() -> None:
    assert CHOICES["side"] == get_args(Side)
