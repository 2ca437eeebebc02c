"""Worked numbers of the components that pay for deals; each is computed by hand."""

import pytest

from tests.oracle.cases import at, lead, signed
from tests.oracle.planned import (
    SELF,
    by_deal,
    cny,
    commission,
    lines,
    of,
    paid,
    part,
    planned,
    rows,
    shrunk,
    tiered,
    told,
    value_quota,
)
from tests.strategies import Record, amended

FIVE_TEN = rows(("0", "1000", "5%"), ("1000", None, "10%"))


def own(name: str, amount: str, on: str = "2026-01-20", by: str = "sam") -> Record:
    """A deal that its signers found themselves."""
    return signed(name, on=on, amount=amount, lead=None, by=by)


def test_without_a_source_each_class_is_paid_by_itself() -> None:
    plan = planned(part("commission", credits="sales", rate="10%"))
    both = lines(plan, lead(by="mia"), signed(amount="1000.00", by="mia sam"))
    found = [(line.payee, line.source, line.amount) for line in both]
    assert found == [("mia", "self", 5_000), ("sam", "marketing", 5_000)]


def test_a_later_decrease_never_moves_a_deal_out_of_a_condition() -> None:
    plan = planned(commission(where="amount is at least 1000.00"))
    small, large = own("D1", "999.99"), own("D2", "1000.00")
    assert paid(plan, small, large, shrunk("D2", "2026-02-01", "500.00")) == {
        ("sam", "01"): 10_000,
        ("sam", "02"): -5_000,
    }


@pytest.mark.parametrize(
    ("where", "deals"),
    [
        ('product is "Cloud"', ["D1"]),
        ('product is not "Cloud"', ["D2"]),
        ("term is at least 12 or product is known", ["D1"]),
        ("term is less than 12", []),
        ("business is first", ["D1"]),
        ("business is repeat and amount is from 50 up to 100.01", ["D2"]),
        ("not (kind is signing)", []),
        ("side is not marketing and class is one of self, partner", ["D1", "D2"]),
    ],
)
def test_a_condition_reads_the_signing(where: str, deals: list[str]) -> None:
    first = told(own("D1", "100.00"), products=["Cloud", "Care"], term_months=12)
    log = [planned(commission(where=where)), first, own("D2", "100.00", on="2026-01-21")]
    assert sorted(deal for deal, _ in by_deal(*log)) == deals


def test_the_first_business_of_a_customer_is_the_first_in_order_of_effect() -> None:
    plan = planned(commission(where="business is first"))
    assert by_deal(plan, own("D2", "1.00", on="2026-01-19"), own("D1", "1.00")) == {
        ("D2", "01"): 10
    }


def test_a_plan_rate_is_used_and_a_currency_it_does_not_list_has_none() -> None:
    plan = planned(commission(), exchange={"USD": "7"})
    dollars = signed("D1", amount="100.00", lead=None, currency="USD")
    euros = signed("D2", amount="100.00", lead=None, currency="EUR")
    assert by_deal(plan, dollars, euros) == {("D1", "01"): 7_000}


@pytest.mark.parametrize(
    ("figure", "amount"), [("100", 10_000), ("99", 9_000), (None, 9_000), ("-1", 5_000)]
)
def test_a_coefficient_scales_by_the_figure_of_the_month(figure: str | None, amount: int) -> None:
    table = rows(("0", "50", "50%"), ("50", "100", "90%"), ("100", None, "1"), pays="times")
    training = {"id": "t", "applies_to": ["c"], "metric": "training", "missing": "60"}
    log = [planned(commission(), coefficients=[{**training, "rows": table}]), own("D1", "1000.00")]
    if figure:
        reported = {"metric": "training", "period": "2026-01", "value": figure}
        log.append(of("sam", "metric-reported", "2026-02-03", **reported))
    assert paid(*log) == {("sam", "01"): amount}


def test_a_decrease_in_its_own_window_is_priced_at_its_own_date() -> None:
    rates = [planned(commission("5%"), decreases="current-window")]
    six = {"version": 2, "effective_from": "2026-03-01", "decreases": "current-window"}
    rates.append(planned(commission("6%"), **six))
    log = [*rates, own("D1", "100000.00"), shrunk("D1", "2026-03-05")]
    assert paid(*log) == {("sam", "01"): 500_000, ("sam", "03"): -600_000}
    assert [line.fact[1] for line in lines(*log)] == ["signed-D1", "cancellation-D1-2026-03-05"]


def test_a_marginal_table_pays_each_slice_at_its_own_rate() -> None:
    log = [planned(tiered(FIVE_TEN)), own("D1", "600.00"), own("D2", "600.00", on="2026-01-21")]
    assert by_deal(*log) == {("D1", "01"): 3_000, ("D2", "01"): 4_000}


@pytest.mark.parametrize(("amount", "pay"), [("999.99", 5_000), ("1000.00", 10_000)])
def test_a_retroactive_table_prices_everything_by_the_row_reached(amount: str, pay: int) -> None:
    assert paid(planned(tiered(FIVE_TEN, mode="retroactive")), own("D1", amount)) == {
        ("sam", "01"): pay
    }


def test_falling_back_below_a_bound_prices_the_other_deals_down() -> None:
    table = rows(("0", "100000", "3%"), ("100000", None, "5%"))
    log = [
        planned(tiered(table, mode="retroactive")),
        own("D1", "60000.00"),
        own("D2", "50000.00", on="2026-01-21"),
        shrunk("D2", "2026-02-01"),
    ]
    assert paid(*log) == {("sam", "01"): 550_000, ("sam", "02"): -370_000}
    assert by_deal(*log)["D1", "02"] == -120_000


def test_the_lines_of_a_window_sum_to_the_rounded_payout_of_the_whole() -> None:
    log = [planned(tiered(FIVE_TEN)), *(own(f"D{n}", "0.10") for n in (1, 2, 3))]
    assert by_deal(*log) == {("D2", "01"): 1, ("D3", "01"): 1}  # .5, 1, 1.5 to 0, 1, 2


def test_a_table_by_deals_starts_with_the_first_deal() -> None:
    table = [
        {"from": "0", "to": "2", "amount": cny("100.00")},
        {"from": "2", "amount": cny("200.00")},
    ]
    deals = [own("D1", "1.00"), own("D2", "1.00", by="sam mia"), own("D3", "1.00")]
    assert paid(planned(tiered(table, by="deals")), *deals) == {
        ("sam", "01"): 10_000 + 5_000 + 20_000,
        ("mia", "01"): 5_000,
    }
    cancelled = shrunk("D1", "2026-02-01")
    after = by_deal(planned(tiered(table, by="deals")), *deals, cancelled)
    assert (after["D1", "02"], after["D3", "02"]) == (-10_000, -10_000)


def test_a_retroactive_table_by_deals_counts_them_all() -> None:
    table = rows(("0", "2", "5%"), ("2", None, "10%"))
    plan = planned(tiered(table, by="deals", mode="retroactive"))
    assert paid(plan, *(own(f"D{n}", "100.00") for n in (1, 2))) == {("sam", "01"): 1_000}
    assert paid(plan, *(own(f"D{n}", "100.00") for n in (1, 2, 3))) == {("sam", "01"): 3_000}


ATTAINED = rows(("0", "100%", "5%"), ("100%", None, "10%"))


def test_a_table_by_attainment_has_its_bounds_times_the_quota() -> None:
    plan = planned(tiered(ATTAINED, by="attainment", quota="q"), **value_quota("1000.00"))
    assert paid(plan, own("D1", "1500.00")) == {("sam", "01"): 5_000 + 5_000}


@pytest.mark.parametrize(("zero", "pay"), [("reached", 1_000), ("missed", 500)])
def test_a_quota_of_zero_is_what_the_plan_says(zero: str, pay: int) -> None:
    plan = planned(tiered(ATTAINED, by="attainment", quota="q"), **value_quota("0", zero=zero))
    assert paid(plan, own("D1", "100.00")) == {("sam", "01"): pay}


def test_a_table_over_a_deal_goes_by_the_size_of_each() -> None:
    log = [planned(tiered(FIVE_TEN, window="deal")), own("D1", "600.00"), own("D2", "600.00")]
    log.append(amended("D1", at("2026-02-01"), "more", "upsell", "1100.00"))
    assert by_deal(*log) == {("D1", "01"): 3_000, ("D2", "01"): 3_000, ("D1", "02"): 2_000 + 1_000}


@pytest.mark.parametrize(
    ("decreases", "second"), [("by-layer", {("D2", "02"): -1_000}), ("own-slice", {})]
)
def test_own_slice_leaves_the_other_deals_of_a_window_alone(
    decreases: str, second: dict[tuple[str, str], int]
) -> None:
    plan = planned(tiered(FIVE_TEN), decreases=decreases)
    log = [plan, own("D1", "600.00"), own("D2", "600.00", on="2026-01-21")]
    assert by_deal(*log, shrunk("D1", "2026-02-01")) == {
        ("D1", "01"): 3_000,
        ("D2", "01"): 4_000,
        ("D1", "02"): -3_000,
        **second,
    }


def test_a_decrease_falls_in_the_window_of_its_own_date() -> None:
    plan = planned(tiered(FIVE_TEN), decreases="current-window")
    log = [plan, own("D1", "1500.00"), shrunk("D1", "2026-02-01", "500.00")]
    assert paid(*log) == {("sam", "01"): 10_000, ("sam", "02"): -5_000}


def test_quarters_count_from_the_month_the_year_starts() -> None:
    quarterly = tiered(FIVE_TEN, mode="retroactive", window="quarter")
    deals = [own("D1", "600.00"), own("D2", "600.00", on="2026-02-20")]
    assert paid(planned(quarterly), *deals) == {("sam", "01"): 3_000, ("sam", "02"): 9_000}
    shifted = {"year_starts": 2, "mid_period": "carry"}
    apart = {("sam", "01"): 3_000, ("sam", "02"): 3_000}
    assert paid(planned(quarterly, **shifted), *deals) == apart


def test_a_version_that_splits_begins_its_windows_anew() -> None:
    quarterly = tiered(FIVE_TEN, window="quarter")
    deals = [own("D1", "900.00"), own("D2", "900.00", on="2026-02-20")]
    second = {"version": 2, "effective_from": "2026-02-01"}
    carried = planned(quarterly, **second, mid_period="carry")
    split = planned(quarterly, **second, mid_period="split")
    assert paid(planned(quarterly), carried, *deals)["sam", "02"] == 500 + 8_000
    assert paid(planned(quarterly), split, *deals)["sam", "02"] == 4_500


TABLE = {
    "rows": {"by": "amount", "from": ["0", "1000"]},
    "columns": {"by": "term", "from": ["0", "12", "24"]},
    "rates": [["1%", "2%", "3%"], ["4%", "5%", "6%"]],
}


@pytest.mark.parametrize(
    ("amount", "term", "pay"),
    [
        ("999.99", 12, 2_000),
        ("1000.00", 24, 6_000),
        ("1000.00", 23, 5_000),
        ("1000.00", None, 4_000),
    ],
)
def test_a_matrix_is_looked_up_by_two_figures_once(amount: str, term: int | None, pay: int) -> None:
    matrix = planned(part("matrix", **SELF, table=TABLE))
    deal = told(own("D1", amount), term_months=term) if term else own("D1", amount)
    cut = shrunk("D1", "2026-02-01", "100.00")
    assert paid(matrix, deal) == {("sam", "01"): pay}
    assert sum(paid(matrix, deal, cut).values()) == round(pay * 10_000 / (float(amount) * 100))


@pytest.mark.parametrize(
    ("products", "kind", "pay"),
    [
        (["Care", "Cloud"], "school", 100),
        (["Care"], "school", 300),
        (None, "bank", 400),
        (["Cloud"], None, 200),
    ],
)
def test_a_matrix_takes_the_first_row_that_a_word_is(
    products: list[str] | None, kind: str | None, pay: int
) -> None:
    table = {
        "rows": {"by": "product", "of": ["Cloud", "*"]},
        "columns": {"by": "customer type", "of": ["school", "*"]},
        "rates": [["1%", "2%"], ["3%", "4%"]],
    }
    given = {"products": products, "customer_type": kind}
    deal = told(own("D1", "100.00"), **{name: each for name, each in given.items() if each})
    assert paid(planned(part("matrix", **SELF, table=table)), deal) == {("sam", "01"): pay}
    closed = {**table, "rows": {"by": "product", "of": ["Cloud", "Edge"]}}
    none = paid(planned(part("matrix", **SELF, table=closed)), deal)
    assert bool(none) == ("Cloud" in (products or []))


def test_a_matrix_by_attainment_is_priced_again_when_more_is_attained() -> None:
    table = {
        "rows": {"by": "attainment", "from": ["0", "100%"]},
        "columns": {"by": "term", "from": ["0"]},
        "rates": [["1%"], ["2%"]],
    }
    plan = planned(part("matrix", **SELF, quota="q", table=table), **value_quota("150.00"))
    assert paid(plan, own("D1", "100.00")) == {("sam", "01"): 100}
    assert paid(plan, own("D1", "100.00"), own("D2", "50.00")) == {("sam", "01"): 300}
