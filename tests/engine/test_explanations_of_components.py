"""Explanations of every kind of component, as a payee reads them; and their sums, of any plan."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.earned import earned, named
from engine.explain import Explaining
from engine.world import world
from schemas.calendar import PayoutPeriod
from schemas.statements import NAMES, PAYABLE
from tests.engine.explaining import (
    AIMS,
    BONUS,
    COMMISSION,
    LEARNING,
    OVERRIDE,
    TIERED,
    text,
    told,
)
from tests.engine.trying import euros, plan_of, trial
from tests.frames import frame_of
from tests.strategies import Record
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS

THROUGH = PayoutPeriod.parse("2026-06").number
PEOPLE = """
2026-01-01 payee-enrolled sam manager lee
2026-01-01 payee-enrolled lee manager kim
2026-01-01 payee-enrolled kim
"""
slowly = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def sums_hold(history: list[Record]) -> None:
    known = world(frame_of(history))
    lines = named(earned(known, through=THROUGH), known).with_columns(
        stated_in=pl.lit(THROUGH, dtype=pl.Int64),
        issue=pl.lit(1, dtype=pl.Int64),
        cause=pl.lit([], dtype=NAMES),
    )
    explaining, nothing = Explaining(known), pl.DataFrame(schema=PAYABLE)
    for row in lines.select(*PAYABLE).head(8).iter_rows(named=True):
        reason = explaining.line(row, nothing)
        assert sum(below.amount or 0 for below in reason.below) == row["amount"], text(reason)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=20)
@given(data=st.data())
def test_the_reasons_sum_to_the_line_of_a(kind: str, data: st.DataObject) -> None:
    sums_hold(data.draw(plan_histories([kind])))


@slowly
@given(plan_histories(list(KINDS)))
def test_the_reasons_sum_to_the_line_of_all_kinds_together(history: list[Record]) -> None:
    sums_hold(history)


def test_a_tiered_line_says_into_which_slices_the_deal_fell_and_what_scales_it() -> None:
    facts = f"""{PEOPLE}
    2026-01-20 deal-signed D1 by sam 80000.00 EUR
    2026-02-10 deal-signed D2 by sam 40000.00 EUR
    2026-02-28 metric-reported sam training 2026-02 80
    """
    plan = plan_of(TIERED, coefficients=[LEARNING])
    assert (
        told(trial(facts, plan), "sam", "tiers", "2026-02")
        == """\
sam is paid 2340.00 EUR in 2026-02 for tiers on deal/D2
  Earned in 2026-02: 2340.00 EUR as at its end
    The rule: plan p@1, in force from 2026-01-01, component tiers
    Source of deal D2: self, because no lead was live when it was signed, so it is its signers' own
    Credited on the sales side of class self: sam 1
    Coefficient learning: 90%, as training of sam is 80 in 2026-02
    The layer is worth 40000.00 EUR as at the end of 2026-02
    40000.00 EUR of sam in 2026-Q1: from 80000.00 EUR before it to 120000.00 EUR
    from 0 up to 100000: 20000.00 EUR at 5% = 1000.00 EUR
    from 100000: 20000.00 EUR at 8% = 1600.00 EUR
    2600.00 EUR x 90%, the coefficient = 2340.00 EUR
    It adds 2340.00 EUR to 4000.00 EUR of what is before it; with both sums rounded half-even, \
2340.00 EUR
  The facts it rests on
    2026-02-10  deal D2 signed by sam for 40000.00 EUR (fact 7 of example)"""
    )


def test_a_retroactive_line_that_another_deal_moved_says_both_ends_and_the_row_reached() -> None:
    facts = f"""{PEOPLE}
    2026-01-20 deal-signed D1 by sam 80000.00 EUR
    2026-02-10 deal-signed D2 by sam 40000.00 EUR
    """
    table = {**TIERED["table"], "mode": "retroactive"}  # type: ignore[dict-item]
    of = trial(facts, plan_of({**TIERED, "table": table}))
    lines = of.lines.filter(subject="deal/D1", period=PayoutPeriod.parse("2026-02").number)
    [row] = lines.iter_rows(named=True)
    said = "\n".join(
        sentence
        for _, sentence in Explaining(of.world).line(row, pl.DataFrame(schema=PAYABLE)).lines()
    )
    assert "6400.00 EUR as at its end, less 4000.00 EUR as at the end of the period before" in said
    assert (
        "120000.00 EUR in the window as at the end of 2026-02 is in the row from 100000: "
        "everything in the window is paid at 8%" in said
    )
    assert (
        "80000.00 EUR in the window as at the end of 2026-01 is in the row from 0 up to 100000: "
        "everything in the window is paid at 5%" in said
    )


def test_an_override_names_the_ladder_and_what_the_levels_below_have_left() -> None:
    facts = f"{PEOPLE}\n2026-01-20 deal-signed D1 by sam 10000.00 EUR"
    said = told(trial(facts, plan_of(OVERRIDE)), "kim", "lead", "2026-01")
    assert (
        "sam reports to lee, who reports to kim at the layer's date: level 2, 1%, 0.98% of what "
        "the levels below it leave on 1 of the deal, credited to sam" in said
    )
    assert "0.98% x 10000.00 EUR = 98.00 EUR, rounded half-even to 98.00 EUR" in said


def test_a_bonus_says_quota_and_attainment_and_who_set_the_target() -> None:
    facts = f"""{PEOPLE}
    2026-01-05 quota-set sam bookings 2026-01 per month 50000.00 EUR
    2026-01-20 deal-signed D1 by sam 60000.00 EUR
    """
    said = told(trial(facts, plan_of(BONUS, **AIMS)), "sam", "bonus", "2026-01")
    assert (
        "Quota target of sam for 2026-01: 50000.00 EUR; 60000.00 EUR is reached by the end of "
        "2026-01, attainment 120%" in said
    )
    assert "2026-01: 50000.00 EUR (set for sam)" in said
    assert "from 100%: 20% times 160% = 32%" in said
    assert "2026-01-01  sam is enrolled, reporting to lee (fact 2 of example)" in said


def test_instalments_say_what_is_reached_and_what_waits() -> None:
    facts = f"""{PEOPLE}
    2026-01-20 deal-signed D1 by sam 10000.00 EUR
    2026-01-25 payment-received D1 2500.00 EUR
    """
    spread = {
        "id": "steps",
        "applies_to": ["own"],
        "cash": "in-proportion",
        "parts": [
            {"share": "20%", "on": "signing"},
            {"share": "40%", "on": "cash"},
            {"share": "20%", "on": "milestone", "milestone": "go-live"},
            {"share": "20%", "on": "months", "months": 3},
        ],
    }
    said = told(trial(facts, plan_of(COMMISSION, instalments=[spread])), "sam", "own", "2026-01")
    assert "Instalments steps: 30% of 1000.00 EUR is reached, 300.00 EUR" in said
    assert "20% at once: reached on 2026-01-20" in said
    assert "40% with the customer's cash: 2500.00 EUR of 10000.00 EUR is paid" in said
    assert "20% with milestone go-live: waits" in said
    assert "20% after 3 months: waits until 2026-04-20" in said


def test_a_cap_says_what_came_before_and_what_is_lost() -> None:
    facts = f"""{PEOPLE}
    2026-01-10 deal-signed D1 by sam 10000.00 EUR
    2026-01-20 deal-signed D2 by sam 9000.00 EUR
    """
    cap = {"per": "month", "amount": euros("1500.00")}
    of = trial(facts, plan_of({**COMMISSION, "cap": cap}))
    [row] = of.lines.filter(subject="deal/D2").iter_rows(named=True)
    reason = Explaining(of.world).line(row, pl.DataFrame(schema=PAYABLE))
    assert (
        "Cap of 1500.00 EUR a month: 1000.00 EUR came before, it leaves 500.00 EUR, 400.00 EUR is "
        "lost" in [sentence for _, sentence in reason.lines()]
    )


def test_a_clawback_says_how_much_of_the_term_was_served() -> None:
    facts = f"""{PEOPLE}
    2026-01-10 deal-signed D1 term 12 by sam 10000.00 EUR
    2026-04-10 contract-amended D1 cancellation
    """
    keep = {
        "id": "keep",
        "kind": "clawback",
        "applies_to": ["own"],
        "takes": "unserved",
        "unit": "months",
    }
    said = told(trial(facts, plan_of(COMMISSION, keep)), "sam", "keep", "2026-04")
    assert (
        "Of the 10000.00 EUR by which it shrank on 2026-04-10, 3 of 12 months were served: "
        "2500.00 EUR is kept" in said
    )
    assert "10% x 2500.00 EUR = 250.00 EUR" in said


def test_a_ceiling_says_the_sum_that_it_looks_at() -> None:
    facts = f"{PEOPLE}\n2026-01-10 deal-signed D1 by sam 10000.00 EUR"
    most = {
        "id": "most",
        "kind": "ceiling",
        "applies_to": ["own"],
        "window": "month",
        "amount": euros("700.00"),
        "prorate": "none",
    }
    said = told(trial(facts, plan_of(COMMISSION, most)), "sam", "most", "2026-01")
    assert "own come to 1000.00 EUR for 2026-01 as at the end of 2026-01" in said
    assert "What is above it is lost: 300.00 EUR" in said


def test_what_is_held_back_of_a_deal_is_said_with_what_lets_it_go() -> None:
    facts = f"{PEOPLE}\n2026-01-10 deal-signed D1 by sam 10000.00 EUR"
    holdback = {
        "id": "held",
        "applies_to": ["own"],
        "share": "20%",
        "until": "cash",
        "leaving": "kept",
    }
    of = trial(facts, plan_of(COMMISSION, payment={"holdback": holdback}))
    assert "Held back: 20% of what is stated for deal D1, until the customer has paid all" in told(
        of, "sam", "own", "2026-01"
    )
