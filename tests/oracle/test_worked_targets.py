"""Worked numbers of pay by attainment: quotas, measures, bonuses, scorecards; each by hand."""

from typing import Any

import pytest

from tests.oracle.cases import at, enrolled
from tests.oracle.planned import (
    SELF,
    assigned,
    cny,
    commission,
    lines,
    of,
    on_deal,
    paid,
    part,
    planned,
    rows,
    value_quota,
)
from tests.oracle.test_worked_components import own
from tests.strategies import Record

TIMES = {"mode": "marginal", "rows": rows(("0", "1", "1"), ("1", None, "1.6"), pays="times")}
ALL_OR_NOTHING = {"mode": "highest", "rows": rows(("0", "1", "0"), ("1", None, "1"), pays="pays")}
STEPS = {
    "mode": "interpolated",
    "rows": rows(("0", "0.5", "20%"), ("0.5", "1", "80%"), pays="pays"),
}
LINEAR = {"mode": "retroactive", "rows": rows(("0", None, "1"), pays="times")}


def bonus(payout: Any = TIMES, window: str = "month", **fields: Any) -> dict[str, Any]:
    conventions = {"quota": "q", "window": window, "target": cny("25000.00"), "paid": "at-end"}
    return part("bonus", **{**conventions, "payout": payout, **fields})


def sold(amount: str, on: str = "2026-01-20") -> Record:
    return own(f"D{on}{amount}", amount, on=on)


@pytest.mark.parametrize(
    ("payout", "amount", "pay"),
    [
        (TIMES, "1150.00", 3_100_000),
        ({**TIMES, "mode": "retroactive"}, "1150.00", 4_600_000),
        (TIMES, "1000.00", 2_500_000),
        (ALL_OR_NOTHING, "999.99", 0),
        (ALL_OR_NOTHING, "1000.00", 2_500_000),
        (STEPS, "250.00", 250_000),
        (STEPS, "750.00", 500_000 + 1_000_000),
        (STEPS, "5000.00", 2_500_000),
    ],
)
def test_a_bonus_by_each_kind_of_table(payout: Any, amount: str, pay: int) -> None:
    log = [planned(bonus(payout), **value_quota()), enrolled(), sold(amount)]
    assert paid(*log, through="2026-01").get(("sam", "01"), 0) == pay


def test_attainment_above_the_most_counts_as_it() -> None:
    log = [planned(bonus(LINEAR, most="120%"), **value_quota()), enrolled(), sold("9000.00")]
    assert paid(*log, through="2026-01") == {("sam", "01"): 3_000_000}


def test_a_bonus_is_a_line_of_its_window_because_of_the_payees_ground() -> None:
    log = [planned(bonus(LINEAR, "quarter", target=cny("3.00")), **value_quota(), year_starts=1)]
    log += [enrolled(), sold("1000.00", on="2026-02-20"), assigned("sam", since="2026-02-01")]
    assert lines(*log, through="2026-02") == []
    [line] = lines(*log, through="2026-03")
    assert (line.subject, line.period, line.amount) == ("window/2026-Q1", "2026-03", 100)
    assert (line.fact, line.because) == (("evenhand", "as-sam-2026-02-01"), (line.fact,))
    assert lines(*log[:1], log[2], through="2026-03") == []  # nobody is enrolled


def test_windows_are_named_by_the_fiscal_year_that_they_lie_in() -> None:
    plan = planned(bonus(LINEAR, "quarter"), **value_quota(), year_starts=4)
    log = [plan, enrolled(), sold("1.00", on="2026-03-31"), sold("1.00", on="2026-04-01")]
    assert [line.subject for line in lines(*log)] == ["window/2025-Q4", "window/2026-Q1"]


def test_a_true_up_pays_each_month_what_the_window_comes_to_less_what_was_paid() -> None:
    quarterly = bonus(LINEAR, "quarter", target=cny("3000.00"), paid="to-date")
    log = [planned(quarterly, **value_quota("3000.00", per="quarter")), enrolled()]
    log += [sold("1000.00"), sold("2000.00", on="2026-03-05")]
    assert paid(*log, through="2026-03") == {("sam", "01"): 100_000, ("sam", "03"): 200_000}


def test_a_true_up_against_the_months_so_far() -> None:
    quarterly = bonus(ALL_OR_NOTHING, "quarter", target=cny("3000.00"), paid="to-date",
                      against="months-so-far")  # fmt: skip
    log = [planned(quarterly, **value_quota("3000.00", per="quarter")), enrolled()]
    log += [sold("1000.00"), sold("2000.00", on="2026-03-05")]
    assert paid(*log, through="2026-03") == {
        ("sam", "01"): 100_000,
        ("sam", "02"): -100_000,
        ("sam", "03"): 300_000,
    }


@pytest.mark.parametrize(
    ("first_day", "prorate", "pay"),
    [("counts", "days", 150_000), ("counts", "none", 310_000), ("does-not-count", "days", 150_000)],
)
def test_quota_and_target_are_prorated_once_each(first_day: str, prorate: str, pay: int) -> None:
    quota = value_quota("3100.00", prorate="days", first_day=first_day)
    monthly = bonus(LINEAR, target=cny("3100.00"), prorate=prorate)
    log = [planned(monthly, **quota), enrolled(on="2026-01-17"), sold("1500.00")]
    # 15 or 14 of 31 days, in quota and target alike: 1,500 of 1,500, or 1,400 x 1,500 / 1,400.
    assert paid(*log, through="2026-01") == {("sam", "01"): pay}


def test_a_prorated_target_alone_shrinks_by_days_of_a_leap_year() -> None:
    quota = value_quota("100.00", prorate="none")
    plan = planned(bonus(LINEAR, target=cny("2900.00"), prorate="days"), **quota)
    log = [plan, enrolled(on="2028-02-15"), sold("100.00", on="2028-02-20")]
    assert paid(*log, through="2028-02") == {("sam", "02"): 150_000}


def test_who_left_takes_part_up_to_the_day_before() -> None:
    plan = planned(bonus(LINEAR, target=cny("3100.00"), prorate="days"), **value_quota("100.00"))
    log = [plan, enrolled(), sold("100.00"), of("sam", "payee-left", "2026-01-11")]
    assert paid(*log) == {("sam", "01"): 100_000}


def test_a_ramp_lowers_the_first_months_of_a_payee() -> None:
    quota = value_quota("1000.00", ramp=["25%", "50%"])
    log = [planned(bonus(LINEAR), **quota), enrolled(on="2026-01-15")]
    log += [sold("250.00"), sold("500.00", on="2026-02-03"), sold("1000.00", on="2026-03-03")]
    assert paid(*log, through="2026-03") == {("sam", m): 2_500_000 for m in ("01", "02", "03")}


def test_an_own_target_of_a_quarter_is_divided_by_season() -> None:
    quota = value_quota("9999.00", per="quarter", season=["50%", "30%", "20%"])
    own_target = of("sam", "quota-set", "2026-05-01", measure="revenue", period="2026-01",
                    per="quarter", amount=cny("1000.00"))  # fmt: skip
    log = [planned(bonus(LINEAR), **quota), enrolled(), own_target]
    log += [sold("500.00"), sold("300.00", on="2026-02-03"), sold("100.00", on="2026-03-03")]
    assert paid(*log, through="2026-03") == {
        ("sam", "01"): 2_500_000,
        ("sam", "02"): 2_500_000,
        ("sam", "03"): 1_250_000,
    }


def test_a_month_not_whole_has_no_target_where_months_are_prorated() -> None:
    quota = value_quota("1000.00", per="quarter", prorate="months", zero="missed")
    quarterly = bonus(LINEAR, "quarter")
    log = [planned(quarterly, **quota), enrolled(on="2026-01-02"), sold("1000.00")]
    assert paid(*log, through="2026-03") == {("sam", "03"): 3_750_000}  # 1000 of 2/3 of 1000


def test_a_scorecard_weighs_its_cards_and_a_linked_card_waits_for_another() -> None:
    measures = [
        {"id": "revenue", "of": "value", **SELF},
        {"id": "care", "of": "metric", "metric": "nps", "over": "mean"},
    ]
    common = {"per": "month", "prorate": "none", "zero": "missed"}
    quotas = [
        {"id": "q", "measure": "revenue", "amount": cny("1000.00"), **common},
        {"id": "n", "measure": "care", "count": "50", **common},
    ]
    cards = [
        {"quota": "q", "weight": "60%", "payout": LINEAR},
        {"quota": "n", "weight": "40%", "payout": LINEAR, "needs": "q", "at_least": "80%"},
    ]
    card = part("scorecard", window="quarter", target=cny("100.00"), cards=cards, paid="at-end")
    log = [planned(card, measures=measures, quotas=quotas), enrolled()]
    log += [of("sam", "metric-reported", f"2026-0{m}-28", metric="nps", period=f"2026-0{m}",
               value=value) for m, value in ((1, "100"), (2, "200"))]  # fmt: skip
    # A mean of 150 over a target of 150; revenue reaches 50 %, then 80 % of 3,000.
    assert paid(*log, sold("1500.00"), through="2026-03") == {("sam", "03"): 3_000}
    assert paid(*log, sold("2400.00"), through="2026-03") == {("sam", "03"): 4_800 + 4_000}


@pytest.mark.parametrize(("over", "pay"), [("sum", 30), ("mean", 15), ("last", 20)])
def test_the_months_of_a_metric_become_one_figure(over: str, pay: int) -> None:
    measures = [{"id": "m", "of": "metric", "metric": "x", "over": over}]
    quota = {"id": "q", "measure": "m", "per": "quarter", "count": "100", "prorate": "none"}
    plan = planned(bonus(LINEAR, "quarter", target=cny("1.00")), measures=measures,
                   quotas=[{**quota, "zero": "missed"}])  # fmt: skip
    log = [plan, enrolled()]
    for month, value in ((1, "10"), (2, "20")):
        fields = {"metric": "x", "period": f"2026-0{month}", "value": value}
        log.append(of("sam", "metric-reported", f"2026-0{month}-10", **fields))
    assert paid(*log, through="2026-03") == {("sam", "03"): pay}


@pytest.mark.parametrize(("counted", "pay"), [("cash", 25), ("deals", 50), ("value", 50)])
def test_cash_and_deals_count_by_the_share_of_the_signing(counted: str, pay: int) -> None:
    measures = [{"id": "m", "of": counted, "credits": "sales"}]
    target = {"count": "1"} if counted == "deals" else {"amount": cny("100.00")}
    quota = {"id": "q", "measure": "m", "per": "month", "prorate": "none", "zero": "missed"}
    plan = planned(
        bonus(LINEAR, target=cny("1.00")), measures=measures, quotas=[{**quota, **target}]
    )
    log = [plan, enrolled(), own("D1", "100.00", by="lee sam")]
    log.append(on_deal("D1", "payment-received", "2026-01-25", amount=cny("70.00")))
    log.append(on_deal("D1", "refund-issued", "2026-01-26", amount=cny("20.00")))
    assert paid(*log, through="2026-01") == {("sam", "01"): pay}


def test_a_bonus_of_a_window_that_is_split_is_two() -> None:
    quota = value_quota("9000.00", per="quarter", prorate="days", first_day="counts")
    quarterly = bonus(LINEAR, "quarter", target=cny("9000.00"), prorate="days")
    first = planned(quarterly, **quota)
    second = {"version": 2, "effective_from": "2026-02-01", "mid_period": "split"}
    log = [first, planned(quarterly, **quota, **second), enrolled(), sold("3100.00")]
    # 31 and 59 of 90 days; January's part of the quota is 3,000.
    pay = round(900_000 * 31 / 90 * 3_100 / 3_000)
    assert paid(*log, through="2026-03") == {("sam", "01"): pay}


def test_the_last_one_who_decides_about_a_window_is_the_version_at_its_end() -> None:
    log = [planned(bonus(LINEAR), **value_quota()), enrolled(), sold("1000.00")]
    other = planned(commission(), plan="other")
    moved = [assigned("sam", to="2026-01-16"), assigned("sam", "other", since="2026-01-16")]
    found = lines(*log, other, *moved, through="2026-01")
    assert [(line.plan, line.amount) for line in found] == [("other@1", 10_000)]
    assert at("2026-01-16") == moved[1]["data"]["from"]
