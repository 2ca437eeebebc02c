"""What waits in dispute is what the oracle has, close by close, and nothing is made or lost."""

from collections import Counter
from collections.abc import Sequence

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.world import world
from schemas.kept_issues import issue_of
from schemas.statements import Issue, line_id
from tests.engine.closing import SAM, issued, lines
from tests.engine.test_contested import after
from tests.frames import frame_of
from tests.oracle import balances as oracle
from tests.oracle.disputes import Line
from tests.oracle.world import world_of
from tests.strategies import Record
from tests.strategies.disputing import disputes
from tests.strategies.payments import (
    CNY,
    MONTHS,
    Told,
    lives,
    months_of_lines,
    signed,
    told_lines,
)

moderate = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _named(issues: Sequence[Issue]) -> dict[str, tuple[str, str, str]]:
    rows = (row for issue in issues for row in issue.lines.iter_rows(named=True))
    return {line_id(row): (row["subject"], row["payee"], row["component"]) for row in rows}


def _as_told(told: Sequence[Told]) -> list[Line]:
    return [
        Line(deal, component, amount, "L1" if deal is None else None)
        for deal, component, amount in told
    ]


def _ids(months: Sequence[Sequence[Told]]) -> list[str]:
    frames = [lines(told, month) for month, told in zip(MONTHS, months, strict=False)]
    return [line_id(row) for frame in frames for row in frame.iter_rows(named=True)]


@moderate
@given(lives(), months_of_lines, st.data())
def test_what_waits_is_what_the_oracle_has_and_adds_up(
    history: list[Record], months: list[list[Told]], data: st.DataObject
) -> None:
    history = [*history, signed("D1", "2026-01-01"), signed("D2", "2026-01-01")]
    disputed = data.draw(disputes(_ids(months)))
    issues: list[Issue] = []
    closes: list[oracle.Close] = []
    for month, told in zip(MONTHS, months, strict=False):
        heard = [*history, *disputed[: data.draw(st.integers(0, len(disputed)))]]
        issues.append(issued(month, told, world(frame_of(heard)), issues))
        close = oracle.Close(month, world_of(heard), _as_told(told), _named(issues))
        closes.append(close)
    for number, balance in enumerate(oracle.balances(SAM, CNY, closes), 1):
        _adds_up(issues[:number])
        assert after(issues[number - 1]) == {
            "cash": balance.cash,
            "held": sum(balance.held.values()),
            "disputed": sum(balance.disputed.values()),
            "capped": balance.capped,
            "carried": balance.carried,
            "owed": balance.owed,
        }
        assert _in_dispute(issues[:number]) == dict(balance.disputed)
        kept = issues[number - 1].document()
        assert issue_of(kept).document() == kept


@moderate
@given(lives(), months_of_lines, told_lines, st.data())
def test_two_issues_of_a_period_hold_what_one_would_have(
    history: list[Record], months: list[list[Told]], late: list[Told], data: st.DataObject
) -> None:
    heard = [*history, *data.draw(disputes(_ids(months)))]
    known = world(frame_of(heard))
    issues: list[Issue] = []
    for month, told in zip(MONTHS, months, strict=False):
        issues.append(issued(month, told, known, issues))
    twice = issued(MONTHS[len(months) - 1], late, known, issues)
    _adds_up([*issues, twice])
    for deal, amount in _in_dispute([*issues, twice]).items():
        stated = (line for told in (*months, late) for line in _as_told(told))
        assert 0 < amount <= sum(max(0, line.amount) for line in stated if line.subject == deal)


def _adds_up(issues: Sequence[Issue]) -> None:
    """The balance equation and the bounds hold after the last of some issues."""
    [*_, last] = [after(issue) for issue in issues]
    stated = sum(int(issue.lines["amount"].sum()) for issue in issues)
    cash = sum(after(issue)["cash"] for issue in issues)
    kept = last["held"] + last["disputed"] + last["capped"] + last["carried"] - last["owed"]
    assert cash + kept == stated
    assert min(_in_dispute(issues).values(), default=0) >= 0
    for row in issues[-1].balances.iter_rows(named=True):
        moved = int(issues[-1].ledger["amount"].sum())
        assert row["stated"] + row["carried_before"] + moved == row["cash"] + row["carried"]


def _in_dispute(issues: Sequence[Issue]) -> dict[str, int]:
    """What waits of each deal or lead, by the ledger."""
    waits: Counter[str] = Counter()
    for issue in issues:
        moved = issue.ledger.filter(pl.col("kind").is_in(["disputed", "undisputed"]))
        for deal, lead, amount in moved.select("deal", "lead", "amount").iter_rows():
            waits[f"lead/{lead}" if deal is None else f"deal/{deal}"] -= amount
    return {subject: amount for subject, amount in waits.items() if amount}
