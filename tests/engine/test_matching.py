"""The kernel's conditions against an oracle in plain Python, one row at a time with fractions."""

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from engine.allocation import AmountTooLarge
from engine.matching import matches
from schemas.expressions import Condition, Kind, parsed
from schemas.expressions.nodes import (
    All,
    AnyOf,
    Compares,
    Computed,
    Constant,
    Field,
    Is,
    Known,
    Negative,
    Not,
    Number,
    Within,
)
from tests.strategies.conditions import ATTRIBUTES, CONDITIONS

DTYPES = {
    "products": pl.List(pl.String()),
    "customer_type": pl.String(),
    "source": pl.String(),
    "role": pl.String(),
    "side": pl.String(),
    "channel": pl.String(),
    "campaign": pl.String(),
    "team": pl.String(),
    "kind": pl.String(),
    "first": pl.Boolean(),
    "amount_num": pl.Int128(),
    "amount_den": pl.Int128(),
    "term_months": pl.Int64(),
    **{f"attr_{name}": pl.String() for name in ATTRIBUTES},
}
WRITTEN = [
    "0", "-0", "1", "7", "-3", "12.5", "0.25", "-0.000001", "1/4", "-2/3", "0/5", "1/0", "1/07",
    "25%", "-5%", "12.345678%", "1/4%", "0.1234567", "999999999999.999999", "9999999999999", "007",
    "+1", " 1", "1 ", "1\n", "1e3", "1.", ".5", "", "x", "yes", "no", "YES", "nan", "inf", "٣",
    "2026-04-01", "2026-03-31", "2024-02-29", "2026-02-29", "2026-4-1", "0000-01-01", "9999-12-31",
    "2026-04-01 ", "0999-01-01", "--1", "%", "-", "/", "1//2", "１", "A", "B", '"',
]  # fmt: skip
WORDS = ["A", "B", '"', "' OR 1=1; --", "marketing", "self", "sales", "signing", "renewal", "", "x"]


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    word = st.none() | st.sampled_from(WORDS)
    special: dict[str, st.SearchStrategy[Any]] = {
        "products": st.none() | st.lists(word, max_size=3),
        "first": st.none() | st.booleans(),
        "amount_num": st.none() | st.integers(0, 10**9) | st.sampled_from([0, 500, 10**17]),
        "amount_den": st.sampled_from([1, 1, 3, 10_000]),
        "term_months": st.none() | st.integers(0, 36),
    }
    written = st.none() | st.sampled_from(WRITTEN)
    row = {
        name: special.get(name, written if name.startswith("attr_") else word) for name in DTYPES
    }
    return st.lists(st.fixed_dictionaries(row), max_size=4)


# The oracle.


def holds(condition: Condition, row: dict[str, Any], digits: int) -> bool:
    match condition:
        case Not(part):
            return not holds(part, row, digits)
        case All(parts):
            return all(holds(part, row, digits) for part in parts)
        case AnyOf(parts):
            return any(holds(part, row, digits) for part in parts)
        case Known(field):
            return value(field, row, digits) not in (None, [])
        case Is(left, values):
            found = value(left, row, digits)
            found = found if isinstance(found, list) else [found]
            wanted = [value(each, row, digits) for each in values]
            return any(each in found for each in wanted if each is not None)
        case Compares(left, relation, right):
            low, high = value(left, row, digits), value(right, row, digits)
            if low is None or high is None:
                return False
            return bool(
                (low > high and relation in ("more than", "at least"))
                or (low < high and relation in ("less than", "at most"))
                or (low == high and relation in ("at most", "at least"))
            )
        case Within(left, low, high):
            found = value(left, row, digits)
            ends = value(low, row, digits), value(high, row, digits)
            return None not in (found, *ends) and ends[0] <= found < ends[1]


def value(of: Number | str | date | bool, row: dict[str, Any], digits: int) -> Any:
    match of:
        case Constant(written):
            return exact(written)
        case Negative(inner):
            found = value(inner, row, digits)
            return None if found is None else -found
        case Computed(left, operator, right):
            one, other = value(left, row, digits), value(right, row, digits)
            if one is None or other is None or (operator == "/" and other == 0):
                return None
            return {
                "+": lambda: one + other,
                "-": lambda: one - other,
                "*": lambda: one * other,
                "/": lambda: one / other,
            }[operator]()
        case Field():
            return of_field(of, row, digits)
        case _:
            return of


def of_field(field: Field, row: dict[str, Any], digits: int) -> Any:
    match field.name:
        case "amount":
            num = row["amount_num"]
            return None if num is None else Fraction(num, row["amount_den"]) / 10**digits
        case "term":
            return None if row["term_months"] is None else Fraction(row["term_months"])
        case "business":
            return {True: "first", False: "repeat", None: None}[row["first"]]
        case "product":
            return [each for each in row["products"] or [] if each is not None]
        case "customer type":
            return row["customer_type"]
        case "class":
            return row["source"]
        case name if name in ATTRIBUTES:
            return read(row[f"attr_{name}"], field.kind)
        case name:
            return row[name]


def read(text: str | None, kind: Kind) -> Any:
    """What a text means, by trying: it must print again as it was written."""
    if text is None or kind is Kind.TEXT:
        return text
    if kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(text)
    try:
        if kind is Kind.DATE:
            day = date.fromisoformat(text)
            return day if day.isoformat() == text and day.year >= 1000 else None
        return None if text.endswith("%") and kind is Kind.NUMBER else exact(text)
    except (ValueError, ZeroDivisionError):
        return None


def exact(text: str) -> Fraction | None:
    if not text.isascii() or text.strip("-.%/0123456789"):
        return None
    bare, percent = (text[:-1], 100) if text.endswith("%") else (text, 1)
    whole, slash, den = bare.partition("/")
    if slash:
        sizes = len(whole.lstrip("-")) > 7 or len(den) > 7 or percent == 100 or "." in bare
        odd = sizes or str(int(den)) != den or str(int(whole)) != whole
        return None if odd and whole != "-0" else Fraction(int(whole), int(den))
    whole, point, decimals = bare.partition(".")
    odd = str(int(whole)) != whole and whole != "-0"
    if odd or len(whole.lstrip("-")) > 12 or len(decimals) > 6 or (point and not decimals):
        return None
    return Fraction(bare) / percent


@settings(max_examples=400)
@given(condition=CONDITIONS, rows=rows(), digits=st.sampled_from([0, 2, 3]))
def test_a_condition_holds_where_the_oracle_says(
    condition: Condition, rows: list[dict[str, Any]], digits: int
) -> None:
    frame = pl.DataFrame(rows, schema=DTYPES)
    try:
        found = matches(frame, condition, digits)
    except AmountTooLarge:
        event("too large")
        return
    assert found.dtype == pl.Boolean()
    expected = [holds(condition, row, digits) for row in rows]
    assert found.to_list() == expected
    event(f"holds for some: {any(expected)}, for all: {all(expected)}")


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.RATE, Kind.DATE, Kind.YES_NO])
def test_a_text_is_read_as_its_kind_or_missing(text: str, kind: Kind) -> None:
    frame = pl.DataFrame({"attr_a": [text, None]})
    field = Field("a", kind)
    meant = read(text, kind)
    assert matches(frame, Known(field), 2).to_list() == [meant is not None, False]
    if isinstance(meant, Fraction):
        same = Computed(Constant(str(abs(meant.numerator))), "/", Constant(str(meant.denominator)))
        wanted: Any = Negative(same) if meant < 0 else same
    else:
        wanted = meant
    if meant is not None:
        assert matches(frame, Is(field, (wanted,)), 2).to_list() == [True, False]


def asked(text: str, **columns: list[Any]) -> list[bool]:
    frame = pl.DataFrame(columns, schema={name: DTYPES[name] for name in columns})
    return matches(frame, parsed(text, ATTRIBUTES), 2).to_list()


def test_only_columns_that_are_read_need_to_be_there() -> None:
    assert asked("term is at least 12", term_months=[11, 12, None]) == [False, True, False]


def test_a_frame_without_rows_has_an_answer() -> None:
    text = 'amount / 3 is more than 5 and region is known and product is not "A"'
    assert asked(text, amount_num=[], amount_den=[], attr_region=[], products=[]) == []


def test_a_third_is_exact() -> None:
    text = "amount * 3 is 100.00"
    assert asked(text, amount_num=[10_000, 3_333], amount_den=[3, 1]) == [True, False]


def test_amounts_beyond_64_bits_are_compared_exactly() -> None:
    num, den = 10**15 * 712_345 + 1, 10**5
    whole = f"{10**15 * 712_345 // (10**7)}.00"
    columns: dict[str, list[Any]] = {"amount_num": [num, num - 1], "amount_den": [den, den]}
    assert asked(f"amount is more than {whole} * 1", **columns) == [True, False]
    assert asked(f"amount is {whole}", **columns) == [False, True]


def test_signs_and_quotients_are_exact_in_128_bits() -> None:
    text = "seats is not 0 and -amount / seats is at least 0 - 3.00 and -(amount / -seats) is {}"
    columns: dict[str, list[Any]] = {"amount_num": [9 * 10**23] * 3, "amount_den": [10**3] * 3}
    seats = ["300000000000", "-300000000000", "0"]
    for wanted, held in (("30000000.00", [False] * 3), ("-30000000.00", [False, True, False])):
        assert asked(text.format(wanted), attr_seats=seats, **columns) == held


def test_what_does_not_fit_into_128_bits_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        asked(
            "margin * amount / 999999999.999999 is more than 999999999999999.999999",
            amount_num=[10**24],
            amount_den=[10**9],
            attr_margin=["0.123457"],
        )


def test_one_zero_divisor_among_others_is_missing() -> None:
    text = "term is at least 0 and (term is not 0 and amount / term is at least -5.00)"
    columns: dict[str, list[Any]] = {"amount_num": [100, 100], "amount_den": [1, 1]}
    assert asked(text, term_months=[0, 1], **columns) == [False, True]
    quotient = Computed(Field("amount", Kind.MONEY), "/", Field("term", Kind.NUMBER))
    frame = pl.DataFrame({"term_months": [0, 1], **columns})
    assert matches(frame, Not(Is(quotient, (Constant("1"),))), 2).to_list() == [True, False]
