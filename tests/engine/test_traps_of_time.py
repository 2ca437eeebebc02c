"""What other engines were caught with, about days, instants and their order."""

import pytest

from engine.world import world
from tests.engine.test_traps import OWN, told
from tests.frames import frame_of
from tests.oracle.cases import UNGATED, at, lead, qualified, signed
from tests.strategies import Record, amended, published, vary_plan


@pytest.mark.parametrize(
    ("opened", "lapsed"),
    [
        ("2026-11-30T09:00:00+08:00", "2027-02-28T09:00:00+08:00"),
        ("2027-01-31T09:00:00+08:00", "2027-05-01T09:00:00+08:00"),
        ("2027-12-01T09:00:00+08:00", "2028-02-29T09:00:00+08:00"),  # in a year of 366 days
        ("2026-12-01T09:00:00+08:00", "2027-03-01T09:00:00+08:00"),
    ],
)
def test_ninety_days_are_ninety_days_whatever_the_month_and_the_year(
    opened: str, lapsed: str
) -> None:
    just_before = lapsed.replace("09:00:00", "08:59:59.999999")
    found = {
        component
        for name, on in (("D1", just_before), ("D2", lapsed))
        for _, _, component in told(lead(on=opened), signed(name, on=on, amount="100.00"))
    }
    assert found == {"marketing-commission", "sales-commission", "self-sourced"}


def test_a_protection_over_the_change_of_clocks_keeps_its_wall_clock_time() -> None:
    plan = vary_plan(gate={}, time_zone="America/New_York")
    opened = lead(on="2026-01-05T09:00:00-05:00")  # clocks go forward on 8 March
    live = told(opened, signed(on="2026-04-05T08:59:59-04:00", amount="100.00"), plan=plan)
    over = told(opened, signed(on="2026-04-05T09:00:00-04:00", amount="100.00"), plan=plan)
    assert {component for _, _, component in live} == {"marketing-commission", "sales-commission"}
    assert {component for _, _, component in over} == {"self-sourced"}


def test_the_first_instant_of_a_period_is_in_it_and_the_first_after_it_is_not() -> None:
    found = told(
        signed("D1", on="2026-01-01", lead=None, amount="100.00"),
        signed("D2", on="2026-01-31T23:59:59.999999+08:00", lead=None, amount="100.00"),
        signed("D3", on="2026-02-01", lead=None, amount="100.00"),
    )
    assert found == {OWN: 1_000, ("sam", "2026-02", "self-sourced"): 500}


def test_a_deal_of_the_31st_is_taken_back_in_a_month_without_one() -> None:
    gone = amended("D1", at("2026-02-28"), "c", "cancellation")
    found = told(signed(on="2026-01-31", lead=None), gone)
    assert found == {OWN: 500_000, ("sam", "2026-02", "self-sourced"): -500_000}


def test_of_facts_at_one_instant_the_id_that_is_smaller_by_bytes_comes_first() -> None:
    def upsell(id_: str, amount: str) -> Record:
        return amended("D1", at("2026-02-01"), id_, "upsell", amount)

    known = world(
        frame_of(
            [
                published(UNGATED),
                signed(lead=None, amount="100.00"),
                upsell("9", "300.00"),
                upsell("10", "200.00"),
            ]
        )
    )
    steps = known.steps.filter(known.steps["kind"] == "upsell")["value"].to_list()
    assert steps == [20_000, 30_000]  # "10" before "9": an order by bytes that everybody knows


def test_a_lead_and_its_signing_at_one_midnight_are_in_the_order_of_their_types() -> None:
    same = "2026-01-20"
    found = told(signed(on=same), lead(on=same), qualified(on=same, verdict="lead-disqualified"))
    assert set(found) == {OWN}
    assert ("mia", "2026-01", "marketing-commission") in told(signed(on=same), lead(on=same))


def test_the_rank_of_types_decides_before_the_names_of_streams() -> None:
    renewal = amended("D1", at("2026-02-01"), "z", "renewal", "100.00")
    gone = amended("D1", at("2026-02-01"), "a", "cancellation")
    found = told(signed(lead=None, amount="100.00"), renewal, gone)
    assert found == {OWN: 500}  # the renewal came and went at one instant
