"""What payees are to reach: own targets, seasons, ramps, days under the plan."""

from fractions import Fraction

import polars as pl
import pytest

from engine.attendance import Attendance
from engine.ground import Ground
from engine.measures import attained
from engine.quotas import quotas
from replay.trial import tried
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Plan
from tests.engine.aiming import STEADY, Document, bonus, of_sam, paid, plan, quota

SAM = "2026-01-01 payee-enrolled sam\n"


def grounded(facts: str, *plans: Document, through: str = "2026-12") -> Ground:
    """The ground that plans and facts make."""
    read = [Plan.model_validate(document) for document in plans]
    known = tried(read, example_facts(facts, read[0].zone)).world
    versions = list(known.rules.named.values())
    return Ground(world=known, versions=versions, through=PayoutPeriod.parse(through).number)


def target(
    facts: str, terms: Document, when: str = "2026-01", kind: str = "month", payee: str = "sam"
) -> Fraction:
    """A payee's target in the window of a kind that holds a month, in units of money."""
    ground = grounded(facts, terms)
    version = ground.versions[0].plan
    row = {
        "plan": version.name,
        "quota": "target",
        "payee": payee,
        "window_kind": kind,
        "window": version.window_of(PayoutPeriod.parse(when).number, kind),
    }
    [told] = quotas(ground, pl.DataFrame([row])).to_dicts()
    return Fraction(told["quota_num"], told["quota_den"]) / 100


def of(amount: str = "1000.00", /, **more: object) -> Document:
    return plan(bonus(), quotas=[quota(amount, **more)])


def test_a_window_of_another_length_sums_the_months() -> None:
    assert target(SAM, of(), kind="quarter") == 3_000
    assert target(SAM, of("1000.00", per="quarter")) == Fraction(1_000, 3)
    assert target(SAM, of("1200.00", per="year"), kind="quarter") == 300


def test_a_season_gives_each_month_of_the_window_its_part() -> None:
    seasonal = of("1000.00", per="quarter", season=["20%", "30%", "50%"])
    months = [target(SAM, seasonal, when) for when in ("2026-01", "2026-02", "2026-06")]
    assert months == [200, 300, 500]


def test_a_season_counts_from_the_month_the_year_starts() -> None:
    seasonal = plan(
        bonus(window="quarter"),
        quotas=[quota("1000.00", per="quarter", season=["20%", "30%", "50%"])],
        year_starts=2,
        effective_from="2026-02-01",
    )
    assert [target(SAM, seasonal, when) for when in ("2026-02", "2026-04")] == [200, 500]


def test_a_ramp_counts_from_the_month_somebody_starts() -> None:
    ramped = of("1000.00", ramp=["0", "50%"])
    late = "2026-02-20 payee-enrolled sam"
    months = [target(late, ramped, when) for when in ("2026-02", "2026-03", "2026-04")]
    assert months == [0, 500, 1_000]


def test_a_target_set_for_the_month_goes_before_that_of_the_quarter_and_the_year() -> None:
    facts = (
        SAM
        + """
2026-01-01 quota-set sam bookings 2026-06 12000.00 CNY per year
2026-01-01 quota-set sam bookings 2026-03 9000.00 CNY per quarter
2026-01-01 quota-set sam bookings 2026-01 500.00 CNY per month
2026-01-02 quota-set sam bookings 2026-01 700.00 CNY per month
"""
    )
    months = [target(facts, of(), when) for when in ("2026-01", "2026-02", "2026-04")]
    assert months == [700, 3_000, 1_000]
    assert target(facts, of(), kind="quarter") == 700 + 3_000 + 3_000


def test_a_target_in_another_unit_than_the_quotas_has_no_effect() -> None:
    facts = (
        SAM
        + """
2026-01-01 quota-set sam bookings 2026-01 20
2026-01-01 quota-set sam bookings 2026-01 10.00 USD
"""
    )
    assert target(facts, of()) == 1_000


@pytest.mark.parametrize(("first_day", "days"), [("counts", 12), ("does-not-count", 11)])
def test_days_say_whether_the_first_counts(first_day: str, days: int) -> None:
    prorated = of("2800.00", prorate="days", first_day=first_day)
    joined = "2026-02-17 payee-enrolled sam"
    assert target(joined, prorated, "2026-02") == days * 100
    assert target(joined, prorated, "2026-03") == 2_800  # not again in each window


def test_the_day_somebody_leaves_does_not_count() -> None:
    facts = SAM + "2026-02-15 payee-left sam"
    assert target(facts, of("2800.00", prorate="days", first_day="counts"), "2026-02") == 1_400


def test_who_comes_on_the_31st_takes_part_for_a_day_of_31() -> None:
    prorated = of("3100.00", prorate="days", first_day="counts")
    assert target("2026-01-31 payee-enrolled sam", prorated) == 100
    assert target("2026-01-31T23:59:59 payee-enrolled sam", prorated) == 100


@pytest.mark.parametrize(("year", "days"), [("2027", 365), ("2028", 366)])
def test_a_year_has_365_or_366_days(year: str, days: int) -> None:
    yearly = plan(bonus(f"{days}00.00", window="year", prorate="days"), quotas=[quota("100.00")])
    facts = f"{year}-03-01 payee-enrolled sam\n{year}-03-02 deal-signed D1 by sam 1200.00 CNY"
    told = paid(facts, yearly, through=f"{year}-12")
    assert of_sam(told, "bonus") == {f"{year}-12": 306 * 100_00}


def test_months_not_taken_part_whole_count_nothing() -> None:
    whole = of("1000.00", prorate="months")
    facts = "2026-01-02 payee-enrolled sam\n2026-03-31 payee-left sam"
    months = [target(facts, whole, when) for when in ("2026-01", "2026-02", "2026-03")]
    assert months == [0, 1_000, 0]


def test_who_leaves_and_comes_back_takes_part_on_both_sides() -> None:
    facts = SAM + "2026-02-08 payee-left sam\n2026-02-22 payee-enrolled sam"
    assert target(facts, of("2800.00", prorate="days", first_day="counts"), "2026-02") == 1_400


def test_a_transfer_shares_the_month_between_the_plans() -> None:
    facts = (
        SAM
        + """
2026-01-01 plan-assigned sam aims to 2026-02-15
2026-02-15 plan-assigned sam other
"""
    )
    terms = of("2800.00", prorate="days", first_day="counts")
    assert target(facts, terms, "2026-02") == 1_400
    assert target(facts, terms, "2026-03") == 0


def test_a_version_split_off_mid_month_shares_it_with_the_one_before() -> None:
    terms = quota("2800.00", prorate="days", first_day="counts")
    before = plan(bonus(), quotas=[terms])
    after = plan(
        bonus(), quotas=[terms], version=2, effective_from="2026-02-08", mid_period="split"
    )
    ground = grounded(SAM, before, after)
    row = {"quota": "target", "payee": "sam", "window_kind": "month"}
    number = ground.versions[0].plan.window_of(PayoutPeriod.parse("2026-02").number, "month")
    wanted = [{**row, "plan": name, "window": number} for name in ("aims@1", "aims@2")]
    told = quotas(ground, pl.DataFrame(wanted)).with_columns(pl.col("quota_num", "quota_den"))
    shares = [Fraction(each["quota_num"], each["quota_den"]) for each in told.to_dicts()]
    assert shares == [70_000, 210_000]


def test_target_and_quota_are_prorated_once_each_and_not_twice() -> None:
    terms = plan(
        bonus("2800.00", prorate="days"),
        quotas=[quota("2800.00", prorate="days", first_day="counts")],
    )
    facts = "2026-02-15 payee-enrolled sam\n2026-02-16 deal-signed D1 by sam 1400.00 CNY"
    assert of_sam(paid(facts, terms), "bonus") == {"2026-02": 140_000}


def test_who_leaves_has_no_windows_after_it() -> None:
    facts = SAM + "2026-02-15 payee-left sam"
    told = of_sam(paid(facts, plan(bonus("100.00", payout=STEADY, prorate="days"))), "bonus")
    assert told == {"2026-01": 10_000, "2026-02": 5_000}


def test_who_is_moved_to_another_plan_is_paid_by_the_one_at_the_end_of_the_window() -> None:
    one = plan(bonus("100.00", payout=STEADY))
    other = plan(bonus("300.00", payout=STEADY), plan="other")
    facts = (
        SAM
        + """
2026-01-01 plan-assigned sam aims to 2026-02-15
2026-02-15 plan-assigned sam other to 2026-04-01
"""
    )
    told = of_sam(paid(facts, one, other), "bonus")
    assert told == {"2026-01": 10_000, "2026-02": 30_000, "2026-03": 30_000}


def test_attainment_has_a_row_for_each_period_in_which_it_changed() -> None:
    facts = (
        SAM
        + """
2026-01-10 deal-signed D1 by sam 1000.00 CNY
2026-02-10 deal-signed D2 by sam 1/2 kim 1/2 1000.00 CNY
2026-05-10 contract-amended D1 reduction 250.00 CNY
"""
    )
    ground = grounded(facts, of())
    told = attained(ground, ground.versions[0], "target", "quarter").filter(
        pl.col("payee") == "sam", pl.col("window") == 2026 * 4
    )
    january = PayoutPeriod.parse("2026-01").number
    courses = {row["period"] - january: Fraction(row["num"], row["den"]) for row in told.to_dicts()}
    assert courses == {0: Fraction(1, 3), 1: Fraction(1, 2), 4: Fraction(1, 4)}


def test_an_empty_quarter_of_somebody_is_told_as_nothing_attained() -> None:
    ground = grounded(SAM, of(), through="2026-04")
    told = attained(ground, ground.versions[0], "target", "quarter")
    assert told.select("payee", "window", "num").rows() == [("sam", 8104, 0), ("sam", 8105, 0)]


def test_days_are_those_of_the_plans_zone() -> None:
    ground = grounded("2026-01-31T16:00:00Z payee-enrolled sam", of())
    attendance = Attendance(ground, ground.versions[0])
    assert str(attendance.start("sam")) == "2026-02-01"  # midnight in Shanghai
