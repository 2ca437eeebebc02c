"""Tiers, with the numbers worked by hand: what a window pays, and what a smaller contract does."""

from typing import Any

import pytest

from tests.engine.dealing import at, deal, of_sam, paid, plan_of
from tests.strategies import amended, fact

CLIFF = [
    {"from": "0", "to": "100000.00", "rate": "3%"},
    {"from": "100000.00", "rate": "5%"},
]


def tiered(
    mode: str = "marginal", by: str = "amount", window: str = "month", **more: Any
) -> dict[str, Any]:
    rows = more.pop("rows", CLIFF)
    return {
        "id": "tiers",
        "kind": "tiered",
        "credits": "sales",
        "window": window,
        "table": {"by": by, "mode": mode, "rows": rows},
        **more,
    }


def test_falling_below_a_cliff_prices_the_other_deals_down() -> None:
    # 110,000 at 5 % is 5,500; 60,000 at 3 % is 1,800: 3,700 are taken back
    smaller = amended("D2", at("2026-02-10"), "r", "reduction", "10000.00")
    found = of_sam(
        deal("D1", "2026-01-05", "50000.00"),
        deal("D2", "2026-01-06", "60000.00"),
        smaller,
        plan=plan_of(tiered("retroactive")),
    )
    assert found == {
        ("D1", "2026-01"): 250_000,
        ("D2", "2026-01"): 300_000,
        ("D1", "2026-02"): -100_000,
        ("D2", "2026-02"): -270_000,
    }


def test_a_deal_that_reaches_a_cliff_prices_the_earlier_deals_up_in_its_own_month() -> None:
    found = of_sam(
        deal("D1", "2026-01-05", "50000.00"),
        deal("D2", "2026-02-06", "60000.00"),
        plan=plan_of(tiered("retroactive", window="quarter")),
    )
    assert found == {
        ("D1", "2026-01"): 150_000,
        ("D1", "2026-02"): 100_000,
        ("D2", "2026-02"): 300_000,
    }


@pytest.mark.parametrize(
    ("amount", "marginal", "retroactive"),
    [
        ("99999.99", 300_000, 300_000),  # 2,999.9997
        ("100000.00", 300_000, 500_000),  # exactly the bound is in the upper row
        ("100000.50", 300_002, 500_002),  # 3,000.025 and 5,000.025: half to even
        ("100001.00", 300_005, 500_005),
    ],
)
def test_bounds_are_half_open(amount: str, marginal: int, retroactive: int) -> None:
    for mode, worth in (("marginal", marginal), ("retroactive", retroactive)):
        found = of_sam(deal("D1", "2026-01-05", amount), plan=plan_of(tiered(mode)))
        assert found == {("D1", "2026-01"): worth}


def test_a_bound_of_half_a_yuan_leaves_nothing_between_two_rows() -> None:
    rows = [{"from": "0", "to": "100.5", "rate": "10%"}, {"from": "100.5", "rate": "20%"}]
    for amount, worth in (("100.00", 1_000), ("100.50", 2_010), ("101.00", 2_020)):
        found = of_sam(
            deal("D1", "2026-01-05", amount), plan=plan_of(tiered("retroactive", rows=rows))
        )
        assert found == {("D1", "2026-01"): worth}


def test_each_row_pays_for_what_lies_in_it() -> None:
    found = of_sam(
        deal("D1", "2026-01-05", "80000.00"),
        deal("D2", "2026-01-06", "50000.00"),
        deal("D3", "2026-02-06", "50000.00"),
        plan=plan_of(tiered()),
    )
    assert found == {
        ("D1", "2026-01"): 240_000,
        ("D2", "2026-01"): 60_000 + 150_000,  # 20,000 at 3 %, 30,000 at 5 %
        ("D3", "2026-02"): 150_000,  # a new month begins below
    }


def test_cents_are_rounded_over_the_window_and_not_for_each_deal() -> None:
    deals = [deal(f"D{n}", f"2026-01-0{n}", "0.10") for n in range(1, 8)]
    found = of_sam(*deals, plan=plan_of(tiered()))
    assert sum(found.values()) == 2  # 3 % of 0.70 is 0.021, of each 0.10 nothing


SMALLER = (
    deal("D1", "2026-01-05", "80000.00"),
    deal("D2", "2026-01-06", "50000.00"),
    amended("D1", at("2026-02-10"), "r", "reduction", "30000.00"),
)


@pytest.mark.parametrize(
    ("decreases", "february"),
    [
        # the window is 80,000 again: D1 is 30,000 at 3 %, D2 50,000 at 3 %
        ("by-layer", {("D1", "2026-02"): -150_000, ("D2", "2026-02"): -60_000}),
        # D2 keeps its slice from 80,000 to 130,000
        ("own-slice", {("D1", "2026-02"): -150_000}),
        # 50,000 below nothing, in February, at the rates of the first row
        ("current-window", {("D1", "2026-02"): -150_000}),
    ],
)
def test_a_plan_says_at_which_prices_it_takes_back(decreases: str, february: Any) -> None:
    plan = plan_of(tiered(), decreases=decreases)
    january = {("D1", "2026-01"): 240_000, ("D2", "2026-01"): 210_000}
    assert of_sam(*SMALLER, plan=plan) == january | february


def test_in_the_current_window_a_decrease_falls_from_the_top_of_it() -> None:
    plan = plan_of(tiered(), decreases="current-window")
    large = deal("D3", "2026-02-05", "120000.00")
    found = of_sam(*SMALLER, large, plan=plan)
    assert found["D3", "2026-02"] == 400_000  # 3,000 and 1,000
    assert found["D1", "2026-02"] == -190_000  # 120,000 to 70,000: 1,000 at 5 %, 900 at 3 %


def test_a_cancelled_deal_nets_to_nothing_in_every_window() -> None:
    gone = amended("D1", at("2026-04-10"), "c", "cancellation")
    for mode in ("marginal", "retroactive"):
        for decreases in ("by-layer", "own-slice"):
            plan = plan_of(tiered(mode, window="quarter"), decreases=decreases)
            found = of_sam(*SMALLER, gone, plan=plan)
            assert sum(amount for (name, _), amount in found.items() if name == "D1") == 0


def test_tiers_by_the_number_of_deals() -> None:
    rows = [{"from": "0", "to": "2", "rate": "1%"}, {"from": "2", "rate": "2%"}]
    deals = [deal(f"D{n}", f"2026-01-0{n}", "100.00") for n in range(1, 5)]
    marginal = of_sam(*deals, plan=plan_of(tiered(by="deals", rows=rows)))
    assert list(marginal.values()) == [100, 100, 200, 200]
    whole = of_sam(*deals, plan=plan_of(tiered("retroactive", by="deals", rows=rows)))
    assert list(whole.values()) == [200] * 4


def test_an_amount_for_each_deal_is_by_the_share_of_the_payee() -> None:
    rows = [
        {"from": "0", "to": "1", "amount": {"amount": "100.00", "currency": "CNY"}},
        {"from": "1", "amount": {"amount": "300.00", "currency": "CNY"}},
    ]
    deals = [
        deal("D1", "2026-01-01", "5.00"),
        deal("D2", "2026-01-02", "5.00", by="sam mia bo"),
    ]
    found = paid(*deals, plan=plan_of(tiered(by="deals", rows=rows)))
    assert found == {
        ("sam", "D1", "2026-01"): 10_000,
        ("sam", "D2", "2026-01"): 10_000,
        ("mia", "D2", "2026-01"): 3_333,
        ("bo", "D2", "2026-01"): 3_333,
    }


def test_three_signers_have_a_third_each_of_their_own_tiers() -> None:
    found = paid(deal("D1", "2026-01-01", "100.00", by="sam mia bo"), plan=plan_of(tiered()))
    assert list(found.values()) == [100, 100, 100]


def test_a_window_of_a_deal_pays_by_its_size() -> None:
    bigger = amended("D1", at("2026-02-10"), "u", "upsell", "150000.00")
    found = of_sam(
        deal("D1", "2026-01-05", "80000.00"),
        deal("D2", "2026-01-06", "80000.00"),
        bigger,
        plan=plan_of(tiered(window="deal")),
    )
    assert found == {
        ("D1", "2026-01"): 240_000,
        ("D2", "2026-01"): 240_000,
        ("D1", "2026-02"): 60_000 + 250_000,
    }


QUOTA: dict[str, Any] = {
    "measures": [{"id": "sold", "of": "value", "credits": "sales"}],
    "quotas": [
        {
            "id": "target",
            "measure": "sold",
            "per": "month",
            "amount": {"amount": "1000.00", "currency": "CNY"},
            "prorate": "none",
            "zero": "reached",
        }
    ],
}
BY_QUOTA = [{"from": "0", "to": "100%", "rate": "3%"}, {"from": "100%", "rate": "5%"}]
SAM = fact("payee-enrolled", "payee/sam", at("2026-01-01"), "sam", name="Sam", role="sales")


@pytest.mark.parametrize(
    ("mode", "worths"), [("marginal", [2_400, 600 + 3_000]), ("retroactive", [4_000, 4_000])]
)
def test_tiers_by_attainment(mode: str, worths: list[int]) -> None:
    component = tiered(mode, by="attainment", rows=BY_QUOTA, quota="target")
    deals = [deal("D1", "2026-01-05", "800.00"), deal("D2", "2026-01-06", "800.00")]
    found = of_sam(SAM, *deals, plan=plan_of(component, **QUOTA))
    assert list(found.values()) == worths


@pytest.mark.parametrize(("zero", "worth"), [("reached", 4_000), ("missed", 2_400)])
@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
def test_a_target_of_nothing_is_reached_or_missed(mode: str, zero: str, worth: int) -> None:
    nothing = QUOTA["quotas"][0] | {"amount": {"amount": "0.00", "currency": "CNY"}, "zero": zero}
    component = tiered(mode, by="attainment", rows=BY_QUOTA, quota="target")
    plan = plan_of(component, **QUOTA | {"quotas": [nothing]})
    assert of_sam(SAM, deal("D1", "2026-01-05", "800.00"), plan=plan) == {("D1", "2026-01"): worth}


def test_a_coefficient_scales_the_slice_of_its_month() -> None:
    half = {
        "id": "training",
        "applies_to": ["tiers"],
        "metric": "training",
        "missing": "100%",
        "rows": [{"from": "0", "to": "100%", "times": "90%"}, {"from": "100%", "times": "100%"}],
    }
    figure = fact(
        "metric-reported", "payee/sam", at("2026-02-01"), "m", metric="training", value="0.5",
        period="2026-01",
    )  # fmt: skip
    plan = plan_of(tiered(window="quarter"), coefficients=[half])
    found = of_sam(
        deal("D1", "2026-01-05", "80000.00"),
        deal("D2", "2026-02-05", "80000.00"),
        figure,
        plan=plan,
    )
    assert found == {("D1", "2026-01"): 216_000, ("D2", "2026-02"): 60_000 + 300_000}


def test_the_sum_of_a_window_runs_over_the_versions_of_a_plan() -> None:
    first = plan_of(tiered(window="quarter"))
    dearer = [{**CLIFF[0], "rate": "6%"}, {**CLIFF[1], "rate": "8%"}]
    later = plan_of(
        tiered(window="quarter", rows=dearer), version=2, effective_from="2026-02-01",
        mid_period="carry",
    )  # fmt: skip
    deals = deal("D1", "2026-01-05", "80000.00"), deal("D2", "2026-02-05", "80000.00")
    found = of_sam(*deals, plan=first, later=later)
    assert found == {("D1", "2026-01"): 240_000, ("D2", "2026-02"): 120_000 + 480_000}
    split = of_sam(*deals, plan=first, later=later | {"mid_period": "split"})
    assert split == {("D1", "2026-01"): 240_000, ("D2", "2026-02"): 480_000}
