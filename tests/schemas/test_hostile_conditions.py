"""Texts that mean harm are no conditions, and are refused in a few words."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.matching import matches
from schemas.expressions import (
    ATTRIBUTE_KINDS,
    BadCondition,
    Condition,
    Kind,
    parsed,
    said,
)
from schemas.expressions.grammar import DEPTH_MAX
from tests.strategies.conditions import ATTRIBUTES


def refusal(text: str) -> str:
    with pytest.raises(BadCondition) as caught:
        parsed(text, ATTRIBUTES)
    assert len(str(caught.value)) < 2_000, "an error is no place for a whole hostile text"
    assert str(caught.value).isprintable()
    return str(caught.value)


DROP = "'; DROP TABLE deals; --"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * 1_000_000, "1,000,000 characters"),
        ("(" * 1_990, "too deep"),
        ("(" * 60 + "term is 1" + ")" * 60, "too deep"),
        ("not (" * 60 + "term is 1" + ")" * 60, "too deep"),
        ("-(" * 60 + "term" + ")" * 60 + " is 1", "too deep"),
        ("+".join(["term"] * 60) + " is 1", "too deep"),
        ("- " * 900 + "term is 1", 'found "-"'),
        ("term is 1\0", "U+0000"),
        ('region is "a\0"', "U+0000"),
        ('region is "\u202eCloud"', "U+202E"),
        ('region is "\ud800"', "U+D800"),
        ("\u0430mount is 5", "CYRILLIC SMALL LETTER A"),
        ("amount is \uff15", "FULLWIDTH DIGIT FIVE"),
        ("amount is \u0665", "ARABIC-INDIC DIGIT FIVE"),
        ("amount\u00a0is 5", "NO-BREAK SPACE"),
        (f"region is {DROP}", "straight double quotes"),
        (f'region is "" or 1=1{DROP}', 'found "="'),
        ("amount is 1e400", "1e400"),
        ("amount is 9999999999999999", "at most 15 digits"),
        ("amount is 0.0000001", "6 after"),
        ("amount is " + "*".join(["999999999999999"] * 9), "a smaller one"),
        ("amount is 1_000", "1_000"),
        ("__import__('os') is 1", '"_"'),
        ("{findings} is 1", '"{"'),
        ('region is "', "not closed"),
        ('region is ""', "a text in quotes"),
        ("", "nothing"),
        (" \n", "nothing"),
    ],
)
def test_a_hostile_text_is_refused(text: str, said: str) -> None:
    assert said in refusal(text)


def test_what_is_in_quotes_is_only_text() -> None:
    text = f'region is "{DROP}" and product is "SELECT 1.0 + pl.col(x)"'
    frame = pl.DataFrame({"attr_region": [DROP, "x"], "products": [["SELECT 1.0 + pl.col(x)"], []]})
    assert matches(frame, parsed(text, ATTRIBUTES), 2).to_list() == [True, False]


def test_the_deepest_condition_is_read_and_asked() -> None:
    deep = DEPTH_MAX - 1
    text = "not (" * deep + "term is 1 and class is known" + ")" * deep
    with pytest.raises(BadCondition, match="too deep"):
        parsed(text.replace("not (", "not (term is 2 or ", 3), {})
    condition = parsed("not (" * (deep - 1) + "term is 1 and class is known" + ")" * (deep - 1), {})
    assert parsed(str(condition), {}) == condition
    assert said(condition, "zh")
    frame = pl.DataFrame({"term_months": [1], "source": ["self"]})
    assert matches(frame, condition, 2).to_list() == [True]


@given(st.text(max_size=60) | st.lists(st.sampled_from(
    ["amount", "term", "product", "is", "not", "one of", "at least", "from", "up to", "and", "or",
     "(", ")", "5", "20%", '"A"', ",", "+", "-", "/", "known", "region", "2026-01-01", "yes"]
), max_size=14).map(" ".join))  # fmt: skip
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    found: Condition | BadCondition
    try:
        found = parsed(text, ATTRIBUTES)
    except BadCondition as bad:
        found = bad
    if isinstance(found, BadCondition):
        assert all(1 <= finding.column <= len(text) + 1 for finding in found.findings)
    else:
        assert parsed(str(found), ATTRIBUTES) == found


@pytest.mark.parametrize("name", ["amount", "not", "Region", "a b", "is", "x" * 65, "region\n", ""])
def test_an_attribute_cannot_hide_a_word(name: str) -> None:
    with pytest.raises(BadCondition, match="an attribute called"):
        parsed("term is 5", {name: Kind.TEXT})


def test_an_attribute_is_no_money() -> None:
    assert set(Kind) - ATTRIBUTE_KINDS == {Kind.MONEY}
    with pytest.raises(BadCondition, match="an attribute called"):
        parsed("term is 5", {"bonus": Kind.MONEY})
