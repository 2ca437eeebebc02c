"""Amounts for what happened: touches, qualified leads, signings, SPIFFs."""

from typing import Any

import pytest

from tests.engine.trying import by_period, euros, of_payee, paid, plan_of

HALF = [{"from": "0", "times": "50%"}]


def flat(on: str, who: str, amount: str = "10.00", **more: Any) -> dict[str, Any]:
    paying = {"on": on, "credits": who, "amount": euros(amount)}
    return {"id": "flat", "kind": "flat", **paying, **more}


def meetings(**more: Any) -> dict[str, Any]:
    return flat("touch-recorded", "doer", of="meeting", **more)


def spiff(**more: Any) -> dict[str, Any]:
    days = {"from": "2026-01-10", "to": "2026-02-01"}
    return {"id": "spiff", "kind": "spiff", "credits": "sales", **days, **more}


TOUCHES = """
2026-01-05 lead-created L1 customer C1 by mia
2026-01-05 lead-created L2 customer C1 by mia
2026-01-06 touch-recorded L1 kind meeting by mia
2026-01-07 touch-recorded L1 kind meeting by mia
2026-01-08 touch-recorded L2 kind meeting by mia
2026-02-08 touch-recorded customer/C1 kind meeting by mia
2026-02-09 touch-recorded L1 kind meeting by sam
2026-02-09 touch-recorded L1 kind call by sam
"""


@pytest.mark.parametrize(
    ("once", "mia", "sam"),
    [("each", 4_000, 1_000), ("lead", 2_000, 1_000), ("customer", 1_000, 1_000)],
)
def test_meetings_are_paid_each_or_once_a_lead_or_customer(once: str, mia: int, sam: int) -> None:
    told = paid(TOUCHES, plan_of(meetings(once=once)))
    assert (of_payee(told, "mia"), of_payee(told, "sam")) == (mia, sam)


def test_a_touch_is_about_its_lead_or_else_its_customer() -> None:
    subjects = {subject for _, _, subject in paid(TOUCHES, plan_of(meetings()))}
    assert subjects == {"lead/L1", "lead/L2", "customer/C1"}


def test_a_limit_counts_touches_per_payee_and_window() -> None:
    limit = {"per": "month", "count": 2}
    assert by_period(paid(TOUCHES, plan_of(meetings(limit=limit)))) == {
        "2026-01": 2_000,
        "2026-02": 2_000,  # one of mia, one of sam
    }
    assert by_period(paid(TOUCHES, plan_of(meetings(limit={"per": "year", "count": 1})))) == {
        "2026-01": 1_000,
        "2026-02": 1_000,
    }


def test_nobody_is_paid_for_a_touch_that_nobody_made() -> None:
    facts = "2026-01-06 touch-recorded L1 kind meeting"
    assert paid(facts, plan_of(meetings())) == {}


def test_a_touch_paid_once_is_not_paid_again_by_the_next_version() -> None:
    second = plan_of(meetings(once="lead"), version=2, effective_from="2026-02-01")
    facts = """
    2026-01-06 touch-recorded L1 kind meeting by mia
    2026-02-06 touch-recorded L1 kind meeting by mia
    """
    told = paid(facts, plan_of(meetings(once="lead")), second)
    assert told == {("mia", "2026-01", "lead/L1"): 1_000}


def test_a_qualified_lead_is_paid_once_to_its_finder() -> None:
    facts = """
    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-05 lead-created L2 customer C1 by sam side sales
    2026-01-06 lead-qualified L1
    2026-01-07 lead-disqualified L1
    2026-02-06 lead-qualified L1
    2026-02-06 lead-qualified L2
    """
    told = paid(facts, plan_of(flat("lead-qualified", "marketing")))
    assert told == {("mia", "2026-01", "lead/L1"): 1_000}


def test_a_signing_is_paid_by_shares_while_it_has_a_value_and_its_upsell_is_not() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 1/2 mia 1/2 100.00 EUR
    2026-01-11 contract-amended D1 upsell 300.00 EUR
    2026-02-10 contract-amended D1 reduction 0.01 EUR
    2026-03-10 contract-amended D1 cancellation
    """
    told = paid(facts, plan_of(flat("deal-signed", "sales", "10.01")))
    assert told == {
        ("mia", "2026-01", "deal/D1"): 501,
        ("sam", "2026-01", "deal/D1"): 500,
        ("mia", "2026-03", "deal/D1"): -501,
        ("sam", "2026-03", "deal/D1"): -500,
    }


def test_a_signing_in_a_currency_without_a_rate_of_exchange_earns_its_amount() -> None:
    facts = "2026-01-10 deal-signed D1 by sam 100.00 USD"
    assert by_period(paid(facts, plan_of(flat("deal-signed", "sales")))) == {"2026-01": 1_000}


def test_a_coefficient_halves_touches_signings_points_and_awards_alike() -> None:
    half = {"id": "half", "metric": "training", "missing": "0", "rows": HALF}
    points = {"id": "points", "kind": "points", "credits": "marketing", "on": "lead-qualified"}
    components = [
        meetings(once="customer"),
        {**flat("deal-signed", "sales"), "id": "signing"},
        {**points, "points": 3, "value": euros("0.05")},
    ]
    names = [str(component["id"]) for component in components]
    facts = (
        TOUCHES
        + """
    2026-03-10 deal-signed D1 by sam 100.00 EUR
    2026-04-10 lead-qualified L1
    """
    )
    told = paid(facts, plan_of(*components, coefficients=[{**half, "applies_to": names}]))
    # 7.5 cents round to 8
    assert by_period(told) == {"2026-01": 500, "2026-02": 500, "2026-03": 500, "2026-04": 8}


DEALS = """
2026-01-09T23:59:59 deal-signed D0 by sam 100.00 EUR
2026-01-10 deal-signed D1 by sam 100.00 EUR
2026-01-11 deal-signed D2 by sam 100.00 EUR
2026-01-31T23:59:59 deal-signed D3 by sam 100.00 EUR
2026-02-01 deal-signed D4 by sam 100.00 EUR
"""


def test_a_spiff_pays_for_its_days_the_last_excluded() -> None:
    told = paid(DEALS, plan_of(spiff(amount=euros("5.00"))))
    assert told == {("sam", "2026-01", f"deal/{deal}"): 500 for deal in ("D1", "D2", "D3")}


def test_a_deal_that_is_cancelled_makes_room_for_the_next() -> None:
    facts = DEALS + "2026-02-10 contract-amended D1 cancellation"
    assert paid(facts, plan_of(spiff(amount=euros("5.00"), first=2))) == {
        ("sam", "2026-01", "deal/D1"): 500,
        ("sam", "2026-01", "deal/D2"): 500,
        ("sam", "2026-02", "deal/D1"): -500,
        ("sam", "2026-02", "deal/D3"): 500,
    }


def test_a_spiff_by_rate_moves_with_the_deal() -> None:
    facts = DEALS + "2026-02-10 contract-amended D1 reduction 40.00 EUR"
    told = paid(facts, plan_of(spiff(rate="10%", first=1)))
    assert told == {("sam", "2026-01", "deal/D1"): 1_000, ("sam", "2026-02", "deal/D1"): -600}


def test_a_spiff_pays_at_most_so_much_over_all_its_days() -> None:
    facts = DEALS + "2026-02-10 contract-amended D1 cancellation"
    assert paid(facts, plan_of(spiff(amount=euros("5.00"), most=euros("7.00")))) == {
        ("sam", "2026-01", "deal/D1"): 500,
        ("sam", "2026-01", "deal/D2"): 200,
        ("sam", "2026-02", "deal/D1"): -500,
        ("sam", "2026-02", "deal/D2"): 300,
        ("sam", "2026-02", "deal/D3"): 200,
    }


def test_turns_are_counted_for_each_payee() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-01-11 deal-signed D2 by sam 1/2 mia 1/2 100.00 EUR
    """
    told = paid(facts, plan_of(spiff(amount=euros("5.00"), first=1)))
    assert told == {("sam", "2026-01", "deal/D1"): 500, ("mia", "2026-01", "deal/D2"): 250}


def test_two_classes_of_one_deal_take_one_turn() -> None:
    facts = """
    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-10 deal-signed D1 lead L1 by mia 1/2 sam 1/2 100.00 EUR
    2026-01-11 deal-signed D2 by mia 100.00 EUR
    """
    told = paid(facts, plan_of(spiff(amount=euros("5.00"), first=1)))
    assert told["mia", "2026-01", "deal/D1"] == 250
    assert ("mia", "2026-01", "deal/D2") not in told


def referral(**more: Any) -> dict[str, Any]:
    shape = {"id": "referral", "kind": "award", "on": "referral-made", "amount": euros("10.01")}
    return {**shape, **more}


BROUGHT = """
2026-01-05 lead-created L1 customer C1 by mia
2026-01-10 referral-made lead/L1 by bo to sam
2026-01-20 deal-signed D1 lead L1 by sam 100.00 EUR
2026-01-21 deal-signed D2 lead L1 by sam 100.00 EUR
"""


def test_a_referral_of_a_lead_is_paid_to_both_sides_for_its_first_deal() -> None:
    assert paid(BROUGHT, plan_of(referral())) == {
        ("bo", "2026-01", "deal/D1"): 501,
        ("sam", "2026-01", "deal/D1"): 500,
    }


def test_a_referrer_alone_has_all_of_it_and_loses_it_with_the_deal() -> None:
    facts = BROUGHT + "2026-02-10 contract-amended D1 cancellation"
    assert paid(facts, plan_of(referral(shared="referrer"))) == {
        ("bo", "2026-01", "deal/D1"): 1_001,
        ("bo", "2026-02", "deal/D1"): -1_001,
    }


def test_a_deal_signed_before_the_referral_is_not_the_first() -> None:
    facts = """
    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-08 deal-signed D0 customer C1 by sam 100.00 EUR
    2026-01-10 referral-made customer/C1 by bo to sam
    2026-01-10 deal-signed D1 lead L1 by sam 100.00 EUR
    """
    told = paid(facts, plan_of(referral(shared="referrer")))
    assert told == {("bo", "2026-01", "deal/D1"): 1_001}


def test_a_referral_of_the_deal_goes_before_that_of_its_lead_once_it_is_made() -> None:
    facts = BROUGHT + "2026-03-10 referral-made deal/D1 by cy to sam"
    assert paid(facts, plan_of(referral())) == {
        ("bo", "2026-01", "deal/D1"): 501,
        ("bo", "2026-03", "deal/D1"): -501,
        ("cy", "2026-03", "deal/D1"): 501,
        ("sam", "2026-01", "deal/D1"): 500,
        ("sam", "2026-03", "deal/D1"): 0,  # one referral reversed, the other posted
    }


def test_only_the_first_referral_of_a_deal_is_paid() -> None:
    facts = (
        BROUGHT
        + """
    2026-01-22 referral-made deal/D2 by cy to sam
    2026-01-23 referral-made deal/D2 by bo to sam
    """
    )
    told = paid(facts, plan_of(referral(shared="referrer")))
    assert {(payee, subject) for payee, _, subject in told} == {
        ("bo", "deal/D1"),
        ("cy", "deal/D2"),
    }


def test_who_refers_to_themselves_earns_nothing() -> None:
    facts = """
    2026-01-10 referral-made deal/D1 by sam to sam
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    """
    for shared in ("both", "referrer"):
        assert paid(facts, plan_of(referral(shared=shared))) == {}


def test_an_award_with_a_coefficient_is_rounded_part_by_part() -> None:
    half = {"id": "half", "applies_to": ["referral"], "metric": "m", "missing": "0", "rows": HALF}
    told = paid(BROUGHT, plan_of(referral(), coefficients=[half]))
    assert set(told.values()) == {250}  # half of 5.005 is 2.5025, for each
