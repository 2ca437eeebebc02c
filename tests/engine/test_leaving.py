"""Leaving: what a payee who left is still worth, and what comes back when they do."""

from typing import Any

import pytest

from tests.engine.trying import by_period, of_payee, paid, plan_of

COMMISSION = {"id": "commission", "kind": "commission", "credits": "sales", "rate": "10%"}
LOST = {"later_deals": "lost", "instalments": "earned"}
PARTS_LOST = {"later_deals": "earned", "instalments": "lost"}


def in_halves(on: str, leaving: dict[str, str], **more: Any) -> dict[str, Any]:
    named: dict[str, Any] = {
        name: more.pop(name) for name in ("months", "milestone") if name in more
    }
    parts: list[dict[str, Any]] = [
        {"share": "50%", "on": "signing"},
        {"share": "50%", "on": on, **named},
    ]
    spread = {"id": "parts", "applies_to": ["commission"], "parts": parts, **more}
    return plan_of(COMMISSION, instalments=[spread], leaving=leaving)


AROUND = """
2026-01-01 payee-enrolled sam
2026-01-10 deal-signed D1 by sam 100.00 EUR
2026-02-10 payee-left sam
2026-02-10 deal-signed D2 by sam 1/2 mia 1/2 100.00 EUR
2026-03-10 contract-amended D1 upsell 150.00 EUR
"""


def test_what_is_dated_from_leaving_on_is_lost_and_the_parts_of_others_stay() -> None:
    assert paid(AROUND, plan_of(COMMISSION, leaving=LOST)) == {
        ("sam", "2026-01", "deal/D1"): 1_000,
        ("mia", "2026-02", "deal/D2"): 500,
    }


def test_without_a_word_about_leaving_nothing_changes() -> None:
    told = paid(AROUND, plan_of(COMMISSION))
    assert of_payee(told, "sam") == 1_000 + 500 + 500


def test_a_cancellation_after_leaving_takes_back_what_was_paid_before() -> None:
    facts = AROUND + "2026-04-10 contract-amended D1 cancellation"
    assert of_payee(paid(facts, plan_of(COMMISSION, leaving=LOST)), "sam") == 0


def test_who_enrols_again_is_away_only_in_between() -> None:
    facts = (
        AROUND
        + """
    2026-04-01 payee-enrolled sam
    2026-04-01 deal-signed D3 by sam 100.00 EUR
    """
    )
    told = paid(facts, plan_of(COMMISSION, leaving=LOST))
    assert {period for payee, period, _ in told if payee == "sam"} == {"2026-01", "2026-04"}


def test_a_touch_and_a_qualification_after_leaving_are_lost() -> None:
    touch = {"id": "t", "kind": "flat", "on": "touch-recorded", "credits": "doer"}
    lead = {"id": "l", "kind": "flat", "on": "lead-qualified", "credits": "marketing"}
    euro = {"amount": {"amount": "1.00", "currency": "EUR"}}
    facts = """
    2026-01-05 lead-created L1 customer C1 by mia
    2026-02-01 payee-left mia
    2026-02-01 touch-recorded L1 kind meeting by mia
    2026-02-01 lead-qualified L1
    """
    parts = [{**touch, **euro}, {**lead, **euro}]
    assert sum(paid(facts, plan_of(*parts)).values()) == 200
    assert paid(facts, plan_of(*parts, leaving=LOST)) == {}


@pytest.mark.parametrize(("leaving", "later"), [(LOST, 500), (PARTS_LOST, 0)])
def test_an_instalment_reached_after_leaving_is_lost_where_the_plan_says_so(
    leaving: dict[str, str], later: int
) -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-10 payee-left sam
    2026-03-10 milestone-reached D1 go-live
    """
    told = paid(facts, in_halves("milestone", leaving, milestone="go-live"))
    assert by_period(told).get("2026-03", 0) == later


def test_the_day_a_month_is_over_decides_and_not_the_period() -> None:
    for left, later in (("2026-02-10", 0), ("2026-02-11", 500)):
        facts = f"""
        2026-01-10 deal-signed D1 by sam 100.00 EUR
        {left} payee-left sam
        """
        told = paid(facts, in_halves("months", PARTS_LOST, months=1))
        assert by_period(told).get("2026-02", 0) == later


def test_only_the_cash_that_had_come_counts_for_who_left() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-02-05 payment-received D1 30.00 EUR
    2026-02-10 payee-left sam
    2026-02-20 payment-received D1 40.00 EUR
    2026-03-20 refund-issued D1 60.00 EUR
    """
    told = paid(facts, in_halves("cash", PARTS_LOST, cash="in-proportion"))
    # what is refunded after leaving counts, what is paid then does not
    assert by_period(told) == {"2026-01": 500, "2026-02": 150, "2026-03": -150}


def test_what_was_reached_while_away_is_lost_also_for_who_comes_back() -> None:
    for waits, fact in (
        ({"on": "milestone", "milestone": "go-live"}, "milestone-reached D1 go-live"),
        ({"on": "cash", "cash": "in-full"}, "payment-received D1 100.00 EUR"),
    ):
        facts = f"""
        2026-01-01 payee-enrolled sam
        2026-01-10 deal-signed D1 by sam 100.00 EUR
        2026-02-10 payee-left sam
        2026-03-10 {fact}
        2026-05-10 payee-enrolled sam
        """
        plan = in_halves(leaving=PARTS_LOST, **waits)
        assert by_period(paid(facts, plan)) == {"2026-01": 500}
