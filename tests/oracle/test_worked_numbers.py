"""The worked numbers of the law for sources, layers and repairs; each is checked by hand."""

from fractions import Fraction

import pytest

from tests.oracle.cases import UNGATED, amounts, at, lead, of_payee, qualified, signed
from tests.oracle.law import earned
from tests.strategies import (
    SEED_PLAN,
    amended,
    fact,
    published,
    vary_plan,
)


def test_a_marketing_sourced_deal_pays_marketing_four_and_sales_two_percent() -> None:
    assert amounts(earned([published(SEED_PLAN), lead(), signed()])) == {
        ("mia", "2026-01", "marketing-commission"): 400_000,
        ("sam", "2026-01", "sales-commission"): 200_000,
    }


def test_a_line_carries_the_attributes_of_the_wire_example() -> None:
    [line, _] = earned([published(SEED_PLAN), lead(), signed()])
    assert (line.deal, line.lead, line.plan) == ("D1", "L1", "seed-4-2-5@1")
    assert (line.source, line.role) == ("marketing", "marketing")
    assert (line.share, line.base, line.rate) == (Fraction(1), 10**7, Fraction(1, 25))
    assert line.because == (("/crm/demo", "created-L1"), ("/crm/demo", "signed-D1"))


def test_a_self_sourced_deal_pays_its_signers_five_percent() -> None:
    lines = earned([published(SEED_PLAN), signed(lead=None, by="sam mia")])
    assert amounts(lines) == {
        ("mia", "2026-01", "self-sourced"): 250_000,
        ("sam", "2026-01", "self-sourced"): 250_000,
    }


def test_the_same_person_in_both_roles_is_paid_the_self_rate_once() -> None:
    lines = earned([published(SEED_PLAN), lead(), signed(by="mia sam")])
    assert amounts(lines) == {
        ("mia", "2026-01", "self-sourced"): 250_000,
        ("mia", "2026-01", "marketing-commission"): 200_000,
        ("sam", "2026-01", "sales-commission"): 100_000,
    }


@pytest.mark.parametrize(
    ("signed_on", "component"),
    [
        ("2026-04-05T00:00:00+08:00", "self-sourced"),
        ("2026-04-04T23:59:59.999999+08:00", "marketing-commission"),
        ("2026-01-05T00:00:00+08:00", "marketing-commission"),
        ("2026-01-04T23:59:59.999999+08:00", "self-sourced"),
    ],
)
def test_a_claim_holds_from_its_opening_to_just_before_day_ninety(
    signed_on: str, component: str
) -> None:
    lines = earned([published(vary_plan(gate={}, effective_from="2025-01-01")), lead(),
                    signed(on=signed_on, by="sam")])  # fmt: skip
    assert component in {line.component for line in lines}


def test_a_disqualified_lead_is_no_claim_until_it_is_recycled() -> None:
    log = [published(UNGATED), lead(), qualified(verdict="lead-disqualified"), signed()]
    assert amounts(earned(log)) == {("sam", "2026-01", "self-sourced"): 500_000}
    again = qualified(on="2026-01-10", verdict="lead-recycled")
    assert ("mia", "2026-01", "marketing-commission") in amounts(earned([*log, again]))


def test_points_are_earned_once_at_the_first_qualification() -> None:
    again = fact("lead-qualified", "lead/L1", at("2026-02-01"), "again", by="sam")
    lines = earned([published(SEED_PLAN), again, lead(), qualified()])
    assert amounts(lines) == {("mia", "2026-01", "valid-lead-points"): 5_000}


def test_a_smaller_contract_claws_back_in_its_own_period_at_the_prices_of_its_layer() -> None:
    thirty_seventy = vary_plan(
        rates={"marketing-commission": "3%", "sales-commission": "7%"}, gate={}
    )
    lines = earned(
        [
            published(thirty_seventy),
            lead(),
            signed(amount="10000.00"),
            amended("D1", at("2026-02-10"), "a", "reduction", "8000.00"),
        ]
    )
    assert of_payee(lines, "mia") == {"2026-01": 30_000, "2026-02": -6_000}
    assert of_payee(lines, "sam") == {"2026-01": 70_000, "2026-02": -14_000}
    assert [line.base for line in lines if line.payee == "mia"] == [1_000_000, -200_000]


def test_small_steps_down_to_nothing_end_at_nothing() -> None:
    lines = earned(
        [
            published(UNGATED),
            signed(amount="0.30", lead=None),
            amended("D1", at("2026-02-01"), "a", "reduction", "0.20"),
            amended("D1", at("2026-03-01"), "b", "reduction", "0.10"),
            amended("D1", at("2026-04-01"), "c", "cancellation"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 2, "2026-02": -1, "2026-03": -1}


def test_a_deal_cancelled_under_a_newer_version_nets_to_nothing() -> None:
    six = vary_plan(rates={"self-sourced": "6%"}, gate={}, version=2, effective_from="2026-03-01")
    lines = earned(
        [
            published(UNGATED),
            published(six),
            signed(lead=None),
            amended("D1", at("2026-03-10"), "a", "cancellation"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 500_000, "2026-03": -500_000}
    assert {line.plan for line in lines} == {"seed-4-2-5@1"}


def test_an_upsell_opens_a_layer_at_the_rates_of_its_own_date() -> None:
    six = vary_plan(rates={"self-sourced": "6%"}, gate={}, version=2, effective_from="2026-03-01")
    lines = earned(
        [
            published(UNGATED),
            published(six),
            signed(lead=None),
            amended("D1", at("2026-03-01"), "a", "upsell", "150000.00"),
            amended("D1", at("2026-04-01"), "b", "reduction", "90000.00"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 500_000, "2026-03": 300_000, "2026-04": -350_000}
    assert [(line.fact[1], line.amount) for line in lines if line.period == "2026-04"] == [
        ("a", -300_000),
        ("signed-D1", -50_000),
    ]


def test_a_renewal_leaves_the_earlier_term_alone_and_revives_a_cancelled_contract() -> None:
    lines = earned(
        [
            published(UNGATED),
            signed(lead=None),
            amended("D1", at("2026-02-01"), "a", "renewal", "50000.00"),
            amended("D1", at("2026-03-01"), "b", "cancellation"),
            amended("D1", at("2026-03-02"), "c", "upsell", "70000.00"),
            amended("D1", at("2026-04-01"), "d", "renewal", "10000.00"),
        ]
    )
    expected = {"2026-01": 500_000, "2026-02": 250_000, "2026-03": -250_000, "2026-04": 50_000}
    assert of_payee(lines, "sam") == expected


def test_a_correction_counts_from_the_date_of_the_fact_it_corrects() -> None:
    correction = amended("D1", at("2026-03-01"), "a", "correction", "80000.00")
    lines = earned([published(UNGATED), signed(lead=None), correction])
    assert of_payee(lines, "sam") == {"2026-01": 400_000}
    assert lines[0].because == (("/crm/demo", "a"), ("/crm/demo", "signed-D1"))


def test_a_corrected_fact_moves_and_a_voided_void_revives() -> None:
    target = {"source": "/crm/demo", "id": "signed-D1"}
    moved = fact("fact-corrected", "deal/D1", at("2026-02-02"), "r1", target=target,
                 data=signed(amount="1000.00", lead=None)["data"],
                 effective_at=at("2026-02-01"))  # fmt: skip
    void = fact("fact-voided", "deal/D1", at("2026-02-03"), "r2", target=target, reason="no")
    of_void = {"source": "/crm/demo", "id": "r2"}
    unvoid = fact("fact-voided", "deal/D1", at("2026-02-01"), "r3", target=of_void, reason="yes")
    log = [published(UNGATED), signed(), moved]
    assert of_payee(earned(log), "sam") == {"2026-02": 5_000}
    assert earned([*log, void]) == []
    assert of_payee(earned([*log, void, unvoid]), "sam") == {"2026-02": 5_000}
