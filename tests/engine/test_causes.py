"""What moved a line is named: no difference goes without a cause when a new fact moved it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.log import Append
from engine.memory import MemoryLog
from replay.difference import difference
from replay.drafts import published
from replay.stating import answer, everything
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Plan
from schemas.statements import Issue
from tests.engine.explaining import AIMS, BONUS, COMMISSION, LEARNING, OVERRIDE, TIERED
from tests.engine.trying import PlanDict, plan_of
from tests.frames import frame_of
from tests.strategies import arrivals
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_every_line_of_an_earlier_closed_period_has_a_cause(data: st.DataObject) -> None:
    log = data.draw(arrivals(data.draw(plan_histories(list(KINDS))), closes=4))
    issues: list[Issue] = []
    since = 0
    for record in log:
        if record["type"] != "period-closed":
            continue
        position, period = record["data"]["position"], record["data"]["period"]
        known = frame_of(log[:position])
        told = answer(everything(known), PayoutPeriod.parse(period), issues=issues, since=since)
        for row in told.issue.lines.iter_rows(named=True):
            closed = issues and row["period"] <= issues[-1].period.number
            if closed and row["period"] < row["stated_in"]:
                assert row["cause"], row
        issues.append(told.issue)
        since = position


def causes(before: str, after: str, *plans: PlanDict) -> dict[tuple[str, str], set[str]]:
    """What January's difference is caused by when more becomes known: (payee, component)."""
    read = [Plan.model_validate(plan) for plan in plans]
    log = MemoryLog()
    log.append(Append(events=[published(plan) for plan in read], actor="test"))
    log.append(Append(events=example_facts(before, read[0].zone), actor="test"))
    known = log.head().position
    late = example_facts(after, read[0].zone, source="late")
    log.append(Append(events=late, actor="test"))
    records = log.columns()
    moved = difference(records, PayoutPeriod.parse("2026-01"), (known, log.head().position))
    names = {(row["source"], row["id"]): row["type"] for row in records.iter_rows(named=True)}
    return {
        (row["payee"], row["component"]): {
            names[each["source"], each["id"]] for each in row["cause"]
        }
        for row in moved.iter_rows(named=True)
    }


PEOPLE = """
2026-01-01 payee-enrolled sam
2026-01-01 payee-enrolled lee
2026-01-10 deal-signed D1 by sam 80000.00 EUR
"""


def test_a_target_set_late_is_the_cause_of_a_bonus() -> None:
    late = "2026-01-01 quota-set sam bookings 2026-01 per month 50000.00 EUR"
    found = causes(PEOPLE, late, plan_of(BONUS, **AIMS))
    assert found == {("sam", "bonus"): {"quota-set"}}


def test_a_figure_reported_late_is_the_cause_of_what_it_scales() -> None:
    late = "2026-03-01 metric-reported sam training 2026-01 80"
    found = causes(PEOPLE, late, plan_of(TIERED, coefficients=[LEARNING]))
    assert found == {("sam", "tiers"): {"metric-reported"}}


def test_a_manager_told_late_is_the_cause_of_an_override() -> None:
    late = "2026-01-01 payee-assigned sam manager lee"
    found = causes(PEOPLE, late, plan_of(OVERRIDE))
    assert found == {("lee", "lead"): {"payee-assigned"}}


def test_money_is_the_cause_of_an_instalment() -> None:
    parts = [{"share": "1/2", "on": "signing"}, {"share": "1/2", "on": "cash"}]
    spread = {"id": "steps", "applies_to": ["own"], "cash": "in-full", "parts": parts}
    late = "2026-01-20 payment-received D1 80000.00 EUR"
    found = causes(PEOPLE, late, plan_of(COMMISSION, instalments=[spread]))
    assert found == {("sam", "own"): {"payment-received"}}


def test_another_deal_is_the_cause_of_a_deal_that_moved_up_its_tiers() -> None:
    late = "2026-01-05 deal-signed D0 by sam 60000.00 EUR"
    found = causes(PEOPLE, late, plan_of(TIERED))
    assert found == {("sam", "tiers"): {"deal-signed"}}
