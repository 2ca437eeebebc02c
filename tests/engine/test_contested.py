"""The cash of disputed lines waits for a ruling, and nothing of it is made or lost meanwhile."""

from collections.abc import Sequence

import polars as pl
import pytest

from engine.world import world
from schemas.statements import Issue, line_id
from tests.engine.closing import SAM, issued, lines
from tests.engine.test_balances import HOLDING, own, points
from tests.frames import frame_of
from tests.strategies import Record, published
from tests.strategies.disputing import appealed, raised, settled, withdrawn
from tests.strategies.payments import (
    MONTHS,
    Told,
    cny,
    joined,
    left,
    paid,
    paying,
    signed,
)

BASE = [published(paying(None)), joined()]
NAMES = ("cash", "held", "disputed", "capped", "carried", "owed")


def after(issue: Issue) -> dict[str, int]:
    """What is left of Sam after an issue, by name."""
    rows = issue.balances.filter(pl.col("payee") == SAM).iter_rows(named=True)
    return next(({name: row[name] for name in NAMES} for row in rows), only())


def only(**amounts: int) -> dict[str, int]:
    return dict.fromkeys(NAMES, 0) | amounts


def closed(*months: tuple[Sequence[Record], Sequence[Told]]) -> list[Issue]:
    """The issues of months, each with what is heard by its close besides, and its lines."""
    known: list[Record] = []
    issues: list[Issue] = []
    for month, (heard, told) in zip(MONTHS, months, strict=False):
        known += heard
        issues.append(issued(month, told, world(frame_of(known)), issues))
    return issues


def told_by(*months: tuple[Sequence[Record], Sequence[Told]]) -> list[dict[str, int]]:
    return [after(issue) for issue in closed(*months)]


def test_disputed_lines_are_stated_and_their_cash_waits_for_the_ruling() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000), own(300, "D2")]),
        ([], [own(200)]),
        ([settled()], [own(50)]),
    ) == [
        only(cash=300, disputed=1_000),
        only(disputed=1_200),
        only(cash=1_250),
    ]


def test_what_was_paid_before_a_dispute_stays_paid() -> None:
    assert told_by(
        (BASE, [own(1_000)]),
        ([raised()], [own(200)]),
        ([], [own(-700)]),
    ) == [only(cash=1_000), only(disputed=200), only(carried=-500)]


def test_a_ruling_that_takes_the_deal_away_takes_it_from_what_waits() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([settled(outcome="upheld")], [own(-1_000)]),
    ) == [only(disputed=1_000), only()]


def test_a_ruling_that_takes_a_part_pays_the_rest() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([settled(outcome="partly-upheld")], [own(-400)]),
    ) == [only(disputed=1_000), only(cash=600)]


@pytest.mark.parametrize("end", [settled(), withdrawn()])
def test_rejected_or_withdrawn_it_lets_go_of_everything(end: Record) -> None:
    assert told_by(([*BASE, raised()], [own(1_000)]), ([end], [])) == [
        only(disputed=1_000),
        only(cash=1_000),
    ]


def test_an_appeal_holds_only_what_is_stated_from_then_on() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([settled()], []),
        ([appealed()], [own(30)]),
        ([settled(number=2, on="2026-04-01")], []),
    ) == [only(disputed=1_000), only(cash=1_000), only(disputed=30), only(cash=30)]


def test_an_appeal_before_the_next_close_leaves_what_waits_where_it_is() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([settled(), appealed()], []),
    ) == [only(disputed=1_000), only(disputed=1_000)]


def test_with_two_disputes_the_first_that_ends_lets_go_of_its_own_part() -> None:
    both = [raised(component="self-sourced"), raised("P2", component="collaboration")]
    assert told_by(
        ([*BASE, *both], [own(1_000), ("D1", "collaboration", 70)]),
        ([settled()], []),
        ([settled("P2")], []),
    ) == [only(disputed=1_070), only(cash=1_000, disputed=70), only(cash=70)]


def test_a_dispute_within_another_holds_until_both_have_ended() -> None:
    assert told_by(
        ([*BASE, raised(), raised("P2", component="self-sourced")], [own(1_000)]),
        ([settled()], []),
        ([settled("P2")], []),
    ) == [only(disputed=1_000), only(disputed=1_000), only(cash=1_000)]


def test_a_dispute_of_one_component_leaves_the_others_alone() -> None:
    assert told_by(
        (
            [*BASE, raised(component="collaboration")],
            [own(1_000), ("D1", "collaboration", 70)],
        )
    ) == [only(cash=1_000, disputed=70)]


def test_a_dispute_of_a_line_covers_its_payee_and_component_then_and_later() -> None:
    [line, *_] = lines([own(1_000)], "2026-01").iter_rows(named=True)
    assert told_by(
        ([*BASE, raised(line=line_id(line))], [own(1_000), ("D1", "collaboration", 70)]),
        ([], [own(5), ("D1", "collaboration", 7)]),
    ) == [only(cash=70, disputed=1_000), only(cash=7, disputed=1_005)]


def test_a_dispute_of_somebody_elses_line_leaves_ones_own_alone() -> None:
    other = lines([own(1_000)], "2026-01").with_columns(payee=pl.lit("mia"))
    [line] = other.iter_rows(named=True)
    known = world(frame_of([*BASE, raised(line=line_id(line))]))
    told = issued("2026-01", [own(1_000)], world(frame_of(BASE)))
    both = Issue(
        period=told.period,
        number=1,
        lines=pl.concat([told.lines, other]),
        balances=told.balances,
        ledger=told.ledger,
    )
    assert after(issued("2026-02", [own(1)], known, [both])) == only(cash=1)


def test_the_points_of_a_lead_wait_and_its_deals_do_not() -> None:
    issues = closed(
        ([*BASE, raised(lead="L1")], [points(100), own(1_000)]),
        ([settled()], []),
    )
    assert [after(issue) for issue in issues] == [
        only(cash=1_000, disputed=100),
        only(cash=100),
    ]
    assert issues[0].ledger.select("kind", "deal", "lead", "amount").rows() == [
        ("disputed", None, "L1", -100)
    ]


def test_a_negative_line_lets_go_of_what_waits_and_never_of_more() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([], [own(-400)]),
        ([], [own(-900)]),
        ([settled(on="2026-04-02")], []),
    ) == [only(disputed=1_000), only(disputed=600), only(carried=-300), only(carried=-300)]


def test_what_is_held_back_is_not_disputed_twice_and_waits_on_once_released() -> None:
    history = [published(paying({"holdback": HOLDING})), joined(), signed(), raised()]
    assert told_by(
        (history, [own(1_000)]),
        ([paid("D1", "2026-02-10", 100_000)], []),
        ([settled()], []),
    ) == [
        only(held=100, disputed=900),
        only(disputed=1_000),
        only(cash=1_000),
    ]


def test_holdback_of_other_components_is_not_taken_from_what_is_in_dispute() -> None:
    holding = HOLDING | {"applies_to": ["self-sourced", "collaboration"]}
    history = [published(paying({"holdback": holding})), joined(), signed()]
    disputed = raised(component="collaboration")
    assert told_by(
        ([*history, disputed], [("D1", "collaboration", 300)]),
        ([], [own(9_000)]),
        ([paid("D1", "2026-03-10", 100_000)], []),
    ) == [
        only(held=30, disputed=270),
        only(cash=8_100, held=930, disputed=270),
        only(cash=900, disputed=300),
    ]


def test_a_cap_is_filled_by_what_is_let_go() -> None:
    history = [published(paying({"cap": cny(800)})), joined(), raised()]
    assert told_by((history, [own(1_000), points(10)]), ([settled()], [])) == [
        only(cash=10, disputed=1_000),
        only(cash=800, capped=200),
    ]


def test_a_draw_tops_up_while_lines_wait_and_is_recovered_from_them() -> None:
    terms = {"draw": {"basis": "top-up", "amount": cny(600), "prorate": "none"}}
    history = [published(paying(terms)), joined(), raised()]
    assert told_by((history, [own(1_000)]), ([settled()], [own(500)])) == [
        only(cash=600, disputed=1_000, owed=600),
        only(cash=900),
    ]


def test_who_leaves_is_paid_what_was_disputed_when_it_is_ruled() -> None:
    assert told_by(
        ([*BASE, raised()], [own(1_000)]),
        ([left("2026-02-10")], []),
        ([settled()], []),
    ) == [only(disputed=1_000), only(disputed=1_000), only(cash=1_000)]


def test_a_period_issued_again_holds_what_its_second_issue_states() -> None:
    known = world(frame_of(BASE))
    first = issued("2026-01", [own(1_000)], known)
    contested = world(frame_of([*BASE, raised()]))
    second = issued("2026-01", [own(200)], contested, [first])
    third = issued("2026-01", [own(-50)], contested, [first, second])
    ruled = world(frame_of([*BASE, raised(), settled()]))
    fourth = issued("2026-01", [], ruled, [first, second, third])
    assert [after(issue) for issue in (first, second, third, fourth)] == [
        only(cash=1_000),
        only(disputed=200),
        only(disputed=150),
        only(cash=150),
    ]


def test_every_movement_names_its_deal_and_the_fact_that_opened_or_ended_the_dispute() -> None:
    issues = closed(([*BASE, raised()], [own(1_000)]), ([settled()], []))
    names = ("kind", "deal", "fact_source", "fact_id", "amount")
    assert [issue.ledger.select(names).rows() for issue in issues] == [
        [("disputed", "D1", "evenhand", "raise-P1", -1_000)],
        [("undisputed", "D1", "evenhand", "ruling-P1-1", 1_000)],
    ]


def test_what_is_not_in_dispute_leaves_no_trace_in_a_document() -> None:
    settled_before = [*BASE, raised(), settled()]
    with_one, without = (
        issued("2026-04", [own(1_000)], world(frame_of(history)))
        for history in (settled_before, BASE)
    )
    assert with_one.digest() == without.digest()
