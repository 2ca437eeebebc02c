"""Plan documents: whatever a plan says is told, in both languages, on a page and on paper."""

import io
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pydantic import ValidationError
from pypdf import PdfReader

from evenhand.documents.pdf import pdf
from evenhand.plan_files import read_plan
from projections.plan_documents import Document, page, plan_document
from projections.plan_documents.words import LANGUAGES
from schemas.expressions import Language
from schemas.plans import Plan
from tests.conftest import Golden
from tests.rule_reference import OF_PAGES
from tests.services.chromium import browser
from tests.strategies import vary_plan
from tests.test_plan_pages import PAGES, plan_on

FOLDER = Path(__file__).parent / "documents"
BOTH: tuple[Language, ...] = ("en", "zh")
NOT_TOLD = {"events"}
"""Facts are told one by one, in words: not everything in their text is."""
HOSTILE = """<script>alert("1")</script> & {plan} </style> #sys.inputs $x$ `'"""


@cache
def everything() -> Plan:
    return read_plan(FOLDER / "everything.yaml")


def plans() -> dict[str, Plan]:
    return {page: plan_on(PAGES / f"{page}.md") for page in OF_PAGES} | {"everything": everything()}


def told(plan: Plan, language: Language) -> Document:
    """What is told of a plan, without the digest, which any change would change."""
    document = plan_document(plan, language)
    return replace(document, terms=document.terms[:-1], last="")


@cache
def words_of() -> dict[str, set[str]]:
    """The words that each key of the language may choose from."""
    schema = Plan.model_json_schema(by_alias=True)
    found: dict[str, set[str]] = {}
    for part in (schema, *schema["$defs"].values()):
        for key, holds in part.get("properties", {}).items():
            found.setdefault(key, set()).update(re.findall(r"'([a-z-]+)'", str(holds.get("enum"))))
            for choice in holds.get("anyOf", []):
                found[key].update(choice.get("enum", []))
    return found


def leaves(
    value: Any, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from leaves(inner, (*place, key))
        case list():
            for number, inner in enumerate(value):
                yield from leaves(inner, (*place, number))
        case _:
            yield place, value


def others(key: str | int, value: Any) -> list[Any]:
    """What a leaf might say instead."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case _:
            return [*sorted(words_of().get(str(key), ())), "7%", "123.45", "JPY", "2026-05-01"]


def changed(document: dict[str, Any], place: tuple[str | int, ...], value: Any) -> Plan | None:
    """A plan that says something else at one place, or without it; None if that is no plan."""
    copy: Any = deepcopy(document)
    holder = copy
    for step in place[:-1]:
        holder = holder[step]
    if value is None:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    try:
        return Plan.model_validate(copy)
    except ValidationError:
        return None


def neighbours(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], Any, Plan]]:
    document = plan.document()
    for place, value in leaves(document):
        if place[-1] in NOT_TOLD:
            continue
        for other in (None, *others(place[-1], value)):
            found = changed(document, place, other)
            if found is not None and found != plan:
                yield place, other, found


@pytest.mark.parametrize("name", [*OF_PAGES, "everything"])
def test_whatever_a_plan_says_otherwise_is_told_otherwise(name: str) -> None:
    plan = plans()[name]
    as_it_is = {language: told(plan, language) for language in BOTH}
    others_told = [
        (language, place, other, told(found, language))
        for place, other, found in neighbours(plan)
        for language in BOTH
    ]
    assert len(others_told) > 20
    untold = [each for each in others_told if each[3] == as_it_is[each[0]]]
    assert untold == []


def test_the_plan_of_everything_has_every_key() -> None:
    schema = Plan.model_json_schema(by_alias=True)
    keys = {
        key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})
    }
    used = {
        step
        for plan in plans().values()
        for place, _ in leaves(plan.document())
        for step in place
        if isinstance(step, str)
    }
    assert keys - used <= {"held", "capped", "owed"}


def test_the_languages_have_the_same_sentences_with_the_same_values() -> None:
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert {name for name in chinese if not name.startswith("currency-")} == english.keys()
    for name in english:
        optional = {"year", "month", "day", "iso", "text"}
        fields = [
            {field for _, field, _, _ in Formatter().parse(said[name]) if field} - optional
            for said in (english, chinese)
        ]
        assert fields[0] == fields[1] or name == "year-starts", name
        assert english[name].count("|") == chinese[name].count("|"), name


@pytest.mark.parametrize("language", BOTH)
def test_the_page_is_the_one_that_was_read_and_accepted(language: Language, golden: Golden) -> None:
    golden(FOLDER / f"everything.{language}.html", page(plan_document(everything(), language)))


@pytest.mark.parametrize("language", BOTH)
def test_the_page_names_the_version_and_the_digest_of_its_plan(language: Language) -> None:
    plan = everything()
    text = page(plan_document(plan, language))
    assert plan.name in text
    assert plan.digest() in text
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert "<script" not in text
    assert text.count("<table>") == text.count("<caption>") > 10


def hostile() -> Plan:
    """A plan whose free texts try to be something else."""
    example = {
        "name": HOSTILE,
        "events": f'2026-01-05 payee-enrolled mia name "{HOSTILE.replace(chr(34), "")}"',
        "expect": [
            {"payee": "mia", "period": "2026-01", "component": "self-sourced", "amount": "0.00"}
        ],
    }
    axis = {"by": "product", "of": [HOSTILE, "*"]}
    columns = {"by": "amount", "from": ["0"]}
    matrix = {
        "id": "looked-up",
        "kind": "matrix",
        "credits": "sales",
        "where": 'channel is "<img src=x>"',
        "table": {"rows": axis, "columns": columns, "rates": [["1%"], ["2%"]]},
    }
    plan = vary_plan(examples=[example])
    return Plan.model_validate(plan | {"components": [*plan["components"], matrix]})


@pytest.mark.parametrize("language", BOTH)
def test_texts_stay_texts(language: Language) -> None:
    document = plan_document(hostile(), language)
    text = page(document)
    assert "<script>" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
    assert text.count("</style>") == 1
    assert "{plan}" in text
    paper = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf(document))).pages)
    assert "#sys.inputs $x$" in paper


@pytest.mark.parametrize("language", BOTH)
def test_the_paper_can_be_read_and_carries_its_fonts(language: Language) -> None:
    plan = everything()
    reader = PdfReader(io.BytesIO(pdf(plan_document(plan, language))))
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    for word in (
        ("达成率", "追溯", "封顶", "预支", "留存", "保底") if language == "zh" else ("Gate",)
    ):
        assert word in text
    assert plan.digest() in text
    fonts = [
        font.get_object()
        for sheet in reader.pages
        for font in sheet["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    for font in fonts:
        [inner] = font["/DescendantFonts"]
        embedded = inner.get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in embedded or "/FontFile2" in embedded
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == ("zh-CN" if language == "zh" else "en")


@pytest.mark.parametrize("language", BOTH)
def test_the_same_plan_gives_the_same_bytes(language: Language) -> None:
    again = Plan.model_validate(everything().document())
    assert page(plan_document(again, language)) == page(plan_document(everything(), language))
    assert pdf(plan_document(again, language)) == pdf(plan_document(everything(), language))


def test_nothing_is_wider_than_a_phone() -> None:
    with browser() as chromium:
        for language in BOTH:
            for scheme in ("light", "dark"):
                sheet = chromium.new_page(
                    viewport={"width": 360, "height": 800},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                sheet.set_content(page(plan_document(everything(), language)))
                wide = sheet.evaluate("document.documentElement.scrollWidth")
                back = sheet.evaluate("getComputedStyle(document.body).backgroundColor")
                assert wide <= 360
                assert (back == "rgb(255, 255, 255)") == (scheme == "light")
                sheet.close()
