"""Worked numbers of gates, caps, instalments, leaving, ceilings, guarantees, clawbacks; by hand."""

from typing import Any

import pytest

from tests.oracle.cases import enrolled, lead, qualified, signed
from tests.oracle.planned import (
    assigned,
    by_deal,
    cny,
    commission,
    of,
    on_deal,
    paid,
    part,
    planned,
    shrunk,
    told,
    value_quota,
)
from tests.oracle.test_worked_components import own
from tests.strategies import Record


@pytest.mark.parametrize(
    ("inclusive", "amount", "pay"), [(True, "800.00", 8_000), (False, "800.00", 0)]
)
def test_a_gate_on_attainment_is_exact_on_its_threshold(
    inclusive: bool, amount: str, pay: int
) -> None:
    gate = {"id": "g", "applies_to": ["c"], "count": "attainment", "quota": "q", "window": "month",
            "threshold": "80%", "inclusive": inclusive, "missed": "lost"}  # fmt: skip
    log = [planned(commission(), gates=[gate], **value_quota()), own("D1", amount)]
    assert paid(*log).get(("sam", "01"), 0) == pay


def test_a_deferred_gate_on_attainment_is_opened_by_a_later_window() -> None:
    gate = {"id": "g", "applies_to": ["c"], "count": "attainment", "quota": "q", "window": "month",
            "threshold": "100%", "inclusive": True, "missed": "deferred"}  # fmt: skip
    log = [planned(commission(), gates=[gate], **value_quota()), own("D1", "999.99")]
    log.append(own("D2", "1000.00", on="2026-03-01"))
    assert paid(*log) == {("sam", "03"): 10_000 + 10_000}


@pytest.mark.parametrize(("on", "pay"), [("02-09T23:59:59", 10_000), ("02-10T00:00:00", 0)])
def test_a_cohort_counts_signings_up_to_some_days_after_its_window(on: str, pay: int) -> None:
    gate = {"id": "g", "applies_to": ["c"], "count": "cohort", "days": 9, "window": "month",
            "threshold": "100%", "inclusive": True, "zero_qualified": "open",
            "missed": "lost"}  # fmt: skip
    found = part("commission", credits="marketing", rate="10%")
    log = [planned(found, gates=[gate]), lead(), qualified(), lead("L2"), qualified("L2")]
    log.append(signed("D1", amount="1000.00"))
    log.append(signed("D2", amount="0.01", lead="L2", on=f"2026-{on}+08:00"))
    assert sum(amount for (payee, _), amount in paid(*log).items() if payee == "mia") == pay


def test_a_cap_takes_in_order_of_effect_and_the_rest_is_lost() -> None:
    plan = planned(commission(cap={"per": "month", "amount": cny("150.00")}))
    log = [plan, own("D1", "1000.00"), own("D2", "1000.00", on="2026-01-21")]
    assert by_deal(*log) == {("D1", "01"): 10_000, ("D2", "01"): 5_000}
    assert by_deal(*log, shrunk("D1", "2026-02-01"))["D2", "02"] == 5_000


def test_a_cap_per_deal_runs_over_its_layers() -> None:
    plan = planned(commission(cap={"per": "deal", "amount": cny("150.00")}))
    more = on_deal("D1", "contract-amended", "2026-02-01", kind="upsell", value=cny("2000.00"))
    assert paid(plan, own("D1", "1000.00"), more) == {("sam", "01"): 10_000, ("sam", "02"): 5_000}


def instalments(*parts: dict[str, Any], cash: str | None = None, **top: Any) -> Record:
    plan = {"id": "i", "applies_to": ["c"], "parts": list(parts)}
    return planned(commission(), instalments=[plan | ({"cash": cash} if cash else {})], **top)


THIRDS: list[dict[str, Any]] = [
    {"share": "1/3", "on": "signing"},
    {"share": "1/3", "on": "milestone", "milestone": "go-live"},
    {"share": "1/3", "on": "months", "months": 1},
]


def test_instalments_are_earned_part_by_part_and_are_the_whole_together() -> None:
    log = [instalments(*THIRDS), own("D1", "1000.00", on="2026-01-31")]
    log.append(on_deal("D1", "milestone-reached", "2026-03-10", milestone="go-live"))
    assert paid(*log) == {("sam", "01"): 3_333, ("sam", "02"): 3_334, ("sam", "03"): 3_333}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("in-proportion", {"01": 3_000, "02": 5_000, "03": -4_000, "04": 6_000}),
        ("in-full", {"04": 10_000}),
    ],
)
def test_cash_earns_as_the_customer_pays(way: str, expected: dict[str, int]) -> None:
    log = [instalments({"share": "1", "on": "cash"}, cash=way), own("D1", "1000.00")]
    for type_, on, amount in (
        ("payment-received", "2026-01-25", "300.00"),
        ("payment-received", "2026-02-25", "500.00"),
        ("refund-issued", "2026-03-25", "400.00"),
        ("payment-received", "2026-04-25", "700.00"),
    ):
        log.append(on_deal("D1", type_, on, amount=cny(amount)))
    assert paid(*log) == {("sam", month): amount for month, amount in expected.items()}


LOST = {"later_deals": "lost", "instalments": "lost"}


def test_what_is_dated_after_somebody_left_is_lost_to_them_alone() -> None:
    log = [planned(commission(), leaving=LOST), of("sam", "payee-left", "2026-02-01")]
    log += [own("D1", "100.00"), own("D2", "100.00", on="2026-02-01", by="sam lee")]
    assert paid(*log) == {("sam", "01"): 1_000, ("lee", "02"): 500}
    back = enrolled(on="2026-03-01")
    assert paid(*log, back, own("D3", "100.00", on="2026-03-01"))["sam", "03"] == 1_000


def test_instalments_reached_after_somebody_left_are_lost() -> None:
    log = [instalments(*THIRDS, leaving=LOST), own("D1", "900.00", on="2026-01-31")]
    log.append(on_deal("D1", "milestone-reached", "2026-02-10", milestone="go-live"))
    log.append(of("sam", "payee-left", "2026-02-15"))
    assert paid(*log) == {("sam", "01"): 3_000, ("sam", "02"): 3_000}


def ceiling(**fields: Any) -> dict[str, Any]:
    common = {"applies_to": ["c"], "window": "month", "amount": cny("310.00"), "prorate": "none"}
    return part("ceiling", "most", **{**common, **fields})


@pytest.mark.parametrize(("prorate", "excess"), [("none", -19_000), ("days", -35_000)])
def test_a_ceiling_takes_what_several_earn_above_it(prorate: str, excess: int) -> None:
    log = [planned(commission(), ceiling(prorate=prorate)), enrolled(on="2026-01-17")]
    log += [own("D1", "2000.00"), own("D2", "3000.00"), shrunk("D1", "2026-02-02")]
    assert by_deal(*log)["window/2026-01", "01"] == excess  # 500.00 earned, 15 of 31 days
    assert by_deal(*log)["window/2026-01", "02"] == min(-excess, 20_000)


def guarantee(basis: str = "top-up", **fields: Any) -> dict[str, Any]:
    common = {"applies_to": ["c"], "window": "month", "amount": cny("310.00"), "prorate": "none"}
    return part("guarantee", "least", **{**common, "basis": basis, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"01": 31_000, "02": 31_000, "03": 31_000}),
        ({"months": 2}, {"01": 31_000, "02": 31_000}),
        ({"prorate": "days"}, {"01": 15_000, "02": 31_000, "03": 31_000}),
        ({"basis": "on-top"}, {"01": 41_000, "02": 31_000, "03": 31_000}),
    ],
)
def test_a_guarantee_fills_up_or_comes_on_top(
    fields: dict[str, Any], expected: dict[str, int]
) -> None:
    log = [planned(commission(), guarantee(**fields)), enrolled(on="2026-01-17")]
    log.append(own("D1", "1000.00"))
    assert paid(*log, through="2026-03") == {("sam", m): amount for m, amount in expected.items()}


def test_a_guarantee_ends_with_the_last_window_taken_part_in() -> None:
    log = [planned(commission(), guarantee(prorate="days"), plan="p"), enrolled()]
    log.append(of("sam", "payee-left", "2026-02-15"))
    assert paid(*log) == {("sam", "01"): 31_000, ("sam", "02"): 15_500}


def test_who_was_never_enrolled_but_assigned_has_a_guarantee() -> None:
    log = [planned(commission(), guarantee()), own("D1", "0.01")]
    log.append(assigned("sam", since="2026-01-31", to="2026-02-01"))
    assert paid(*log)["sam", "01"] == 31_000


def clawback(**fields: Any) -> dict[str, Any]:
    common = {"applies_to": ["c"], "takes": "unserved", "unit": "months"}
    return part("clawback", "kept", **{**common, **fields})


DAYS = {"unit": "days", "first_day": "counts"}


@pytest.mark.parametrize(
    ("fields", "term", "on", "kept"),
    [
        ({"within": 12}, None, "2026-07-20", 6_000),
        ({"within": 12}, None, "2026-07-19", 5_000),
        ({}, 24, "2026-07-20", 3_000),
        ({}, None, "2026-07-20", 0),
        ({"takes": "all", "within": 6}, None, "2026-07-19", 0),
        ({"takes": "all", "within": 6}, None, "2026-07-20", 12_000),
        ({**DAYS, "within": 30}, None, "2026-01-22", 1_200),
        ({**DAYS, "first_day": "does-not-count", "within": 30}, None, "2026-01-22", 800),
        ({**DAYS}, 1, "2026-01-20", 387),  # 1 of 31 days of 12,000
    ],
)
def test_a_clawback_leaves_what_was_served(
    fields: dict[str, Any], term: int | None, on: str, kept: int
) -> None:
    deal = own("D1", "1200.00")
    deal = told(deal, term_months=term) if term else deal
    log = [planned(commission(), clawback(**fields)), deal, shrunk("D1", on)]
    assert sum(paid(*log, through="2026-08").values()) == kept


def test_the_last_day_of_a_shorter_month_completes_it() -> None:
    log = [planned(commission(), clawback(within=12)), own("D1", "1200.00", on="2026-01-31")]
    assert sum(paid(*log, shrunk("D1", "2026-02-28")).values()) == 1_000


def test_two_reductions_each_keep_what_was_served_until_then() -> None:
    log = [planned(commission(), clawback(within=12)), own("D1", "1200.00")]
    log += [shrunk("D1", "2026-04-20", "600.00"), shrunk("D1", "2026-07-20")]
    assert paid(*log) == {
        ("sam", "01"): 12_000,
        ("sam", "04"): -6_000 + 1_500,  # a quarter of 600.00 is kept
        ("sam", "07"): -6_000 + 3_000,
    }


def test_what_a_cap_never_paid_is_not_kept() -> None:
    capped = commission(cap={"per": "month", "amount": cny("50.00")})
    log = [planned(capped, clawback(within=12)), own("D1", "1200.00")]
    assert paid(*log, shrunk("D1", "2026-07-20")) == {("sam", "01"): 5_000}
