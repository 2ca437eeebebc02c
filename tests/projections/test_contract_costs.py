"""Costs of contracts: what is capitalised is amortised or written off, and every month adds up."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.details import details
from engine.earned import earned, named
from engine.world import world
from projections.contract_costs import (
    COSTS,
    Contract,
    Policy,
    Step,
    contract_costs,
    roll_forward,
    schedule,
)
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.strategies import Record, amended, fact, published, vary_plan
from tests.strategies.payments import at, cny

START = PayoutPeriod.parse("2026-01").number
OWN_TERM = Policy()


def sold(minor: int = 12_000_000, on: str = "2026-01-20", **more: Any) -> Record:
    """A deal that Sam found and signed, at 5 %: of 120,000.00 that is 6,000.00."""
    signers = [{"payee": "sam", "share": "1"}]
    named_in = {"customer": "C1", "signed_by": signers, "value": cny(minor)}
    return fact("deal-signed", "deal/D1", at(on), "signed", **named_in, **more)


def costs(
    *facts: Record, policy: Policy = OWN_TERM, through: str = "2028-12"
) -> list[dict[str, Any]]:
    records = frame_of([published(vary_plan(gate={})), *facts])
    known = world(records)
    last = PayoutPeriod.parse(through).number
    lines = named(earned(known, through=last), known)
    terms = details(records, known.repairs, known.signings, known.leads, {})
    return list(contract_costs(lines, known, terms, policy, last).iter_rows(named=True))


def column(rows: Sequence[dict[str, Any]], name: str) -> list[int]:
    return [row[name] for row in rows]


def test_a_commission_is_amortised_in_equal_parts_over_the_term() -> None:
    rows = costs(sold(term_months=24))
    assert column(rows, "amortised") == [25_000] * 24
    assert rows[0]["capitalised"] == 600_000
    assert [row["period"] for row in rows] == list(range(START, START + 24))
    assert (rows[-1]["closing"], rows[0]["fact_id"]) == (0, "signed")


def test_the_cents_that_do_not_divide_are_spread_and_none_is_lost() -> None:
    rows = costs(sold(20_000, term_months=7))  # 1,000 over 7 months
    assert column(rows, "amortised") == [142, 143, 143, 143, 143, 143, 143]


def test_a_bigger_contract_spreads_what_is_left_over_the_months_that_are_left() -> None:
    more = amended("D1", at("2026-07-10"), "more", "upsell", "240000.00")
    rows = costs(sold(term_months=12), more)
    assert column(rows, "amortised") == [50_000] * 6 + [150_000] * 6
    assert (rows[6]["opening"], rows[6]["capitalised"], rows[6]["event"]) == (
        300_000, 600_000, "upsell",
    )  # fmt: skip


def test_a_smaller_contract_takes_out_what_was_taken_back() -> None:
    less = amended("D1", at("2026-07-10"), "less", "reduction", "60000.00")
    rows = costs(sold(term_months=12), less)
    assert column(rows, "capitalised") == [600_000, 0, 0, 0, 0, 0, -300_000]
    assert sum(column(rows, "amortised")) == 300_000
    assert rows[-1]["closing"] == 0


def test_a_renewal_begins_a_new_benefit_period() -> None:
    again = amended("D1", at("2026-12-10"), "again", "renewal", "120000.00")
    rows = costs(sold(term_months=12), again)
    assert column(rows, "amortised")[:11] == [50_000] * 11
    assert sum(column(rows, "amortised")[11:]) == 650_000
    assert len(rows) == 11 + 12


def test_a_cancelled_contract_writes_off_what_is_left() -> None:
    # the commission of 6,000 is taken back; 3,000 of it was amortised before, and comes back
    end = amended("D1", at("2026-07-10"), "end", "cancellation")
    last = costs(sold(term_months=12), end)[-1]
    assert (last["event"], last["capitalised"], last["written_off"], last["closing"]) == (
        "cancellation", -600_000, -300_000, 0,
    )  # fmt: skip


def test_what_is_kept_of_a_cancelled_contract_is_written_off() -> None:
    steps = [Step(START, "signing", "crm", "1"), Step(START + 6, "cancellation", "crm", "2")]
    contract = Contract("D1", "CNY", 12, steps, {START: 1_200})
    rows = pl.DataFrame(list(schedule(contract, OWN_TERM, START + 20)), schema=COSTS, orient="row")
    assert rows["amortised"].sum() == 600
    assert rows["written_off"].to_list()[-1] == 600


@pytest.mark.parametrize(
    ("term", "policy", "expensed"),
    [
        (12, Policy(expense_short=True), 600_000),
        (13, Policy(expense_short=True), 0),
        (12, Policy(benefit_months=36, expense_short=True), 0),
        (12, Policy(), 0),
        (None, Policy(), 600_000),
    ],
)
def test_what_benefits_a_year_or_less_may_be_expensed_at_once(
    term: int | None, policy: Policy, expensed: int
) -> None:
    rows = costs(sold(term_months=term), policy=policy)
    assert (rows[0]["accrued"], sum(column(rows, "expensed"))) == (600_000, expensed)


KINDS = st.sampled_from(["upsell", "reduction", "renewal", "cancellation"])


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """A signing, amendments in order, and what was earned or taken back in some months."""
    later = sorted(draw(st.lists(st.integers(0, 30), max_size=5)))
    steps = [
        Step(START, "signing", "crm", "0"),
        *(Step(START + n, draw(KINDS), "crm", str(i)) for i, n in enumerate(later, 1)),
    ]
    accrued = draw(st.dictionaries(st.integers(0, 40), st.integers(-5_000, 50_000), max_size=6))
    term = draw(st.one_of(st.none(), st.integers(1, 40)))
    moved = {START + month: amount for month, amount in accrued.items() if amount}
    return Contract(draw(st.sampled_from(["D1", "D2"])), "CNY", term, steps, moved)


policies = st.builds(
    Policy,
    benefit_months=st.one_of(st.none(), st.integers(1, 60)),
    expense_short=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(contracts(), max_size=3), policies, st.integers(0, 120))
def test_every_month_adds_up_and_nothing_is_lost(
    told: list[Contract], policy: Policy, months: int
) -> None:
    through = START + months
    rows = [row for each in told for row in schedule(each, policy, through)]
    frame = pl.DataFrame(rows, schema=COSTS, orient="row")
    for each in told:
        own = list(schedule(each, policy, through))
        _is_whole(pl.DataFrame(own, schema=COSTS, orient="row"), each, through)
    for row in roll_forward(frame).iter_rows(named=True):
        moved = row["capitalised"] - row["amortised"] - row["written_off"]
        assert row["opening"] + moved == row["closing"]


def _is_whole(rows: pl.DataFrame, contract: Contract, through: int) -> None:
    closing = 0
    for row in rows.iter_rows(named=True):
        assert row["opening"] == closing
        assert row["accrued"] == row["capitalised"] + row["expensed"]
        moved = row["capitalised"] - row["amortised"] - row["written_off"]
        closing = row["closing"]
        assert row["opening"] + moved == closing >= 0
    due = sum(amount for period, amount in contract.accrued.items() if period <= through)
    assert int(rows["accrued"].sum()) == due
    taken = int(rows["amortised"].sum()) + int(rows["written_off"].sum())
    assert taken + closing == int(rows["capitalised"].sum())
