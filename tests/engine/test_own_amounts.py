"""Targets, guarantees and draws that differ from payee to payee: by a reported metric."""

from typing import Any

import pytest

from tests.engine.both_ways import earned_alike
from tests.oracle.cases import enrolled
from tests.oracle.planned import cny, of, part, planned, value_quota
from tests.strategies import Record

ALWAYS = {"mode": "highest", "rows": [{"from": "0", "pays": "1"}]}
CARDS = [{"quota": "q", "weight": "1", "payout": ALWAYS}]
GUARANTEE: dict[str, Any] = {"applies_to": ["b"], "basis": "on-top", "amount": cny("1000.00")}


def told(value: str, on: str, payee: str = "sam", **fields: Any) -> Record:
    return of(payee, "metric-reported", on, metric="level", value=value, **fields)


def paid(component: dict[str, Any], *log: Record) -> dict[tuple[str, str], int]:
    """(payee, month) to minor units of a component that goes by the metric `level`, by month."""
    bonus = part("bonus", "b", quota="q", target=cny("0"), payout=ALWAYS, paid="at-end",
                 window="month")  # fmt: skip
    own = {**component, "id": "o", "window": "month", "own": "level"}
    lines = earned_alike(planned(bonus, own, **value_quota()), *log, through="2026-03")
    return {(payee, month): amount for (_, month, payee), amount in lines.items()}


@pytest.mark.parametrize(
    "component",
    [
        part("bonus", quota="q", target=cny("1000.00"), payout=ALWAYS, paid="at-end"),
        part("scorecard", target=cny("1000.00"), cards=CARDS, paid="at-end"),
        part("guarantee", **GUARANTEE, prorate="none"),
    ],
    ids=lambda component: component["kind"],
)
def test_who_has_an_amount_of_their_own_is_paid_by_it_and_others_by_the_plans(
    component: dict[str, Any],
) -> None:
    joined = [enrolled("sam"), enrolled("mia", "2026-03-01")]
    assert paid(component, *joined, told("1250.5", "2026-02-10")) == {
        ("sam", "01"): 100_000,  # not reported yet
        ("sam", "02"): 125_050,
        ("sam", "03"): 125_050,  # it holds until another is
        ("mia", "03"): 100_000,
    }


def test_an_amount_for_a_month_holds_in_that_month_however_late_it_is_reported() -> None:
    guarantee = part("guarantee", **GUARANTEE, prorate="none")
    late = told("700", "2026-03-31", period="2026-01")
    assert paid(guarantee, enrolled(), late) == {
        ("sam", "01"): 70_000,
        ("sam", "02"): 100_000,
        ("sam", "03"): 100_000,
    }


def test_an_amount_of_their_own_is_prorated_and_rounded_once() -> None:
    guarantee = part("guarantee", **GUARANTEE, prorate="days")
    log = [enrolled(on="2026-03-17"), told("1/3", "2026-01-01")]
    # 33 1/3 cents x 15 of 31 days = 16.13
    assert paid(guarantee, *log) == {("sam", "03"): 16}


def test_an_amount_below_zero_is_nothing() -> None:
    assert (
        paid(part("guarantee", **GUARANTEE, prorate="none"), enrolled(), told("-5", "2026-01-01"))
        == {}
    )
