"""Instalments: parts that wait for cash, a milestone or a month, and come to the whole."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.trying import by_period, paid, plan_of

COMMISSION = {"id": "commission", "kind": "commission", "credits": "sales", "rate": "10%"}


def by_parts(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    spread = {"id": "parts", "applies_to": ["commission"], "parts": list(parts), **more}
    return plan_of(COMMISSION, instalments=[spread])


def half(on: str, **more: Any) -> dict[str, Any]:
    return {"share": "50%", "on": on, **more}


AT_SIGNING = half("signing")
IN_FULL = {"cash": "in-full"}
IN_PROPORTION = {"cash": "in-proportion"}


def test_odd_cents_in_halves_come_to_the_whole() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.10 EUR
    2026-03-05 milestone-reached D1 go-live
    """
    told = paid(facts, by_parts(AT_SIGNING, half("milestone", milestone="go-live")))
    assert by_period(told) == {"2026-01": 500, "2026-03": 501}


def test_a_milestone_counts_once_and_by_its_name() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 milestone-reached D1 invoice
    2026-03-05 milestone-reached D1 go-live
    2026-04-05 milestone-reached D1 go-live
    """
    told = paid(facts, by_parts(AT_SIGNING, half("milestone", milestone="go-live")))
    assert by_period(told) == {"2026-01": 500, "2026-03": 500}


def test_a_month_after_the_31st_is_the_last_day_of_a_short_month() -> None:
    facts = "2026-01-31 deal-signed D1 by sam 100.00 EUR"
    told = paid(facts, by_parts(AT_SIGNING, half("months", months=1)))
    assert by_period(told) == {"2026-01": 500, "2026-02": 500}


def test_cash_in_proportion_is_earned_as_the_customer_pays() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 30.00 EUR
    2026-03-05 payment-received D1 90.00 EUR
    """
    told = paid(facts, by_parts(AT_SIGNING, half("cash"), **IN_PROPORTION))
    assert by_period(told) == {"2026-01": 500, "2026-02": 150, "2026-03": 350}


def test_cash_in_full_waits_for_the_last_cent() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 99.99 EUR
    2026-03-05 payment-received D1 0.01 EUR
    """
    told = paid(facts, by_parts(AT_SIGNING, half("cash"), **IN_FULL))
    assert by_period(told) == {"2026-01": 500, "2026-03": 500}


def test_cash_that_comes_after_a_refund_makes_the_whole_payable_again() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 100.00 EUR
    2026-03-05 refund-issued D1 100.00 EUR
    2026-04-05 payment-received D1 100.00 EUR
    """
    for cash in (IN_FULL, IN_PROPORTION):
        told = paid(facts, by_parts(AT_SIGNING, half("cash"), **cash))
        assert by_period(told) == {
            "2026-01": 500, "2026-02": 500, "2026-03": -500, "2026-04": 500,
        }  # fmt: skip


def test_a_refund_larger_than_what_was_paid_takes_back_no_more_than_was_earned() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 40.00 EUR
    2026-03-05 refund-issued D1 90.00 EUR
    2026-04-05 payment-received D1 60.00 EUR
    """
    told = paid(facts, by_parts({"share": "1", "on": "cash"}, **IN_PROPORTION))
    assert by_period(told) == {"2026-02": 400, "2026-03": -400, "2026-04": 100}


def test_money_in_another_currency_does_not_pay_the_deal() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 100.00 USD
    """
    told = paid(facts, by_parts(AT_SIGNING, half("cash"), **IN_FULL))
    assert by_period(told) == {"2026-01": 500}


def test_a_smaller_contract_is_paid_by_less_cash() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 40.00 EUR
    2026-03-05 contract-amended D1 reduction 40.00 EUR
    """
    told = paid(facts, by_parts({"share": "1", "on": "cash"}, **IN_PROPORTION))
    assert by_period(told) == {"2026-02": 400}


def test_an_upsell_has_its_own_date_and_the_cash_of_the_whole_deal() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 100.00 EUR
    2026-03-05 contract-amended D1 upsell 200.00 EUR
    """
    told = paid(facts, by_parts(AT_SIGNING, half("cash"), **IN_PROPORTION))
    # in March half of 200 is paid: 3/4 of 10 + 3/4 of 10 are due, and 10 were stated
    assert by_period(told) == {"2026-01": 500, "2026-02": 500, "2026-03": 500}


def test_a_deal_cancelled_before_its_milestone_gives_back_what_was_released() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.10 EUR
    2026-02-05 contract-amended D1 cancellation
    2026-03-05 milestone-reached D1 go-live
    """
    told = paid(facts, by_parts(AT_SIGNING, half("milestone", milestone="go-live")))
    assert by_period(told) == {"2026-01": 500, "2026-02": -500}


def test_a_milestone_before_the_signing_is_reached_with_it() -> None:
    facts = """
    2026-01-05 milestone-reached D1 go-live
    2026-02-10 deal-signed D1 by sam 100.00 EUR
    """
    told = paid(facts, by_parts(AT_SIGNING, half("milestone", milestone="go-live")))
    assert by_period(told) == {"2026-02": 1_000}


def test_the_largest_deal_is_multiplied_exactly() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 9999999999999.99 EUR
    2026-02-05 payment-received D1 3333333333333.33 EUR
    """
    told = paid(facts, by_parts({"share": "1", "on": "cash"}, **IN_PROPORTION))
    assert by_period(told) == {"2026-02": 33333333333333}


_MOVES = st.tuples(
    st.sampled_from(["payment-received", "refund-issued"]),
    st.integers(1, 12_000),
    st.integers(2, 6),
)


@settings(max_examples=60)
@given(
    st.integers(1, 10_000), st.lists(_MOVES, max_size=6), st.sampled_from([IN_FULL, IN_PROPORTION])
)
def test_what_is_paid_by_the_end_is_the_part_that_the_customer_paid(
    value: int, moves: list[tuple[str, int, int]], cash: dict[str, str]
) -> None:
    money = [f"2026-0{month}-05 {kind} D1 {cents / 100:.2f} EUR" for kind, cents, month in moves]
    facts = "\n".join([f"2026-01-10 deal-signed D1 by sam {value / 100:.2f} EUR", *money])
    told = paid(facts, by_parts({"share": "1", "on": "cash"}, **cash))
    net = sum(cents if kind == "payment-received" else -cents for kind, cents, _ in moves)
    whole = round(value / 10)
    covered = min(value, max(0, net))
    if cash == IN_FULL:
        covered = value if net >= value else 0
    assert 2 * abs(sum(told.values()) * value - whole * covered) <= value


@pytest.mark.parametrize("rounding", ["half-even", "half-up", "half-down"])
def test_a_part_is_rounded_by_the_plans_mode(rounding: str) -> None:
    facts = "2026-01-10 deal-signed D1 by sam 0.50 EUR"
    plan = {**by_parts(AT_SIGNING, half("months", months=1)), "rounding": rounding}
    first = {"half-even": 2, "half-up": 3, "half-down": 2}[rounding]
    assert by_period(paid(facts, plan)) == {"2026-01": first, "2026-02": 5 - first}
