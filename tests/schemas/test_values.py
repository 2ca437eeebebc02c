"""Money, shares, rates and currencies: exact in every notation, refused in every other."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from iso4217 import Currency
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from schemas.currencies import DIGITS
from schemas.events.decisions import ExchangeRate
from schemas.rates import Rate, parse_rate, rate_text
from schemas.values import (
    ID_PATTERN,
    MINOR_MAX,
    Amount,
    Id,
    Instant,
    Money,
    Share,
    amount_text,
    minor_units,
)

CURRENCIES = st.sampled_from(sorted(DIGITS))


def code_of(adapter: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(adapter).validate_python(value)
    return caught.value.errors()[0]["type"]


IDS = st.text("AZaz09._:-", min_size=1, max_size=64)


@given(IDS | st.text(max_size=70) | IDS.map(lambda known: f"{known}\n") | st.none() | st.binary())
@example("x" * 64)
@example("x" * 65)
@example("\ud800")
def test_an_id_is_what_its_pattern_says_and_stays_as_it_is(value: object) -> None:
    if not isinstance(value, str):
        assert code_of(Id, value) == "wrong-type"
    elif re.fullmatch(ID_PATTERN.removesuffix("$"), value, re.ASCII):
        assert TypeAdapter(Id).validate_python(value) == value
    else:
        assert code_of(Id, value) == "bad-id"


def test_the_table_of_currencies_is_that_of_iso_4217() -> None:
    theirs = {currency.code: currency.exponent for currency in Currency}
    both = DIGITS.keys() & theirs.keys()
    assert len(both) > 140
    assert {code: DIGITS[code] for code in both} == {code: theirs[code] for code in both}


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4)])
def test_a_currency_has_its_digits(code: str, digits: int) -> None:
    assert DIGITS[code] == digits


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "DEM", "HRK", "BGN"])
def test_metals_tests_and_retired_currencies_are_not_payable(code: str) -> None:
    assert code not in DIGITS


@given(CURRENCIES, st.integers(-MINOR_MAX + 1, MINOR_MAX - 1))
def test_an_amount_written_and_read_again_is_the_same(currency: str, minor: int) -> None:
    text = amount_text(minor, currency)
    assert minor_units(text, currency) == minor
    assert Fraction(text) * 10 ** DIGITS[currency] == minor


@given(CURRENCIES, st.sampled_from([-1, 1]))
def test_an_amount_is_below_the_bound_by_one_at_least(currency: str, sign: int) -> None:
    assert minor_units(amount_text(sign * (MINOR_MAX - 1), currency), currency)
    with pytest.raises(PydanticCustomError):
        minor_units(amount_text(sign * MINOR_MAX, currency), currency)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        minor = minor_units(text, "CNY")
    except PydanticCustomError as refused:
        found = refused.type
    else:
        found = "exact" if Fraction(text) * 100 == minor else "inexact"
    assert found in ("bad-amount", "no-such-unit", "exact")


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {"amount": "1"}, {"currency": "CNY"}])
def test_only_an_object_with_both_fields_is_money(value: object) -> None:
    code_of(Amount, value)


def test_money_is_shown_with_its_currency() -> None:
    assert str(Money(minor=-5, currency="CNY")) == "-0.05 CNY"
    assert str(Money(minor=5, currency="JPY")) == "5 JPY"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1", Fraction(1)),
        ("1/1", Fraction(1)),
        ("1.0", Fraction(1)),
        ("0.50", Fraction(1, 2)),
        ("2/4", Fraction(1, 2)),
        ("1/1000000", Fraction(1, 10**6)),
        ("0.000001", Fraction(1, 10**6)),
    ],
)
def test_a_share_is_exact_in_every_notation(text: str, share: Fraction) -> None:
    assert TypeAdapter(Share).validate_python(text) == share


@given(st.text("0123456789./-+e ", max_size=12))
def test_any_text_is_a_share_or_refused(text: str) -> None:
    try:
        share = TypeAdapter(Share).validate_python(text)
    except ValidationError as refused:
        found = refused.errors()[0]["type"]
    else:
        found = "exact" if 0 < share <= 1 and share == Fraction(text) else "inexact"
    assert found in ("bad-share", "exact")


@pytest.mark.parametrize("value", [0.5, 1, True, None, ["1/2"]])
def test_a_share_that_is_not_a_text_is_refused(value: object) -> None:
    assert code_of(Share, value) == "wrong-type"


@given(st.fractions(0, 1000, max_denominator=10**6))
def test_a_rate_written_and_read_again_is_the_same(rate: Fraction) -> None:
    if rate.denominator <= 10**7 and rate.numerator < 10**7:
        assert parse_rate(rate_text(rate)) == rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [("4%", "1/25"), ("0.04", "1/25"), ("1/25", "1/25"), ("33.33%", "3333/10000"), ("0", "0")],
)
def test_a_rate_is_exact_in_every_notation(text: str, rate: str) -> None:
    assert TypeAdapter(Rate).validate_python(text) == Fraction(rate)


@pytest.mark.parametrize("text", ["-4%", "4 %", "1/0", "4%\n", "1e9", "٤%", "1_0", "", "%", ".5"])
def test_a_rate_in_other_letters_is_refused(text: str) -> None:
    assert code_of(Rate, text) == "bad-rate"


@pytest.mark.parametrize(
    "text",
    ["0", "-1", "1e9999999999999999", "1/0", " 7.1", "7_1", "7.1\n", "", "nan", "0.0", "1e3"],
)
def test_a_bad_rate_of_exchange_is_refused_at_once(text: str) -> None:
    assert code_of(ExchangeRate, text) == "bad-rate"


def test_an_instant_is_kept_in_utc() -> None:
    adapter = TypeAdapter(Instant)
    at = adapter.validate_python("2026-01-20T15:00:00.5+08:00")
    assert adapter.dump_python(at, mode="json") == "2026-01-20T07:00:00.500000Z"


@given(st.text("0123456789-:TtZz+. ", max_size=30))
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    try:
        at = TypeAdapter(Instant).validate_python(text)
    except ValidationError as refused:
        found = refused.errors()[0]["type"]
    else:
        found = str(at.tzinfo)
    assert found in ("bad-time", "naive-time", "time-out-of-range", "UTC")
