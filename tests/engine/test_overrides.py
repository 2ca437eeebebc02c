"""Overrides: managers above those who are credited, by who reports to whom at the sale."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.components.override import rates_of_levels
from engine.hierarchy import ladders
from schemas.plans import Override
from tests.engine.trying import by_period, of_payee, paid, plan_of, trial

LADDER = """
2026-01-01 payee-enrolled sam manager bo
2026-01-01 payee-enrolled bo manager cy
2026-01-01 payee-enrolled cy manager di
"""


def override(*rates: str, basis: str = "gross", **more: Any) -> dict[str, Any]:
    levels = [{"above": above, "rate": rate} for above, rate in enumerate(rates, 1)]
    shape = {"id": "override", "kind": "override", "credits": "sales", "basis": basis}
    return {**shape, "levels": levels, **more}


def test_each_level_on_net_is_paid_of_what_those_below_have_left() -> None:
    facts = LADDER + "2026-01-20 deal-signed D1 by sam 100.00 EUR"
    told = paid(facts, plan_of(override("10%", "10%", "10%", basis="net")))
    assert [of_payee(told, payee) for payee in ("bo", "cy", "di")] == [1_000, 900, 810]


def test_below_the_first_level_stands_the_payee_who_is_credited() -> None:
    net = override("10%", "10%", basis="net", below="20%")
    facts = LADDER + "2026-01-20 deal-signed D1 by sam 100.00 EUR"
    assert [of_payee(paid(facts, plan_of(net)), payee) for payee in ("bo", "cy")] == [800, 720]


def test_each_level_on_gross_is_paid_of_the_whole_credit() -> None:
    facts = LADDER + "2026-01-20 deal-signed D1 by sam 100.00 EUR"
    told = paid(facts, plan_of(override("3%", "2%", "1%")))
    assert [of_payee(told, payee) for payee in ("bo", "cy", "di")] == [300, 200, 100]


def test_a_manager_who_changes_between_sale_and_cancellation_gives_back_what_was_paid() -> None:
    facts = (
        LADDER
        + """
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    2026-02-01 payee-assigned sam manager zed
    2026-02-15 payee-left bo
    2026-03-10 contract-amended D1 cancellation
    """
    )
    told = paid(facts, plan_of(override("3%", "2%")))
    assert by_period(told) == {"2026-01": 500, "2026-03": -500}
    assert {payee for payee, _, _ in told} == {"bo", "cy"}


def test_an_upsell_belongs_to_the_manager_of_its_own_date() -> None:
    facts = (
        LADDER
        + """
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    2026-02-01 payee-assigned sam manager zed
    2026-02-10 contract-amended D1 upsell 150.00 EUR
    """
    )
    told = paid(facts, plan_of(override("10%")))
    assert told == {("bo", "2026-01", "deal/D1"): 1_000, ("zed", "2026-02", "deal/D1"): 500}


def test_halves_that_meet_at_one_manager_are_one_credit_of_the_whole() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-01 payee-enrolled mia manager bo
    2026-01-20 deal-signed D1 by sam 1/3 mia 2/3 100.01 EUR
    """
    lines = trial(facts, plan_of(override("10%"))).lines
    assert lines.select("payee", "amount", "share_num", "share_den").rows() == [("bo", 1_000, 3, 3)]


def test_paths_of_different_length_that_meet_are_one_line_of_both_levels() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager cy
    2026-01-01 payee-enrolled mia manager bo
    2026-01-01 payee-enrolled bo manager cy
    2026-01-20 deal-signed D1 by sam 1/2 mia 1/2 100.00 EUR
    """
    lines = trial(facts, plan_of(override("10%", "4%"))).lines
    assert dict(lines.select("payee", "amount").iter_rows()) == {"bo": 500, "cy": 500 + 200}


def test_two_deals_in_full_that_meet_at_one_manager_are_two_lines() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-01 payee-enrolled mia manager bo
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    2026-01-20 deal-signed D2 by mia 100.00 EUR
    """
    told = paid(facts, plan_of(override("10%")))
    assert told == {("bo", "2026-01", f"deal/{deal}"): 1_000 for deal in ("D1", "D2")}


def test_a_manager_who_signs_too_is_paid_already_and_those_above_are_not_passed_over() -> None:
    facts = LADDER + "2026-01-20 deal-signed D1 by sam 1/2 bo 1/2 100.00 EUR"
    told = paid(facts, plan_of(override("10%", "4%")))
    # cy is second above sam's half and first above bo's
    assert told == {("cy", "2026-01", "deal/D1"): 200 + 500, ("di", "2026-01", "deal/D1"): 200}


def test_a_ladder_ends_where_it_meets_somebody_again() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-01 payee-enrolled bo manager cy
    2026-01-01 payee-enrolled cy manager sam
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    """
    told = paid(facts, plan_of(override("10%", "10%", "10%", "10%")))
    assert {payee for payee, _, _ in told} == {"bo", "cy"}
    assert sum(told.values()) == 2_000


def test_of_two_positions_at_a_time_the_last_that_names_a_manager_decides() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-02 payee-assigned sam manager cy
    2026-01-03 payee-assigned sam team north
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    """
    told = paid(facts, plan_of(override("10%")))
    assert told == {("cy", "2026-01", "deal/D1"): 1_000}


def test_where_a_position_has_ended_the_enrolment_says_who_manages() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-02 payee-assigned sam manager cy from 2026-01-02 to 2026-01-20
    2026-01-19T23:59:59 deal-signed D1 by sam 100.00 EUR
    2026-01-20 deal-signed D2 by sam 100.00 EUR
    """
    told = paid(facts, plan_of(override("10%")))
    assert told == {("cy", "2026-01", "deal/D1"): 1_000, ("bo", "2026-01", "deal/D2"): 1_000}


def test_an_override_has_the_condition_and_the_class_of_its_own_plan() -> None:
    facts = """
    2026-01-01 payee-enrolled sam manager bo
    2026-01-05 lead-created L1 customer C1 by mia
    2026-01-20 deal-signed D1 lead L1 by sam product Cloud 100.00 EUR
    2026-01-20 deal-signed D2 lead L1 by sam product Desk 100.00 EUR
    2026-01-20 deal-signed D3 customer C2 by sam product Cloud 100.00 EUR
    """
    of_cloud = override("10%", source="marketing", where='product is "Cloud"')
    assert paid(facts, plan_of(of_cloud)) == {("bo", "2026-01", "deal/D1"): 1_000}


def test_a_coefficient_of_the_manager_scales_the_override() -> None:
    facts = (
        LADDER
        + """
    2026-01-15 metric-reported bo training 2026-01 0.5
    2026-01-20 deal-signed D1 by sam 100.00 EUR
    """
    )
    rows = [{"from": "0", "to": "1", "times": "90%"}, {"from": "1", "times": "1"}]
    trained = {"id": "t", "applies_to": ["override"], "metric": "training", "missing": "1"}
    told = paid(facts, plan_of(override("10%", "10%"), coefficients=[{**trained, "rows": rows}]))
    assert [of_payee(told, payee) for payee in ("bo", "cy")] == [900, 1_000]


def test_a_ladder_of_twenty_levels_is_computed_exactly() -> None:
    people = [f"2026-01-01 payee-enrolled m{n} manager m{n + 1}" for n in range(20)]
    facts = "\n".join([*people, "2026-01-20 deal-signed D1 by m0 1000000.00 EUR"])
    rates = rates_of_levels(Override.model_validate(override(*["5%"] * 20, basis="net")))
    told = paid(facts, plan_of(override(*["5%"] * 20, basis="net")))
    assert [of_payee(told, f"m{n}") for n in range(1, 21)] == [
        round(100_000_000 * rate) for rate in rates
    ]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["p0", "p1", "p2", "p3", "p4", None]), min_size=5, max_size=5))
def test_nobody_stands_twice_on_a_ladder_nor_above_themselves(bosses: list[str | None]) -> None:
    enrolled = [
        f"2026-01-01 payee-enrolled p{n}" + (f" manager {boss}" if boss else "")
        for n, boss in enumerate(bosses)
    ]
    facts = "\n".join([*enrolled, "2026-01-20 deal-signed D1 by p0 1/2 p1 1/2 100.00 EUR"])
    told = trial(facts, plan_of(override("1%", "1%", "1%", "1%", "1%")))
    pairs = told.world.layers.select(at="opened_at").join(
        told.world.credits.select("payee"), how="cross"
    )
    rungs = ladders(pairs, told.world.people, 20).sort("payee", "level")
    for (payee,), ladder in rungs.group_by("payee"):
        met = [payee, *ladder["manager"]]
        assert len(met) == len(set(met))
    shares = told.lines.select(share_num="share_num", share_den="share_den").rows()
    assert all(num <= den for num, den in shares)


@pytest.mark.parametrize("value", ["0.01", "0.10", "33.33", "99999999999.99"])
def test_what_an_override_paid_is_taken_back_to_the_cent(value: str) -> None:
    facts = (
        LADDER
        + f"""
    2026-01-20 deal-signed D1 by sam {value} EUR
    2026-02-10 contract-amended D1 reduction 0.01 EUR
    2026-03-10 contract-amended D1 cancellation
    """
    )
    told = paid(facts, plan_of(override("7%", "1/3", basis="net")))
    assert [of_payee(told, payee) for payee in ("bo", "cy")] == [0, 0]
