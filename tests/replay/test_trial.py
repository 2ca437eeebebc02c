"""Examples of a plan are executed, balances and all; a draft is weighed before it is law."""

from typing import Any

import polars as pl
import pytest

from engine.log import Append
from engine.memory import MemoryLog
from replay.acceptances import NoSuchVersion, acceptances
from replay.drafts import published, with_draft
from replay.impact import impact, last_closed, reached
from replay.trial import surprises, tried
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Plan
from tests.strategies import vary_plan

JANUARY = PayoutPeriod.parse("2026-01")
FACTS = """\
2026-01-01 payee-enrolled mia
2026-01-05 lead-created L1 customer C1 by mia
2026-01-20 deal-signed D1 lead L1 by sam 100000.00 CNY
2026-02-10 contract-amended D1 reduction 60000.00 CNY
"""


def example(balances: list[dict[str, str]], amount: str = "4000.00") -> dict[str, Any]:
    line = {"payee": "mia", "period": "2026-01", "component": "marketing-commission"}
    return {
        "name": "a smaller contract",
        "events": FACTS,
        "expect": [line | {"amount": amount}],
        "balances": balances,
    }


def plan(**more: Any) -> Plan:
    return Plan.model_validate(vary_plan(gate={}, **more))


def test_balances_that_an_example_expects_are_those_of_periods_closed_one_by_one() -> None:
    paid = {"payee": "mia", "period": "2026-01", "cash": "4000.00", "carried": "0.00"}
    owing = {"payee": "mia", "period": "2026-02", "cash": "0.00", "carried": "-1600.00"}
    unpaid = {"payee": "sam", "period": "2026-01", "cash": "0.00", "carried": "2000.00"}
    assert surprises(plan(examples=[example([paid, owing, unpaid])])) == []


def test_what_comes_out_otherwise_is_told_with_its_place() -> None:
    wrong = {"payee": "mia", "period": "2026-02", "cash": "0.00", "carried": "-1.00"}
    line, balance = surprises(plan(examples=[example([wrong], "1.00")]))
    assert (line.place, line.found) == (("expect", 0), "4000.00")
    assert (balance.place, balance.found) == (("balances", 0, "carried"), "-1600.00")
    assert "carried of mia after 2026-02 was to be -1.00, and is -1600.00" in str(balance)


def test_a_trial_has_the_balances_of_all_its_periods() -> None:
    found = tried([plan()], example_facts(FACTS, plan().zone)).balances()
    own = found.filter(pl.col("payee") == "mia").sort("period")
    assert own["carried"].to_list() == [0, -160_000]


def log_of(*plans: Plan) -> pl.DataFrame:
    log = MemoryLog()
    log.append(Append(events=[published(each) for each in plans], actor="ann"))
    log.append(Append(events=example_facts(FACTS, plans[0].zone), actor="crm"))
    return log.columns()


def test_a_draft_moves_what_is_earned_under_it() -> None:
    records = log_of(plan())
    moved = impact(records, plan(version=2, rates={"sales-commission": "3%"}))
    assert moved.select("payee", "period", "moved").rows() == [
        ("sam", JANUARY.number, 100_000),
        ("sam", JANUARY.number + 1, -40_000),
    ]
    first = impact(records, plan(version=2, rates={"sales-commission": "3%"}), (JANUARY, JANUARY))
    assert first["moved"].to_list() == [100_000]


def test_a_draft_that_says_the_same_moves_nothing() -> None:
    assert impact(log_of(plan()), plan(version=2)).is_empty()


def test_a_version_gives_way_to_the_draft_of_its_own_name() -> None:
    records = log_of(plan(), plan(version=2, rates={"sales-commission": "9%"}))
    draft = plan(version=2, rates={"sales-commission": "3%"})
    assert with_draft(records, draft).height == records.height
    assert impact(records, draft)["moved"].to_list() == [-600_000, 240_000]


def test_a_version_reaches_back_into_closed_periods_only() -> None:
    assert reached(plan(), PayoutPeriod.parse("2026-02")) == [JANUARY, JANUARY.following]
    assert reached(plan(), PayoutPeriod.parse("2025-12")) == []
    assert reached(plan(), None) == []
    assert last_closed(log_of(plan())) is None


def test_those_who_are_paid_under_a_version_have_not_accepted_it_yet() -> None:
    told = acceptances(log_of(plan()), "seed-4-2-5@1")
    assert [(each.payee, each.current) for each in told] == [("mia", False), ("sam", False)]
    with pytest.raises(NoSuchVersion):
        acceptances(log_of(plan()), "seed-4-2-5@2")


def test_a_draw_paid_before_the_first_line_is_owed_after_it() -> None:
    plan = Plan.model_validate(
        vary_plan()
        | {
            "payment": {
                "draw": {
                    "basis": "top-up",
                    "amount": {"amount": "1000.00", "currency": "CNY"},
                    "prorate": "none",
                }
            }
        }
    )
    facts = "2026-01-10 payee-enrolled sam\n2026-03-10 deal-signed D1 by sam 6000.00 CNY"
    told = tried([plan], example_facts(facts, plan.zone)).balances()
    assert told.select("period", "cash", "owed").rows() == [
        (2026 * 12, 100_000, 100_000),
        (2026 * 12 + 1, 100_000, 200_000),
        (2026 * 12 + 2, 100_000, 270_000),
    ]
