"""What payees did in a month and earned by it, with ranks."""

from fractions import Fraction

import pytest

from engine.world import world
from projections.performance import Performance, performance
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.oracle.cases import UNGATED, at, lead, qualified, signed
from tests.strategies import Record, fact, published

JANUARY = PayoutPeriod.parse("2026-01")


def told(*records: Record, month: str = "2026-01") -> dict[str, Performance]:
    known = world(frame_of([published(UNGATED), *records]))
    return {each.payee: each for each in performance(known, PayoutPeriod.parse(month))}


STORY = [lead(), qualified(), signed(by="ann sam")]


def test_what_each_did_is_counted_for_who_did_it() -> None:
    found = told(*STORY, lead("L2"))
    mia, ann = found["mia"], found["ann"]
    assert (mia.leads, mia.qualified, mia.signed, mia.deals, mia.points) == (2, 1, 1, 0, 10)
    assert mia.conversion == 1
    assert (ann.leads, ann.qualified, ann.signed, ann.deals, ann.points) == (0, 0, 0, 1, 0)
    assert ann.conversion is None


def test_value_is_by_share_and_exact() -> None:
    found = told(lead(), qualified(), signed(by="ann bob sam", amount="100.00"))
    assert {each.value for each in found.values()} == {Fraction(10_000), Fraction(10_000, 3)}
    assert found["mia"].value == 10_000


def test_what_is_earned_is_told_by_kind_of_component_and_in_all() -> None:
    mia = told(*STORY)["mia"]
    assert mia.by_kind == {"commission": 400_000, "points": 5_000}
    assert mia.earned == 405_000


def test_who_earned_alike_shares_a_rank_and_the_next_one_comes_after_both() -> None:
    found = told(*STORY, lead("L2", by="lin"))
    ranks = {payee: each.rank for payee, each in found.items()}
    assert ranks == {"mia": 1, "ann": 2, "sam": 2, "lin": 4}


@pytest.mark.parametrize(
    ("on", "month"),
    [("2026-01-31T23:59:59+08:00", "2026-01"), ("2026-02-01T00:00:00+08:00", "2026-02")],
)
def test_a_signing_counts_in_the_month_of_its_day_where_the_plans_are(on: str, month: str) -> None:
    record = signed(on=on)
    found = {month: told(lead(), record, month=month) for month in ("2026-01", "2026-02")}
    assert found[month]["sam"].deals == 1
    other = found["2026-02" if month == "2026-01" else "2026-01"]
    assert "sam" not in other


def test_who_signed_in_another_currency_has_a_row_for_it() -> None:
    rate = fact("lead-created", "lead/L7", at("2026-01-02"), "l7", customer="C7", by="lin")
    known = world(frame_of([published(UNGATED), rate, signed(currency="EUR", lead=None)]))
    rows = performance(known, JANUARY)
    assert [(row.payee, row.currency, row.leads, row.deals) for row in rows] == [
        ("lin", "CNY", 1, 0),
        ("sam", "EUR", 0, 1),
    ]


def test_a_month_in_which_nothing_was_done_has_no_rows() -> None:
    assert told(*STORY, month="2026-09") == {}
