"""Pay to date against the months so far: only months in which somebody takes part are counted."""

from typing import Any

import pytest

from tests.engine.both_ways import earned_alike
from tests.oracle.cases import enrolled, signed
from tests.oracle.planned import cny, of, part, planned, value_quota
from tests.strategies import Record

ALWAYS = {"mode": "highest", "rows": [{"from": "0", "pays": "1"}]}
AS_REACHED = {"mode": "retroactive", "rows": [{"from": "0", "times": "1"}]}
MONTHS = [f"{month:02}" for month in range(1, 13)]


def yearly(payout: dict[str, Any], **quota: Any) -> Record:
    """A bonus of 9,000.00 a year, paid to date against the months so far."""
    bonus = part("bonus", "b", quota="q", window="year", target=cny("9000.00"), payout=payout,
                 paid="to-date", against="months-so-far")  # fmt: skip
    return planned(bonus, **value_quota("12000.00", per="year", **quota))


def by_month(*log: Record) -> dict[str, int]:
    """Month to minor units, through December."""
    return {month: paid for (_, month, _), paid in earned_alike(*log, through="2026-12").items()}


def test_who_is_there_all_year_has_a_twelfth_each_month() -> None:
    assert by_month(yearly(ALWAYS), enrolled()) == dict.fromkeys(MONTHS, 75_000)


@pytest.mark.parametrize("day", ["2026-04-01", "2026-04-30"])
def test_who_joins_in_april_has_a_ninth_each_month_from_april_on(day: str) -> None:
    assert by_month(yearly(ALWAYS), enrolled(on=day)) == dict.fromkeys(MONTHS[3:], 100_000)


def test_who_leaves_in_september_has_a_ninth_each_month_up_to_september() -> None:
    log = [yearly(ALWAYS), enrolled(), of("sam", "payee-left", "2026-09-15")]
    assert by_month(*log) == dict.fromkeys(MONTHS[:9], 100_000)


def test_who_is_away_from_june_to_august_has_the_target_in_the_other_nine_months() -> None:
    left = of("sam", "payee-left", "2026-06-01")
    log = [yearly(ALWAYS), enrolled(), left, enrolled(on="2026-09-01") | {"id": "again"}]
    assert by_month(*log) == dict.fromkeys([*MONTHS[:5], *MONTHS[8:]], 100_000)


def test_months_before_somebody_came_ask_nothing_of_them_when_the_quota_is_prorated() -> None:
    deals = [
        signed(name, on, "1000.00", lead=None)
        for name, on in (("D1", "2026-04-10"), ("D2", "2026-05-10"))
    ]
    joined = enrolled(on="2026-04-01")
    prorated = by_month(yearly(AS_REACHED, prorate="months"), joined, *deals)
    assert (prorated["04"], prorated["05"]) == (100_000, 100_000)  # 1,000 of 1,000; 2,000 of 2,000
    whole = by_month(yearly(AS_REACHED), joined, *deals)
    assert whole["04"] == 25_000  # 1,000 of 4,000 from January on: a quarter of a ninth
