"""Gates: flows, cohorts and attainments, on every kind of component that pays."""

import pytest

from tests.engine.aiming import (
    COMMISSION,
    STEADY,
    Document,
    bonus,
    money,
    of_sam,
    paid,
    plan,
    quota,
)

SAM = "2026-01-01 payee-enrolled sam\n"


def gate(count: str, /, **more: object) -> Document:
    own: dict[str, Document] = {
        "flow": {"zero_qualified": "open", "threshold": "50%"},
        "cohort": {"zero_qualified": "closed", "threshold": "50%", "days": 30},
        "attainment": {"quota": "target", "threshold": "100%"},
    }
    return {
        "id": "gate",
        "applies_to": ["own"],
        "count": count,
        "window": "month",
        "inclusive": True,
        "missed": "lost",
        **own[count],
        **more,
    }


def gated(count: str, /, **more: object) -> Document:
    return plan(COMMISSION, quotas=[quota("1000.00")], gates=[gate(count, **more)])


@pytest.mark.parametrize(
    ("amount", "inclusive", "paid_out"),
    [
        ("1000.00", True, {"2026-01": 10_000}),
        ("1000.00", False, {}),
        ("999.99", True, {}),
        ("1000.01", False, {"2026-01": 10_000}),
    ],
)
def test_attainment_exactly_on_the_gate_passes_where_it_is_inclusive(
    amount: str, inclusive: bool, paid_out: dict[str, int]
) -> None:
    facts = SAM + f"2026-01-10 deal-signed D1 by sam {amount} CNY"
    assert of_sam(paid(facts, gated("attainment", inclusive=inclusive)), "own") == paid_out


def test_an_attainment_reached_later_pays_all_of_its_window_then() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 1000.00 CNY
2026-03-10 deal-signed D2 by sam 2000.00 CNY
"""
    )
    assert of_sam(paid(facts, gated("attainment", window="quarter")), "own") == {"2026-03": 30_000}


def test_a_contract_that_shrinks_below_the_gate_takes_everything_of_the_window_back() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 700.00 CNY
2026-01-11 deal-signed D2 by sam 300.00 CNY
2026-02-11 contract-amended D2 reduction 299.00 CNY
"""
    )
    told = of_sam(paid(facts, gated("attainment")), "own")
    assert told == {"2026-01": 10_000, "2026-02": -10_000}


def test_a_later_window_that_is_reached_pays_what_an_earlier_one_missed() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 500.00 CNY
2026-02-10 deal-signed D2 by sam 1500.00 CNY
"""
    )
    told = of_sam(paid(facts, gated("attainment", missed="deferred")), "own")
    assert told == {"2026-02": 20_000}


def test_a_target_of_nothing_opens_its_own_window_and_no_earlier_one() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 500.00 CNY
2026-02-01 quota-set sam bookings 2026-02 0.00 CNY
2026-02-10 deal-signed D2 by sam 100.00 CNY
"""
    )
    terms = plan(
        COMMISSION,
        quotas=[quota("1000.00", zero="reached")],
        gates=[gate("attainment", missed="deferred")],
    )
    assert of_sam(paid(facts, terms), "own") == {"2026-02": 1_000}


COHORT = (
    SAM
    + """
2026-01-02 lead-created L1 customer C1 by mia
2026-01-02 lead-created L2 customer C2 by mia
2026-01-30 lead-qualified L1
2026-01-31 lead-qualified L2
2026-02-10 deal-signed D1 lead L1 by mia 100.00 CNY
"""
)


def of_mia(facts: str, terms: Document) -> dict[str, int]:
    told = paid(facts, terms)
    return {period: amount for (payee, period, _), amount in told.items() if payee == "mia"}


def points(**more: object) -> Document:
    earned = {
        "id": "own",
        "kind": "points",
        "credits": "marketing",
        "on": "lead-qualified",
        "points": 1,
        "value": money("5.00"),
    }
    return plan(earned, gates=[gate("cohort", **more)])


def test_a_cohort_counts_those_it_qualified_that_signed_in_time() -> None:
    assert of_mia(COHORT, points()) == {"2026-02": 1_000}


def test_a_cohort_is_over_so_many_days_after_its_window() -> None:
    in_time = COHORT.replace("2026-02-10 deal-signed", "2026-03-02T23:59:59 deal-signed")
    too_late = COHORT.replace("2026-02-10 deal-signed", "2026-03-03 deal-signed")
    assert of_mia(in_time, points()) == {"2026-03": 1_000}
    assert of_mia(too_late, points()) == {}


def test_a_cohort_does_not_count_what_others_qualified_in_signed_in_it() -> None:
    facts = (
        COHORT
        + """
2026-02-11 lead-created L3 customer C3 by mia
2026-02-12 lead-qualified L3
2026-02-13 deal-signed D3 lead L3 by mia 100.00 CNY
"""
    )
    three_quarters = points(threshold="75%")
    assert of_mia(facts, three_quarters) == {"2026-02": 500}  # L3 alone; January has 1 of 2


def test_a_flow_that_is_not_reached_shuts_a_bonus() -> None:
    terms = plan(
        bonus("100.00", payout=STEADY),
        gates=[gate("flow", applies_to=["bonus"], threshold="60%")],
    )
    leads = COHORT.replace("mia", "sam")
    told = of_sam(paid(leads, terms, through="2026-03"), "bonus")
    assert told == {"2026-02": 10_000, "2026-03": 10_000}  # in January nobody signed


def test_a_gate_that_opens_after_its_window_opens_a_bonus_of_that_window() -> None:
    terms = plan(
        bonus("100.00", payout=STEADY),
        gates=[gate("cohort", applies_to=["bonus"])],
    )
    told = of_sam(paid(COHORT.replace("mia", "sam"), terms, through="2026-03"), "bonus")
    assert told == {"2026-02": 10_000}  # that of January; later months qualified nobody


def test_a_gate_on_a_bonus_to_date_is_that_of_the_last_month_of_its_window() -> None:
    terms = plan(
        bonus("900.00", window="quarter", paid="to-date"),
        quotas=[quota("1000.00")],
        gates=[gate("attainment", applies_to=["bonus"], window="quarter", threshold="50%")],
    )
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 1000.00 CNY
2026-02-10 deal-signed D2 by sam 500.00 CNY
2026-03-10 deal-signed D3 by sam 1500.00 CNY
"""
    )
    assert of_sam(paid(facts, terms), "bonus") == {"2026-02": 45_000, "2026-03": 45_000}
