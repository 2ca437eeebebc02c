"""Balances: cash moves in time and is neither made nor lost, to the cent as the oracle has it."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.world import world
from schemas.kept_issues import issue_of
from schemas.statements import LEDGER, Issue
from tests.engine.closing import SAM, after, issued
from tests.frames import frame_of
from tests.oracle import balances as oracle
from tests.oracle.disputes import Line
from tests.oracle.world import world_of
from tests.strategies import Record, published
from tests.strategies.payments import (
    CNY,
    MONTHS,
    Told,
    cny,
    joined,
    left,
    lives,
    months_of_lines,
    paid,
    paying,
    reported,
    signed,
    told_lines,
)

moderate = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def told_by(records: Sequence[Record], *months: Sequence[Told]) -> list[dict[str, int]]:
    """What is left after each month's close, all of it known from the start."""
    known = world(frame_of(records))
    issues: list[Issue] = []
    for month, told in zip(MONTHS, months, strict=False):
        issues.append(issued(month, told, known, issues))
    return [after(issue) for issue in issues]


def own(amount: int, deal: str = "D1") -> Told:
    return deal, "self-sourced", amount


def points(amount: int) -> Told:
    return None, "valid-lead-points", amount


def only(**amounts: int) -> dict[str, int]:
    return dict.fromkeys(("cash", "held", "capped", "carried", "owed"), 0) | amounts


HOLDING = {
    "id": "kept",
    "applies_to": ["self-sourced"],
    "share": "10%",
    "until": "cash",
    "leaving": "kept",
}


def test_a_part_is_held_until_the_customer_has_paid_everything() -> None:
    history = [
        published(paying({"holdback": HOLDING})),
        joined(),
        signed(),
        paid("D1", "2026-02-10", 60_000),
        paid("D1", "2026-03-10", 40_000),
    ]
    assert told_by(history, [own(5_005), points(100)], [], []) == [
        only(cash=4_605, held=500),
        only(held=500),
        only(cash=500),
    ]


def test_less_is_held_of_a_smaller_contract_and_never_less_than_nothing() -> None:
    history = [published(paying({"holdback": HOLDING})), joined(), signed()]
    assert told_by(history, [own(1_000), own(500, "D2")], [own(-1_000)], [own(-10)]) == [
        only(cash=1_350, held=150),
        only(carried=-900, held=50),
        only(carried=-910, held=50),
    ]


def test_what_is_above_the_cap_waits() -> None:
    history = [published(paying({"cap": cny(1_000)})), joined()]
    assert told_by(history, [points(2_500)], [], [points(-200)], []) == [
        only(cash=1_000, capped=1_500),
        only(cash=1_000, capped=500),
        only(cash=300),
        only(),
    ]


def draw(**terms: Any) -> dict[str, Any]:
    return {"draw": {"basis": "top-up", "amount": cny(1_000), "prorate": "none"} | terms}


def test_a_draw_tops_up_and_is_recovered_from_what_is_above_it() -> None:
    history = [published(paying(draw())), joined()]
    assert told_by(history, [points(300)], [points(1_200)], [points(5_000)]) == [
        only(cash=1_000, owed=700),
        only(cash=1_000, owed=500),
        only(cash=4_500),
    ]


def test_a_draw_on_top_is_owed_whole_and_recovered_within_limits() -> None:
    history = [
        published(paying(draw(basis="on-top", share="50%", most=cny(300), recovered_from=2))),
        joined(),
    ]
    assert told_by(history, [points(1_500)], [points(1_501)], [points(9_000)]) == [
        only(cash=2_500, owed=1_000),
        only(cash=2_251, owed=1_750),  # 1501 + 1000 - floor(501 / 2)
        only(cash=9_700, owed=2_450),
    ]


def test_a_draw_of_the_first_months_ends_and_what_is_below_zero_is_carried_again() -> None:
    history = [published(paying(draw(months=1))), joined()]
    assert told_by(history, [points(300)], [points(-100)], [points(500)]) == [
        only(cash=1_000, owed=700),
        only(carried=-100, owed=700),
        only(owed=300),
    ]


def test_a_draw_is_prorated_by_the_days_under_the_plan() -> None:
    history = [published(paying(draw(prorate="days"))), joined("2026-01-22")]
    assert told_by(history, []) == [only(cash=323, owed=323)]  # 10 of 31 days


def test_a_draw_may_be_one_of_the_payees_own() -> None:
    history = [published(paying(draw(own="level"))), joined(), reported("2026-02-10", "12.34")]
    assert told_by(history, [], [points(100)]) == [
        only(cash=1_000, owed=1_000),  # the plan's, as none is reported yet
        only(cash=1_234, owed=2_134),
    ]


def test_who_leaves_pays_back_what_they_owe_and_is_paid_what_is_small() -> None:
    history = [
        published(paying(draw(recovered_from=9) | {"minimum": cny(500)})),
        joined(),
        left("2026-02-10"),
    ]
    assert told_by(history, [points(300)], [points(500)], [points(400)]) == [
        only(cash=1_000, owed=700),
        only(owed=200),
        only(cash=200),
    ]


def test_less_than_the_minimum_is_carried() -> None:
    history = [published(paying({"minimum": cny(500)})), joined()]
    assert told_by(history, [points(499)], [points(1)], [points(-1)]) == [
        only(carried=499),
        only(cash=500),
        only(carried=-1),
    ]


@pytest.mark.parametrize(
    ("leaving", "kept"),
    [("kept", only(held=100)), ("released", only(cash=100)), ("forfeited", only(cash=100))],
)
def test_what_is_held_of_a_leaver_waits_on_or_is_let_go(leaving: str, kept: dict[str, int]) -> None:
    plan = paying({"holdback": HOLDING | {"leaving": leaving}})
    history = [published(plan), joined(), signed(), left("2026-02-10")]
    assert told_by(history, [own(1_000)], [])[1] == kept


def test_a_second_issue_of_a_period_draws_and_caps_but_once() -> None:
    plan = paying(draw() | {"cap": cny(2_000)})
    known = world(frame_of([published(plan), joined()]))
    first = issued("2026-01", [points(300)], known)
    second = issued("2026-01", [points(200)], known, [first])
    third = issued("2026-01", [points(2_000)], known, [first, second])
    assert [after(issue) for issue in (first, second, third)] == [
        only(cash=1_000, owed=700),
        only(owed=500),
        only(cash=1_000, capped=500),
    ]
    assert second.ledger.select("kind", "amount").rows() == [("drawn", -200)]


def test_every_movement_names_its_deal_its_fact_and_its_plan() -> None:
    history = [
        published(paying({"holdback": HOLDING})),
        joined(),
        signed(),
        paid("D1", "2026-02-10", 100_000),
    ]
    known = world(frame_of(history))
    january = issued("2026-01", [own(5_000)], known)
    february = issued("2026-02", [], known, [january])
    names = ("kind", "deal", "plan", "fact_id", "amount")
    assert january.ledger.select(names).rows() == [
        ("held", "D1", "seed-4-2-5@1", "signed-D1", -500)
    ]
    assert february.ledger.select(names).rows() == [
        ("released", "D1", "seed-4-2-5@1", "payment-received-D1-2026-02-10", 500)
    ]


@moderate
@given(lives(), months_of_lines, st.data())
def test_cash_is_what_the_oracle_pays_and_adds_up(
    history: list[Record], months: list[list[Told]], data: st.DataObject
) -> None:
    issues: list[Issue] = []
    closes: list[oracle.Close] = []
    for month, told in zip(MONTHS, months, strict=False):
        known = history[: data.draw(st.integers(1, len(history)))]  # what has been heard by then
        issues.append(issued(month, told, world(frame_of(known)), issues))
        closes.append(oracle.Close(month, world_of(known), [Line(*line) for line in told]))
    expected = oracle.balances(SAM, CNY, closes)
    for number, balance in enumerate(expected, 1):
        _adds_up(issues[:number])
        assert after(issues[number - 1]) == {
            "cash": balance.cash,
            "held": sum(balance.held.values()),
            "capped": balance.capped,
            "carried": balance.carried,
            "owed": balance.owed,
        }
        assert _held(issues[:number]) == dict(balance.held)


@moderate
@given(lives(), months_of_lines, told_lines)
def test_two_issues_of_a_period_come_to_what_one_would_have(
    history: list[Record], months: list[list[Told]], late: list[Told]
) -> None:
    known = world(frame_of(history))
    issues: list[Issue] = []
    for month, told in zip(MONTHS, months, strict=False):
        issues.append(issued(month, told, known, issues))
    month = MONTHS[len(months) - 1]
    once = issued(month, [*months[-1], *late], known, issues[:-1])
    twice = issued(month, late, known, issues)
    _adds_up([*issues, twice])
    first, second, both = after(issues[-1]), after(twice), after(once)
    for name in ("held", "capped", "owed"):
        assert second[name] == both[name]
    assert first["cash"] + second["cash"] + second["carried"] == both["cash"] + both["carried"]


@moderate
@given(lives(), months_of_lines)
def test_a_document_holds_balances_and_ledger_whole(
    history: list[Record], months: list[list[Told]]
) -> None:
    known = world(frame_of(history))
    issues: list[Issue] = []
    for month, told in zip(MONTHS, months, strict=False):
        issue = issued(month, told, known, issues)
        again = issue_of(issue.document())
        assert again.document() == issue.document()
        assert again.ledger.equals(issue.ledger)
        assert again.balances.equals(issue.balances)
        issues.append(again)


def _adds_up(issues: Sequence[Issue]) -> None:
    """The balance equation and the bounds hold after the last of some issues."""
    [*_, last] = [after(issue) for issue in issues]
    stated = sum(int(issue.lines["amount"].sum()) for issue in issues)
    cash = sum(after(issue)["cash"] for issue in issues)
    assert cash + last["held"] + last["capped"] + last["carried"] - last["owed"] == stated
    assert min(last["cash"], last["owed"], last["held"], last["capped"]) >= 0
    assert min(_held(issues).values(), default=0) >= 0
    for row in issues[-1].balances.iter_rows(named=True):
        moved = int(issues[-1].ledger["amount"].sum())
        assert row["stated"] + row["carried_before"] + moved == row["cash"] + row["carried"]


def _held(issues: Sequence[Issue]) -> dict[str, int]:
    """What is held of each deal, by the ledger."""
    ledger = pl.concat([pl.DataFrame(schema=LEDGER), *(issue.ledger for issue in issues)])
    kept = ledger.filter(pl.col("kind").is_in(["held", "released", "forfeited"]))
    sums = kept.group_by("deal").agg(-pl.col("amount").sum()).rows()
    return {deal: amount for deal, amount in sums if amount}
