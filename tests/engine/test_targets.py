"""Pay by attainment: bonuses and scorecards, by hand."""

import pytest

from tests.engine.aiming import (
    AS_REACHED,
    SLICES,
    bonus,
    lines,
    money,
    of_sam,
    paid,
    plan,
    quota,
)

SAM = "2026-01-01 payee-enrolled sam\n"
AT_115 = SAM + "2026-01-10 deal-signed D1 by sam 115000.00 CNY"


def test_at_115_percent_of_25000_slices_pay_31000() -> None:
    told = paid(AT_115, plan(bonus(payout=SLICES)), through="2026-01")
    assert told == {("sam", "2026-01", "bonus"): 3_100_000}


def test_at_115_percent_of_25000_the_whole_at_the_rate_reached_pays_46000() -> None:
    whole = {**SLICES, "mode": "retroactive"}
    told = paid(AT_115, plan(bonus(payout=whole)), through="2026-01")
    assert told == {("sam", "2026-01", "bonus"): 4_600_000}


def test_rows_below_are_paid_whole_and_the_row_reached_in_proportion() -> None:
    steps = {
        "mode": "interpolated",
        "rows": [
            {"from": "0", "to": "80%", "pays": "40%"},
            {"from": "80%", "to": "120%", "pays": "60%"},
        ],
    }
    told = paid(AT_115, plan(bonus("10000.00", payout=steps)), through="2026-01")
    assert told == {("sam", "2026-01", "bonus"): 400_000 + 525_000}  # 35/40 of 60 %


def test_the_row_reached_alone_pays_and_its_lower_bound_is_in_it() -> None:
    steps = {
        "mode": "highest",
        "rows": [{"from": "0", "to": "115%", "pays": "0"}, {"from": "115%", "pays": "50%"}],
    }
    told = paid(AT_115, plan(bonus("10000.00", payout=steps)), through="2026-01")
    assert told == {("sam", "2026-01", "bonus"): 500_000}


def test_attainment_above_the_most_counts_as_it() -> None:
    told = paid(AT_115, plan(bonus(payout=SLICES, most="110%")), through="2026-01")
    assert told == {("sam", "2026-01", "bonus"): 2_900_000}


def test_a_line_of_a_window_is_of_the_payees_enrolment_and_of_no_deal() -> None:
    [line] = lines(AT_115, plan(bonus()), through="2026-01")
    assert (line["subject"], line["deal"], line["lead"]) == ("window/2026-01", None, None)
    assert (line["fact_source"], line["fact_id"]) == ("example", "1")
    assert [name["id"] for name in line["because"]] == ["1"]


def test_who_is_neither_enrolled_nor_assigned_has_no_bonus() -> None:
    assert paid("2026-01-10 deal-signed D1 by sam 115000.00 CNY", plan(bonus())) == {}


@pytest.mark.parametrize(("zero", "amount"), [("reached", 2_500_000), ("missed", None)])
def test_a_target_of_zero_is_what_the_quota_says_it_is(zero: str, amount: int | None) -> None:
    terms = plan(bonus(), quotas=[quota("0.00", zero=zero)])
    found = paid(SAM, terms, through="2026-01").get(("sam", "2026-01", "bonus"))
    assert found == amount


def test_a_negative_measure_counts_as_nothing() -> None:
    figures = SAM + "2026-01-31 metric-reported sam margin 2026-01 -40"
    terms = plan(
        bonus(),
        measures=[{"id": "bookings", "of": "metric", "metric": "margin", "over": "sum"}],
        quotas=[{**quota(count="100"), "amount": None}],
    )
    assert paid(figures, terms, through="2026-01") == {}


QUARTER = (
    SAM
    + """
2026-01-10 deal-signed D1 by sam 30000.00 CNY
2026-02-10 deal-signed D2 by sam 60000.00 CNY
2026-03-10 deal-signed D3 by sam 60000.00 CNY
"""
)


def test_a_quarter_is_paid_with_its_last_month() -> None:
    terms = plan(bonus("9000.00", window="quarter"), quotas=[quota("50000.00")])
    assert of_sam(paid(QUARTER, terms), "bonus") == {"2026-03": 900_000}


def test_a_bonus_to_date_pays_each_month_what_the_quarter_has_grown_by_and_never_again() -> None:
    terms = plan(bonus("9000.00", window="quarter", paid="to-date"), quotas=[quota("50000.00")])
    assert of_sam(paid(QUARTER, terms), "bonus") == {
        "2026-01": 180_000,
        "2026-02": 360_000,
        "2026-03": 360_000,
    }


def test_against_the_months_so_far_quota_and_target_grow_with_the_months() -> None:
    terms = plan(
        bonus("9000.00", window="quarter", paid="to-date", against="months-so-far"),
        quotas=[quota("50000.00")],
    )
    assert of_sam(paid(QUARTER, terms), "bonus") == {
        "2026-01": 180_000,  # 3,000 x 30/50
        "2026-02": 360_000,  # 6,000 x 90/100
        "2026-03": 360_000,  # 9,000 x 150/150
    }


def test_a_smaller_contract_takes_back_what_the_quarter_no_longer_reaches_in_its_own_month() -> (
    None
):
    facts = QUARTER + "2026-05-02 contract-amended D1 cancellation"
    terms = plan(bonus("9000.00", window="quarter"), quotas=[quota("50000.00")])
    assert of_sam(paid(facts, terms), "bonus") == {"2026-03": 900_000, "2026-05": -180_000}


SEED_CARDS = [
    {"quota": name, "weight": weight, "payout": AS_REACHED}
    for name, weight in (
        ("qualified", "40%"),
        ("meetings", "30%"),
        ("events", "15%"),
        ("cash", "15%"),
    )
]


def seed_card(**more: object) -> dict[str, object]:
    return {
        "id": "card",
        "kind": "scorecard",
        "window": "month",
        "target": money("10000.00"),
        "cards": SEED_CARDS,
        "paid": "at-end",
        **more,
    }


SEED_MEASURES = [
    {"id": "qualified", "of": "qualified-leads"},
    {"id": "meetings", "of": "touches", "kind": "meeting"},
    {"id": "events", "of": "metric", "metric": "events", "over": "sum"},
    {"id": "cash", "of": "cash", "credits": "sales"},
]
COUNTED = {"per": "month", "prorate": "none", "zero": "missed"}
SEED_QUOTAS = [
    {"id": "qualified", "measure": "qualified", "count": "2", **COUNTED},
    {"id": "meetings", "measure": "meetings", "count": "4", **COUNTED},
    {"id": "events", "measure": "events", "count": "10", **COUNTED},
    {"id": "cash", "measure": "cash", "amount": money("1000.00"), **COUNTED},
]
SEED_FACTS = (
    SAM
    + """
2026-01-02 lead-created L1 customer C1 by sam
2026-01-03 lead-qualified L1
2026-01-04 touch-recorded L1 kind meeting by sam
2026-01-05 touch-recorded L1 kind meeting by sam
2026-01-06 touch-recorded L1 kind meeting by sam
2026-01-07 touch-recorded L1 kind call by sam
2026-01-08 deal-signed D1 customer C9 by sam 1/2 kim 1/2 2000.00 CNY
2026-01-09 payment-received D1 1800.00 CNY
2026-01-20 refund-issued D1 600.00 CNY
2026-01-31 metric-reported sam events 2026-01 5
"""
)
TRAINING = {
    "id": "training",
    "applies_to": ["card"],
    "metric": "training",
    "missing": "0",
    "rows": [{"from": "0", "to": "100%", "times": "90%"}, {"from": "100%", "times": "1"}],
}


def seed_plan(**more: object) -> dict[str, object]:
    return plan(seed_card(), **{"measures": SEED_MEASURES, "quotas": SEED_QUOTAS, **more})


def test_a_scorecard_weighs_what_is_attained_40_30_15_15() -> None:
    told = of_sam(paid(SEED_FACTS, seed_plan(), through="2026-01"), "card")
    # 40 % x 1/2 + 30 % x 3/4 + 15 % x 1/2 + 15 % x 600/1000
    assert told == {"2026-01": 200_000 + 225_000 + 75_000 + 90_000}


@pytest.mark.parametrize(
    ("training", "amount"), [("99%", 531_000), ("1", 590_000), (None, 531_000)]
)
def test_training_below_100_percent_takes_a_tenth(training: str | None, amount: int) -> None:
    reported = f"2026-01-31 metric-reported sam training 2026-01 {training}" if training else ""
    told = paid(SEED_FACTS + reported, seed_plan(coefficients=[TRAINING]), through="2026-01")
    assert of_sam(told, "card") == {"2026-01": amount}


def test_a_figure_corrected_late_moves_the_month_it_is_for() -> None:
    facts = (
        SEED_FACTS
        + """
2026-02-02 metric-reported sam training 2026-01 1
2026-04-02 metric-reported sam training 2026-01 50%
"""
    )
    told = paid(facts, seed_plan(coefficients=[TRAINING]), through="2026-01")
    assert of_sam(told, "card") == {"2026-01": 531_000}


def test_a_card_that_needs_another_pays_nothing_until_that_one_is_reached() -> None:
    needing = [{**SEED_CARDS[0], "needs": "events", "at_least": "1/2"}, *SEED_CARDS[1:]]
    above = [{**SEED_CARDS[0], "needs": "events", "at_least": "51%"}, *SEED_CARDS[1:]]
    exactly = plan(seed_card(cards=needing), measures=SEED_MEASURES, quotas=SEED_QUOTAS)
    short = plan(seed_card(cards=above), measures=SEED_MEASURES, quotas=SEED_QUOTAS)
    assert of_sam(paid(SEED_FACTS, exactly, through="2026-01"), "card") == {"2026-01": 590_000}
    assert of_sam(paid(SEED_FACTS, short, through="2026-01"), "card") == {"2026-01": 390_000}


def test_weights_changed_mid_year_leave_the_months_before_as_they_were() -> None:
    turned = [
        {**card, "weight": weight}
        for card, weight in zip(SEED_CARDS, ("10%", "10%", "10%", "70%"), strict=True)
    ]
    later = seed_plan(components=[seed_card(cards=turned)], version=2, effective_from="2026-02-01")
    facts = (
        SEED_FACTS
        + """
2026-02-09 payment-received D1 2000.00 CNY
"""
    )
    told = of_sam(paid(facts, seed_plan(), later, through="2026-02"), "card")
    assert told == {"2026-01": 590_000, "2026-02": 700_000}


def test_a_split_year_counts_and_pays_each_side_by_itself() -> None:
    yearly = {"window": "year", "prorate": "days"}
    before = plan(bonus("36500.00", **yearly), quotas=[quota("1000.00")])
    after = plan(
        bonus("36500.00", **yearly),
        quotas=[quota("1000.00")],
        version=2,
        effective_from="2026-07-01",
        mid_period="split",
    )
    facts = (
        SAM
        + """
2026-03-10 deal-signed D1 by sam 6000.00 CNY
2026-08-10 deal-signed D2 by sam 3000.00 CNY
"""
    )
    told = of_sam(paid(facts, before, after), "bonus")
    assert told == {"2026-06": 1_810_000, "2026-12": 920_000}  # 181 days whole, 184 days half


def test_a_fiscal_year_from_april_pays_its_quarters_with_june() -> None:
    terms = plan(
        bonus("9000.00", window="quarter"),
        quotas=[quota("50000.00")],
        year_starts=4,
        effective_from="2026-04-01",
    )
    facts = SAM + "2026-05-10 deal-signed D1 by sam 150000.00 CNY"
    assert of_sam(paid(facts, terms), "bonus") == {"2026-06": 900_000}


def test_a_figure_without_a_period_holds_from_its_time_to_the_next() -> None:
    scaled = {**TRAINING, "applies_to": ["bonus"], "missing": "1"}
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 100000.00 CNY
2026-01-31 metric-reported sam training 80%
2026-02-10 deal-signed D2 by sam 100000.00 CNY
2026-02-27 metric-reported sam training 1
"""
    )
    told = of_sam(paid(facts, plan(bonus(), coefficients=[scaled]), through="2026-02"), "bonus")
    assert told == {"2026-01": 2_250_000, "2026-02": 2_500_000}
