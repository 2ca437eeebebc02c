"""Commissions with conditions, caps, coefficients, plan rates and every way of taking back."""

from typing import Any

import pytest

from engine.exceptions import exceptions
from tests.engine.dealing import at, deal, known, money, of_sam, paid, plan_of
from tests.strategies import Record, amended, decision, fact

GONE = amended("D1", at("2026-03-10"), "c", "cancellation")


def commission(**more: Any) -> dict[str, Any]:
    return {"id": "rate", "kind": "commission", "credits": "sales", "rate": "5%", **more}


def test_a_condition_looks_at_the_layer_as_it_opened() -> None:
    plan = plan_of(commission(where="amount is at least 1000.00"))
    smaller = amended("D1", at("2026-02-10"), "r", "reduction", "10.00")
    found = of_sam(
        deal("D1", "2026-01-05", "1000.00"),
        deal("D2", "2026-01-05", "999.99"),
        smaller,
        plan=plan,
    )
    assert found == {("D1", "2026-01"): 5_000, ("D1", "2026-02"): -4_950}


@pytest.mark.parametrize(
    ("where", "paid_for"),
    [
        ("business is first", ["D1"]),
        ("kind is upsell", ["D1"]),
        ('product is "Cloud"', ["D2"]),
        ("term is at least 12", ["D2"]),
        ("class is self and not (business is first)", ["D2"]),
    ],
)
def test_a_condition_chooses_deals(where: str, paid_for: list[str]) -> None:
    found = of_sam(
        deal("D1", "2026-01-05", "1000.00"),
        deal("D2", "2026-01-06", "1000.00", products=["Cloud"], term_months=12),
        amended("D1", at("2026-01-10"), "u", "upsell", "3000.00"),
        plan=plan_of(commission(where=where)),
    )
    assert [name for name, _ in found] == paid_for


def test_the_plan_has_its_own_rate_of_exchange() -> None:
    dollars = deal("D1", "2026-01-05", "100.00", currency="USD")
    pounds = deal("D2", "2026-01-05", "100.00", currency="GBP")
    market = decision(
        "rate-of-exchange-published", "rate/GBP-CNY", at("2026-01-01"), "r",
        base="GBP", quote="CNY", rate="9",
    )  # fmt: skip
    plan = plan_of(commission(), exchange={"USD": "7.2"})
    assert of_sam(dollars, pounds, market, plan=plan) == {("D1", "2026-01"): 3_600}
    missing = exceptions(known(dollars, pounds, market, plans=[plan]))
    without = missing.filter(missing["code"] == "no-rate-of-exchange")
    assert without["id"].to_list() == ["signed-D2"]


def test_yen_have_no_cents() -> None:
    yen = deal("D1", "2026-01-05", "1000", currency="JPY")
    plan = plan_of(commission(), exchange={"JPY": "0.05"})
    assert of_sam(yen, plan=plan) == {("D1", "2026-01"): 250}


def coefficient(times: str) -> dict[str, Any]:
    rows = [{"from": "0", "to": "100%", "times": times}, {"from": "100%", "times": "100%"}]
    return {
        "id": "training", "applies_to": ["rate"], "metric": "training", "missing": "0",
        "rows": rows,
    }  # fmt: skip


def test_with_a_coefficient_each_line_is_rounded_by_itself() -> None:
    sold = deal("D1", "2026-01-05", "100.00", by="sam mia bo")
    trained = fact(
        "metric-reported", "payee/mia", at("2026-02-01"), "m", metric="training", value="1",
        period="2026-01",
    )  # fmt: skip
    found = paid(sold, trained, plan=plan_of(commission(), coefficients=[coefficient("90%")]))
    assert found == {
        ("sam", "D1", "2026-01"): 150,
        ("mia", "D1", "2026-01"): 167,  # 166.67 by itself, and not a part of 500
        ("bo", "D1", "2026-01"): 150,
    }


def test_in_the_current_window_a_decrease_has_the_rate_of_its_own_date() -> None:
    first = plan_of(commission(), decreases="current-window")
    march = plan_of(
        commission(rate="6%"), decreases="current-window", version=2, effective_from="2026-03-01"
    )
    smaller = amended("D1", at("2026-02-10"), "r", "reduction", "60000.00")
    sold = deal("D1", "2026-01-05", "100000.00", by="sam mia bo")
    found = of_sam(sold, smaller, GONE, plan=first, later=march)
    assert found == {
        ("D1", "2026-01"): 166_666,
        ("D1", "2026-02"): -66_666,
        ("D1", "2026-03"): -120_000,
    }


def test_one_amendment_that_shrinks_two_layers_is_one_line() -> None:
    plan = plan_of(commission(), decreases="current-window")
    bigger = amended("D1", at("2026-02-10"), "u", "upsell", "150.00")
    found = of_sam(deal("D1", "2026-01-05", "100.00"), bigger, GONE, plan=plan)
    assert found == {("D1", "2026-01"): 500, ("D1", "2026-02"): 250, ("D1", "2026-03"): -750}


CAP = {"per": "month", "amount": money("60.00")}


def test_a_cap_cuts_what_comes_last_and_a_deal_that_falls_away_makes_room() -> None:
    deals = [deal(f"D{n}", f"2026-01-0{n}", "1000.00") for n in (1, 2)]
    found = of_sam(*deals, plan=plan_of(commission(cap=CAP)))
    assert found == {("D1", "2026-01"): 5_000, ("D2", "2026-01"): 1_000}
    after = of_sam(*deals, GONE, plan=plan_of(commission(cap=CAP)))
    assert after == found | {("D1", "2026-03"): -5_000, ("D2", "2026-03"): 4_000}


def test_a_cap_per_deal_counts_all_its_layers() -> None:
    cap = CAP | {"per": "deal"}
    bigger = amended("D1", at("2026-04-10"), "u", "upsell", "1500.00")
    deals = [deal(f"D{n}", f"2026-01-0{n}", "1000.00") for n in (1, 2)]
    found = of_sam(*deals, bigger, plan=plan_of(commission(cap=cap)))
    assert found == {
        ("D1", "2026-01"): 5_000,
        ("D2", "2026-01"): 5_000,
        ("D1", "2026-04"): 1_000,
    }


def clawback(**more: Any) -> dict[str, Any]:
    return {
        "id": "kept", "kind": "clawback", "applies_to": ["rate"], "takes": "unserved",
        "unit": "months", "within": 12, **more,
    }  # fmt: skip


def kept(signed_on: str, ended_on: str, *more: Record, **how: Any) -> int:
    """What Sam keeps of 5 % of 1,200.00."""
    ended = amended("D1", at(ended_on), "c", "cancellation")
    sold = deal("D1", signed_on, "1200.00", **how.pop("sold", {}))
    plan = plan_of(commission(), clawback(**how), effective_from="2023-01-01")
    return sum(of_sam(sold, ended, *more, plan=plan).values())


@pytest.mark.parametrize(
    ("signed_on", "ended_on", "months"),
    [
        ("2026-01-15", "2026-04-14", 2),
        ("2026-01-15", "2026-04-15", 3),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),  # the last day of a shorter month
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),  # of a leap year
        ("2024-02-29", "2025-02-28", 12),
        ("2026-01-15", "2027-01-15", 12),
        ("2026-01-15", "2028-01-15", 12),  # after the term nothing is taken back
    ],
)
def test_what_was_served_in_completed_months_is_kept(
    signed_on: str, ended_on: str, months: int
) -> None:
    assert kept(signed_on, ended_on) == 500 * months


@pytest.mark.parametrize(
    ("first_day", "ended_on", "days"),
    [
        ("does-not-count", "2026-01-02", 1),
        ("counts", "2026-01-02", 2),
        ("counts", "2026-12-31", 365),
        ("does-not-count", "2026-12-31", 364),
    ],
)
def test_what_was_served_in_days_is_kept(first_day: str, ended_on: str, days: int) -> None:
    found = kept("2026-01-01", ended_on, unit="days", within=365, first_day=first_day)
    assert found == round(6_000 * days / 365)


def test_the_term_of_the_deal_holds_where_the_plan_has_none() -> None:
    sold = {"term_months": 12}
    assert kept("2026-01-15", "2026-04-15", within=None, sold=sold) == 1_500
    days = {"unit": "days", "first_day": "does-not-count", "within": None}
    assert kept("2024-01-01", "2024-07-01", **days, sold=sold) == round(6_000 * 182 / 366)
    assert kept("2026-01-15", "2026-04-15", within=None) == 0


def test_within_the_term_all_is_taken_back_or_nothing() -> None:
    assert kept("2026-01-15", "2027-01-14", takes="all") == 0
    assert kept("2026-01-15", "2027-01-15", takes="all") == 6_000


def test_what_is_kept_is_divided_as_the_commission_was() -> None:
    sold = deal("D1", "2026-01-15", "100.00", by="sam mia bo")
    plan = plan_of(commission(), clawback())
    ended = amended("D1", at("2026-07-15"), "c", "cancellation")
    found = paid(sold, ended, plan=plan)
    july = {key[0]: amount for key, amount in found.items() if key[2] == "2026-07"}
    assert july == {"sam": -166 + 83, "mia": -167 + 83, "bo": -167 + 84}
