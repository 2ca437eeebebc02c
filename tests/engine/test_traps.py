"""What other engines were caught with: one test a trap, on the kernel, checked by hand."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from engine.earned import earned, named
from engine.world import world
from replay.stating import answer, everything
from schemas.calendar import PayoutPeriod
from schemas.statements import Issue
from tests.frames import frame_of
from tests.oracle.cases import UNGATED, at, enrolled, joint, lead, qualified, signed
from tests.strategies import Record, amended, decision, fact, published, vary_plan

JANUARY = PayoutPeriod.parse("2026-01")
Told = dict[tuple[str, str, str], int]


def told(*history: Record, plan: dict[str, Any] = UNGATED) -> Told:
    """(payee, period, component) -> minor units earned."""
    known = world(frame_of([published(plan), *history]))
    amounts: Told = {}
    for row in named(earned(known), known).iter_rows(named=True):
        key = (row["payee"], str(PayoutPeriod(row["period"])), row["component"])
        amounts[key] = amounts.get(key, 0) + row["amount"]
    return amounts


def stated(*months: Sequence[Record], plan: dict[str, Any] = UNGATED) -> list[Issue]:
    """The issues of consecutive months, each closed after the records that are listed for it."""
    records = [published(plan)]
    issues: list[Issue] = []
    since = 0
    for number, month in enumerate(months):
        records += month
        period = PayoutPeriod(JANUARY.number + number)
        issues.append(
            answer(everything(frame_of(records)), period, issues=issues, since=since).issue
        )
        since = len(records)
    return issues


def amounts(issue: Issue) -> list[int]:
    return issue.lines["amount"].to_list()


def cash(issue: Issue, payee: str = "sam") -> tuple[int, int]:
    [row] = [row for row in issue.balances.iter_rows(named=True) if row["payee"] == payee]
    return row["cash"], row["carried"]


OWN = ("sam", "2026-01", "self-sourced")


@pytest.mark.parametrize(
    ("amount", "paid"),
    [("100.00", 500), ("100.50", 502), ("101.00", 505), ("99.99", 500), ("0.09", 0), ("0.11", 1)],
)
def test_no_value_falls_between_two_bounds(amount: str, paid: int) -> None:
    # 5 % of 100.50 is 5.025, of 99.99 is 4.9995, of 0.09 is 0.0045: half even, on exact fractions
    assert told(signed(lead=None, amount=amount)).get(OWN, 0) == paid


@pytest.mark.parametrize(("leads", "paid"), [(2, 400), (3, 0), (1, 400)])
def test_attainment_exactly_on_the_gate_is_decided_in_fractions(leads: int, paid: int) -> None:
    plan = vary_plan(gate={"threshold": "50%", "inclusive": True})
    facts = [each for n in range(leads) for each in (lead(f"L{n}"), qualified(f"L{n}"))]
    found = told(*facts, signed(lead="L0", amount="100.00"), plan=plan)
    assert found.get(("mia", "2026-01", "marketing-commission"), 0) == paid


@pytest.mark.parametrize("threshold", ["1/3", "33.333333%"])
def test_a_third_is_a_third(threshold: str) -> None:
    plan = vary_plan(gate={"threshold": threshold, "inclusive": False})
    facts = [each for n in range(3) for each in (lead(f"L{n}"), qualified(f"L{n}"))]
    found = told(*facts, signed(lead="L0", amount="100.00"), plan=plan)
    above = threshold != "1/3"  # one of three is above 33.333333 %, and not above a third
    assert (("mia", "2026-01", "marketing-commission") in found) == above


def test_a_target_of_nothing_divides_by_nothing() -> None:
    for rule, paid in (("open", 400), ("closed", 0)):
        plan = vary_plan(gate={"zero_qualified": rule})
        found = told(lead(), signed(amount="100.00"), plan=plan)
        assert found.get(("mia", "2026-01", "marketing-commission"), 0) == paid


def test_a_decrease_looks_no_rate_up_by_its_sign() -> None:
    down = amended("D1", at("2026-02-10"), "a", "reduction", "0.01")
    found = told(signed(lead=None), down)
    assert found["sam", "2026-02", "self-sourced"] == -500_000  # 5 % of 0.01 rounds to nothing


def test_no_more_is_taken_back_than_was_paid() -> None:
    gone = [amended("D1", at(f"2026-02-1{n}"), f"c{n}", "cancellation") for n in range(2)]
    refund = fact(
        "refund-issued", "deal/D1", at("2026-02-11"), "r",
        amount={"amount": "900000.00", "currency": "CNY"},
    )  # fmt: skip
    assert told(signed(lead=None), *gone, refund) == {
        OWN: 500_000,
        ("sam", "2026-02", "self-sourced"): -500_000,
    }


def test_a_decrease_under_another_plan_version_is_priced_by_the_plan_of_its_layer() -> None:
    march = vary_plan(gate={}, version=2, effective_from="2026-03-01", rates={"self-sourced": "6%"})
    gone = amended("D1", at("2026-03-10"), "c", "cancellation")
    found = told(signed(lead=None), published(march), gone)
    assert found == {OWN: 500_000, ("sam", "2026-03", "self-sourced"): -500_000}


def test_who_a_payee_reports_to_changes_nothing_between_sale_and_cancellation() -> None:
    moved = fact(
        "payee-assigned",
        "payee/sam",
        at("2026-02-01"),
        "m",
        manager="bo",
        **{"from": at("2026-02-01")},
    )
    gone = amended("D1", at("2026-03-10"), "c", "cancellation")
    left = fact("payee-left", "payee/sam", at("2026-02-20"), "l")
    found = told(signed(lead=None), moved, left, gone)
    assert sum(found.values()) == 0


def test_a_plan_edited_after_pay_is_another_version_and_a_difference() -> None:
    edited = vary_plan(gate={}, version=2, rates={"self-sourced": "4%"})
    first, second = stated([enrolled(), signed(lead=None)], [published(edited)])
    assert amounts(first) == [500_000]
    assert amounts(second) == [-500_000, 400_000]
    assert second.lines["plan"].to_list() == ["seed-4-2-5@1", "seed-4-2-5@2"]
    assert cash(second) == (0, -100_000)


def test_three_thirds_of_a_hundred_are_a_hundred() -> None:
    found = told(signed(lead=None, by="sam mia bo", amount="2000.00"))
    assert sorted(found.values()) == [3_333, 3_333, 3_334]
    assert found["bo", "2026-01", "self-sourced"] == 3_334  # the first by id


def test_two_full_splits_are_no_split() -> None:
    deal = signed(lead=None, by="sam mia")
    deal["data"]["signed_by"] = [{"payee": name, "share": "1"} for name in ("sam", "mia")]
    with pytest.raises(Exception, match="sum to exactly 1"):
        told(deal)


def test_a_close_pays_what_is_new_and_not_the_year_to_date_again() -> None:
    issues = stated(
        [enrolled(), signed("D1", lead=None, amount="100.00")],
        [signed("D2", on="2026-02-10", lead=None, amount="200.00")],
        [signed("D3", on="2026-03-10", lead=None, amount="300.00")],
        [],
    )
    assert [amounts(issue) for issue in issues] == [[500], [1_000], [1_500], []]


def test_a_fact_is_late_by_when_it_was_learned_and_not_by_its_date() -> None:
    early, late = (
        [enrolled(), signed("D1", lead=None, amount="100.00")],
        [signed("D2", on="2026-01-31", lead=None, amount="200.00")],
    )
    january, february = stated(early, late)
    assert amounts(january) == [500]
    assert february.lines.select("period", "stated_in", "amount").rows() == [
        (JANUARY.number, JANUARY.number + 1, 1_000)
    ]


def test_after_a_clawback_no_cash_is_paid_until_it_is_recovered() -> None:
    issues = stated(
        [enrolled(), signed("D1", lead=None)],
        [amended("D1", at("2026-02-05"), "c", "cancellation")],
        [signed("D2", on="2026-03-10", lead=None, amount="60000.00")],
        [signed("D3", on="2026-04-10", lead=None, amount="60000.00")],
    )
    assert [cash(issue) for issue in issues] == [
        (500_000, 0),
        (0, -500_000),
        (0, -200_000),
        (100_000, 0),
    ]


def test_a_deal_deleted_in_the_crm_is_a_void_and_takes_everything_back() -> None:
    void = fact(
        "fact-voided", "deal/D1", at("2026-02-01"), "v",
        target={"source": "/crm/demo", "id": "signed-D1"},
    )  # fmt: skip
    first = [enrolled(), enrolled("mia"), lead(), signed(), joint()]
    january, february = stated(first, [void])
    assert sorted(-amount for amount in amounts(february)) == sorted(amounts(january))
    assert february.lines["cause"].list.len().min() == 1


def test_the_same_event_again_with_another_payload_counts_once() -> None:
    again = signed(lead=None, amount="900000.00")
    assert told(signed(lead=None), again) == {OWN: 500_000}


def rate(on: str, value: str, id_: str) -> Record:
    fields = {"base": "USD", "quote": "CNY", "rate": value}
    return decision("rate-of-exchange-published", "rate/USD-CNY", at(on), id_, **fields)


def test_a_rate_of_exchange_corrected_after_the_close_is_a_difference_with_its_cause() -> None:
    deal = signed(lead=None, amount="1000.00", currency="USD")
    january, february, march = stated(
        [enrolled(), rate("2026-01-01", "7", "r1"), deal],
        [rate("2026-01-10", "7.1", "r2"), rate("2026-02-01", "8", "r3")],
        [amended("D1", at("2026-03-05"), "c", "cancellation")],
    )
    assert [amounts(issue) for issue in (january, february, march)] == [[35_000], [500], [-35_500]]
    assert february.lines["cause"].to_list() == [[{"source": "evenhand", "id": "r2"}]]


def test_one_person_in_two_positions_is_paid_by_role_in_the_deal() -> None:
    positions = [
        fact("payee-assigned", "payee/mia", at("2026-01-01"), f"p{n}", role=role,
             **{"from": at("2026-01-01")})
        for n, role in enumerate(["marketing", "sales"])
    ]  # fmt: skip
    found = told(*positions, lead(), signed("D1", by="sam"), signed("D2", lead="L9", by="mia"))
    assert found["mia", "2026-01", "marketing-commission"] == 400_000
    assert found["mia", "2026-01", "self-sourced"] == 500_000  # hers on both sides, by her lead


def test_a_leaver_keeps_what_was_earned() -> None:
    left = fact("payee-left", "payee/sam", at("2026-01-25"), "l")
    issues = stated([enrolled(), signed(lead=None), left], [])
    assert cash(issues[0]) == (500_000, 0)


def test_attainment_does_not_depend_on_the_bounds_of_batches() -> None:
    facts = [each for n in range(4) for each in (lead(f"L{n}"), qualified(f"L{n}"))]
    deals = [signed(f"D{n}", lead=f"L{n}", amount="100.00") for n in range(2)]
    plan = vary_plan(gate={"threshold": "50%"})
    expected = told(*facts, *deals, plan=plan)
    assert expected["mia", "2026-01", "marketing-commission"] == 800
    for cut in range(len(facts)):
        assert told(*facts[cut:], *deals, *facts[:cut], plan=plan) == expected


def test_a_correction_of_the_latest_value_does_not_move_what_came_before_it() -> None:
    upsell = amended("D1", at("2026-02-01"), "u", "upsell", "300.00")
    corrected = amended("D1", at("2026-03-01"), "c", "correction", "200.00")
    found = told(signed(lead=None, amount="100.00"), upsell, corrected)
    assert found == {OWN: 500, ("sam", "2026-02", "self-sourced"): 500}


def test_the_largest_value_at_the_finest_rate_is_exact() -> None:
    plan = vary_plan(gate={}, rates={"self-sourced": "33.333333%"})
    found = told(signed(lead=None, amount="9999999999999.99"), plan=plan)
    assert found[OWN] == round(Fraction(999_999_999_999_999 * 33_333_333, 10**8))  # half to even
