"""Money is rounded in one place, the same in columns as in fractions, to the last bit."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.allocation import (
    INT64_BOUND,
    INT128_BOUND,
    AmountTooLarge,
    Rounding,
    allocate,
    divided,
    product_dtype,
    rounded,
    rounded_products,
)
from schemas.values import MINOR_MAX

quick = settings(max_examples=150, deadline=None)
MODES: Sequence[Rounding] = ("half-even", "half-up", "half-down")
amounts = st.one_of(st.integers(0, 1_000), st.integers(0, MINOR_MAX - 1), st.just(MINOR_MAX - 1))
shares = st.lists(
    st.sampled_from([Fraction(n, d) for d in (1, 2, 3, 7, 1_000_000) for n in (1, d)]),
    min_size=1,
    max_size=6,
)


def by_column(rows: Sequence[tuple[int, int, int, Rounding]]) -> list[int]:
    schema = {"amount": pl.Int64(), "num": pl.Int128(), "den": pl.Int128(), "rounding": pl.String()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return rounded_products(frame, "amount", "num", "den").to_list()


@pytest.mark.parametrize(
    ("exact", "mode", "whole"),
    [
        (Fraction(5, 2), "half-even", 2),
        (Fraction(7, 2), "half-even", 4),
        (Fraction(5, 2), "half-up", 3),
        (Fraction(5, 2), "half-down", 2),
        (Fraction(-5, 2), "half-even", -2),
        (Fraction(-5, 2), "half-up", -3),
        (Fraction(-5, 2), "half-down", -2),
        (Fraction(249, 100), "half-up", 2),
        (Fraction(251, 100), "half-down", 3),
        (Fraction(0), "half-up", 0),
    ],
)
def test_halves_go_where_the_plan_says(exact: Fraction, mode: Rounding, whole: int) -> None:
    assert rounded(exact, mode) == whole


@quick
@given(
    st.lists(
        st.tuples(
            amounts,
            st.integers(0, 10**9),
            st.sampled_from([1, 2, 3, 7, 100, 10**6, 10**9, 2**60, 10**20]),
            st.sampled_from(MODES),
        ).filter(lambda row: row[0] * row[1] < MINOR_MAX * row[2]),
        min_size=1,
        max_size=8,
    )
)
def test_columns_round_as_fractions_do(rows: list[tuple[int, int, int, Rounding]]) -> None:
    exact = [rounded(Fraction(amount * num, den), mode) for amount, num, den, mode in rows]
    assert by_column(rows) == exact


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("num", "den"),
    [
        (1, 2),
        (INT64_BOUND // 4 // MINOR_MAX, 10_000),  # the last product that is proven in 64 bits
        (INT64_BOUND // 4 // MINOR_MAX + 2, 10_000),  # the first that is taken in 128
        (2**59 - 1, 2**60),
        (2**60 + 1, 2**60),
        (10**20 + 1, 2 * 10**20),
        (INT128_BOUND // 4 // MINOR_MAX - 1, INT128_BOUND // 4 // MINOR_MAX),
    ],
)
def test_products_are_exact_on_both_sides_of_64_bits(num: int, den: int, mode: Rounding) -> None:
    rows = [(amount, num, den, mode) for amount in (1, 2, MINOR_MAX // 2 + 1, MINOR_MAX - 1)]
    exact = [rounded(Fraction(amount * num, den), mode) for amount, *_ in rows]
    assert by_column(rows) == exact


def test_a_product_beyond_128_bits_is_refused_before_it_is_taken() -> None:
    rows: list[tuple[int, int, int, Rounding]] = [
        (MINOR_MAX - 1, INT128_BOUND // MINOR_MAX, 10**20, "half-even")
    ]
    with pytest.raises(AmountTooLarge) as refused:
        by_column(rows)
    assert refused.value.code == "amount-too-large"


def test_a_payout_that_is_no_amount_any_more_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        by_column([(MINOR_MAX - 1, 10**9, 1, "half-even")])


def test_bounds_decide_the_width() -> None:
    assert product_dtype(2, 2**61 - 1) == pl.Int64()
    assert product_dtype(2, 2**61) == pl.Int128()
    assert product_dtype(-2, -(2**61)) == pl.Int128()
    assert product_dtype(0, 5) == pl.Int64()
    assert product_dtype(2, 2**125 - 1) == pl.Int128()
    with pytest.raises(AmountTooLarge):
        product_dtype(2, 2**125)


def split(drawn: list[Fraction]) -> tuple[list[str], list[int], int]:
    """Payees, whole weights, and their total."""
    whole = lcm(*(share.denominator for share in drawn))
    weights = [share.numerator * (whole // share.denominator) for share in drawn]
    names = [name for name, _ in zip(["lee", "Bo", "mia", "ann", "a-1", "z"], drawn, strict=False)]
    return names, weights, sum(weights)


@quick
@given(st.lists(st.tuples(amounts, shares), min_size=1, max_size=4))
def test_columns_divide_as_fractions_do(drawn: list[tuple[int, list[Fraction]]]) -> None:
    rows: list[tuple[int, int, str, int, int]] = []
    expected: dict[tuple[int, str], int] = {}
    for group, (whole, fractions) in enumerate(drawn):
        names, weights, total = split(fractions)
        of_total = [Fraction(weight, total) for weight in weights]
        parts = allocate(whole, of_total, names)
        assert sum(parts) == whole
        for name, weight, part in zip(names, weights, parts, strict=True):
            rows.append((group, whole, name, weight, total))
            expected[group, name] = part
    frame = pl.DataFrame(rows, schema=["group", "whole", "payee", "weight", "total"], orient="row")
    dealt = divided(frame, "whole", "weight", "total", ["group"])
    assert {(g, name): part for g, name, part in dealt.select("group", "payee", "part").rows()} == (
        expected
    )


def test_what_is_left_goes_by_remainder_then_share_then_id() -> None:
    third = Fraction(1, 3)
    assert allocate(100, [third] * 3, ["c", "a", "b"]) == [33, 34, 33]
    assert allocate(3_333 * 3 + 1, [third] * 3, ["b", "B", "a"]) == [3333, 3334, 3333]
    assert allocate(1, [Fraction(1, 4), Fraction(3, 4)], ["a", "b"]) == [0, 1]
    quarter = Fraction(1, 4)
    assert allocate(10, [quarter, quarter, 2 * quarter], ["a", "b", "c"]) == [3, 2, 5]
    assert allocate(0, [Fraction(1)], ["a"]) == [0]
