"""Quotas of metrics of which less is better: 2 - measure / target, not below zero."""

import pytest
from pydantic import ValidationError

from tests.engine.both_ways import earned_alike
from tests.oracle.cases import enrolled
from tests.oracle.planned import cny, of, part, planned, value_quota
from tests.strategies import Record

AS_REACHED = {"mode": "retroactive", "rows": [{"from": "0", "times": "1"}]}
COMPLAINTS = {"id": "complaints", "of": "metric", "metric": "complaints", "over": "sum"}


def card(count: str = "4", zero: str = "reached", per: str = "month") -> Record:
    """1,000.00 a window for at most so many complaints, as one card."""
    quota = {"id": "few", "measure": "complaints", "per": per, "count": count, "prorate": "none",
             "zero": zero, "lower_is_better": True}  # fmt: skip
    cards = [{"quota": "few", "weight": "1", "payout": AS_REACHED}]
    pays = part("scorecard", "s", window=per, target=cny("1000.00"), cards=cards, paid="at-end")
    return planned(pays, measures=[COMPLAINTS], quotas=[quota])


def complaints(figure: str, month: str = "2026-01") -> Record:
    fields = {"metric": "complaints", "period": month, "value": figure}
    return of("sam", "metric-reported", f"{month}-28", **fields)


def paid(*log: Record) -> int:
    """Minor units, through the first quarter."""
    return sum(earned_alike(*log, enrolled(), through="2026-03").values())


@pytest.mark.parametrize(
    ("figure", "pay"),
    [
        ("4", 100_000),
        ("3", 125_000),
        ("0", 200_000),
        ("-1", 200_000),
        ("6", 50_000),
        ("8", 0),
        ("80", 0),
    ],
)
def test_each_complaint_less_than_the_target_pays_as_much_more(figure: str, pay: int) -> None:
    assert paid(card(), complaints(figure)) == pay


def test_who_has_nothing_reported_has_not_reached_anything() -> None:
    assert paid(card()) == 0
    assert paid(card(count="0")) == 0


@pytest.mark.parametrize(
    ("figure", "zero", "pay"), [("0", "reached", 100_000), ("0", "missed", 0), ("1", "reached", 0)]
)
def test_a_target_of_none_is_reached_by_none_alone(figure: str, zero: str, pay: int) -> None:
    assert paid(card(count="0", zero=zero), complaints(figure)) == pay


def test_the_months_of_a_quarter_are_added_up_first() -> None:
    log = [complaints("1", "2026-01"), complaints("5", "2026-03")]
    assert paid(card(per="quarter"), *log) == 50_000  # 6 of 4


def test_a_gate_opens_when_few_enough_are_reported() -> None:
    gate = {
        "id": "g",
        "applies_to": ["b"],
        "count": "attainment",
        "quota": "few",
        "window": "month",
        "threshold": "100%",
        "inclusive": True,
        "missed": "lost",
    }
    top = value_quota()
    few = {"id": "few", "measure": "complaints", "per": "month", "count": "4", "prorate": "none",
           "zero": "reached", "lower_is_better": True}  # fmt: skip
    always = {"mode": "highest", "rows": [{"from": "0", "pays": "1"}]}
    bonus = part("bonus", "b", quota="q", window="month", target=cny("10.00"), payout=always,
                 paid="at-end")  # fmt: skip
    plan = planned(bonus, gates=[gate], measures=[*top["measures"], COMPLAINTS],
                   quotas=[*top["quotas"], few])  # fmt: skip
    assert paid(plan, complaints("4", "2026-01"), complaints("5", "2026-02")) == 1_000


def test_less_is_better_only_of_what_is_reported() -> None:
    with pytest.raises(ValidationError, match="less is better only of a reported metric"):
        planned(part("bonus", "b", quota="q", window="month", target=cny("1.00"),
                     payout=AS_REACHED, paid="at-end"),
                **value_quota(lower_is_better=True))  # fmt: skip
