"""Guarantees and ceilings: what windows come to at least, and at most."""

import pytest

from tests.engine.aiming import COMMISSION, Document, bonus, lines, money, of_sam, paid, plan

SAM = "2026-01-01 payee-enrolled sam\n"


def guarantee(amount: str = "1000.00", /, **more: object) -> Document:
    return {
        "id": "floor",
        "kind": "guarantee",
        "applies_to": ["own"],
        "basis": "top-up",
        "window": "month",
        "amount": money(amount),
        "prorate": "none",
        **more,
    }


def ceiling(amount: str = "1000.00", /, **more: object) -> Document:
    return {
        "id": "lid",
        "kind": "ceiling",
        "applies_to": ["own"],
        "window": "month",
        "amount": money(amount),
        "prorate": "none",
        **more,
    }


def floor_of(facts: str, /, *plans: Document, through: str = "2026-03") -> dict[str, int]:
    return of_sam(paid(facts, *plans, through=through), "floor")


def test_a_top_up_is_what_the_components_leave_short() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 4000.00 CNY
2026-02-10 deal-signed D2 by sam 12000.00 CNY
"""
    )
    assert floor_of(facts, plan(COMMISSION, guarantee())) == {"2026-01": 60_000, "2026-03": 100_000}


def test_on_top_it_is_paid_whatever_is_earned() -> None:
    facts = SAM + "2026-01-10 deal-signed D1 by sam 40000.00 CNY"
    terms = plan(COMMISSION, guarantee(basis="on-top"))
    assert floor_of(facts, terms, through="2026-02") == {"2026-01": 100_000, "2026-02": 100_000}


def test_it_holds_in_the_first_months_and_then_no_more() -> None:
    facts = "2026-01-20 payee-enrolled sam"
    terms = plan(COMMISSION, guarantee(months=2))
    assert floor_of(facts, terms) == {"2026-01": 100_000, "2026-02": 100_000}


def test_it_shrinks_by_the_days_somebody_is_not_there() -> None:
    facts = "2026-02-15 payee-enrolled sam\n2026-03-02 payee-left sam"
    terms = plan(COMMISSION, guarantee("2800.00", prorate="days"))
    assert floor_of(facts, terms, through="2026-04") == {"2026-02": 140_000, "2026-03": 9_032}


def test_a_deal_cancelled_later_is_topped_up_in_the_month_it_is_cancelled() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 9000.00 CNY
2026-03-10 contract-amended D1 cancellation
"""
    )
    terms = plan(COMMISSION, guarantee(months=1))
    assert floor_of(facts, terms) == {"2026-01": 10_000, "2026-03": 90_000}


def test_a_quarter_is_guaranteed_with_its_last_month() -> None:
    facts = SAM + "2026-01-10 deal-signed D1 by sam 4000.00 CNY"
    assert floor_of(facts, plan(COMMISSION, guarantee(window="quarter"))) == {"2026-03": 60_000}


def test_it_counts_the_bonus_of_its_months() -> None:
    facts = SAM + "2026-03-10 deal-signed D1 by sam 100000.00 CNY"
    both = guarantee(applies_to=["own", "bonus"], window="quarter", amount=money("40000.00"))
    told = floor_of(facts, plan(COMMISSION, bonus("25000.00"), both))
    assert told == {"2026-03": 4_000_000 - 1_000_000 - 2_500_000}


def test_a_ceiling_takes_what_is_above_it_and_gives_it_back_when_a_deal_shrinks() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 8000.00 CNY
2026-01-11 deal-signed D2 by sam 7000.00 CNY
2026-02-11 contract-amended D2 reduction 1000.00 CNY
"""
    )
    told = of_sam(paid(facts, plan(COMMISSION, ceiling())), "lid")
    assert told == {"2026-01": -50_000, "2026-02": 50_000}


def test_a_ceiling_of_a_quarter_takes_from_the_month_that_reaches_it() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 8000.00 CNY
2026-02-11 deal-signed D2 by sam 7000.00 CNY
2026-03-11 deal-signed D3 by sam 1000.00 CNY
"""
    )
    told = of_sam(paid(facts, plan(COMMISSION, ceiling(window="quarter"))), "lid")
    assert told == {"2026-02": -50_000, "2026-03": -10_000}


@pytest.mark.parametrize(("prorate", "taken"), [("none", 0), ("days", -50_000)])
def test_a_ceiling_shrinks_by_days_where_it_says_so(prorate: str, taken: int) -> None:
    facts = "2026-02-15 payee-enrolled sam\n2026-02-20 deal-signed D1 by sam 10000.00 CNY"
    told = of_sam(paid(facts, plan(COMMISSION, ceiling(prorate=prorate))), "lid")
    assert told == ({"2026-02": taken} if taken else {})


def test_the_line_of_a_window_names_the_last_assignment() -> None:
    facts = (
        SAM
        + """
2026-01-01 plan-assigned sam aims to 2026-02-01
2026-02-01 plan-assigned sam aims
"""
    )
    told = lines(facts, plan(COMMISSION, guarantee()), through="2026-02")
    assert [(line["subject"], line["fact_id"]) for line in told] == [
        ("window/2026-01", "3"),
        ("window/2026-02", "4"),
    ]
