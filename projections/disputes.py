"""Disputes arranged: where each stands, by when it is due, what waits; and what rulings do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, assert_never

import polars as pl

from engine.contested import CONTESTED
from engine.deadlines import due
from engine.disputes import Appealed, DisputeState, Raised, Settled, Withdrawn, rulings_of
from engine.policies import Policies
from schemas.calendar import PayoutPeriod
from schemas.events.disputes import DisputeRaised
from schemas.recorded import instant
from schemas.statements import BALANCES, Issue, minor_of
from schemas.values import amount_text

_BALANCES: Final = tuple(
    name for name in BALANCES if name not in ("payee", "currency", "carried_before")
)
Waiting = Mapping[tuple[str, str], int]
"""What waits of a payee in a currency, in minor units."""

COLUMNS: Final = (
    "dispute", "state", "payee", "subject", "line", "component", "reason_code", "raised_at",
    "raised_by", "rulings", "outcome", "due", "overdue",
)  # fmt: skip


def dispute_row(state: DisputeState, policies: Policies, at: int) -> dict[str, Any]:
    """One dispute as a row; `overdue` as at an instant (microseconds UTC)."""
    event, until = state.case.event, due(state, policies)
    rulings = rulings_of(state.case)
    return {
        "dispute": event.dispute,
        "state": state_name(state),
        "payee": event.payee,
        "subject": event.subject,
        "line": event.line,
        "component": event.component,
        "period": None if event.period is None else str(event.period),
        "reason_code": event.reason_code,
        "reason": event.reason,
        "raised_at": instant(state.case.raised.effective_at).isoformat(),
        "raised_by": event.by,
        "rulings": len(rulings),
        "outcome": rulings[-1].outcome if rulings else None,
        "due": None if until is None else instant(until).isoformat(),
        "overdue": "yes" if until is not None and at > until else "no",
    }


def state_name(state: DisputeState) -> str:
    """The word for where a dispute stands."""
    match state:
        case Raised():
            return "raised"
        case Settled():
            return "settled"
        case Appealed():
            return "appealed"
        case Withdrawn():
            return "withdrawn"
        case _:
            assert_never(state)


def waiting(issues: Iterable[Issue], event: DisputeRaised) -> Waiting:
    """What waits for a ruling of the deal or lead of a dispute after some issues."""
    told: Counter[tuple[str, str]] = Counter()
    for issue in issues:
        moved = issue.ledger.filter(
            pl.col("kind").is_in(CONTESTED),
            pl.col("deal").eq_missing(pl.lit(event.deal)),
            pl.col("lead").eq_missing(pl.lit(event.lead)),
        )
        for payee, currency, amount in moved.select("payee", "currency", "amount").iter_rows():
            told[payee, currency] -= amount
    return {purse: amount for purse, amount in told.items() if amount}


def waiting_rows(now: Waiting, then: Waiting) -> list[dict[str, Any]]:
    """What waits of each payee: as of the last close, and after the next."""
    return [
        {
            "payee": payee,
            "disputed": amount_text(now.get((payee, currency), 0), currency),
            "after_the_next_close": amount_text(then.get((payee, currency), 0), currency),
            "currency": currency,
        }
        for payee, currency in sorted({*now, *then})
    ]


def moved_rows(was: Sequence[Issue], becomes: Sequence[Issue]) -> list[dict[str, Any]]:
    """What differs between two states of open statements: lines, cash, what is in dispute."""
    rows: list[dict[str, Any]] = []
    for before, after in zip(was, becomes, strict=True):
        rows += _compared("line", str(before.period), _lines(before), _lines(after))
        for what in _BALANCES:
            pair = (_balances(each, what) for each in (before, after))
            rows += _compared(what, str(before.period), *pair)
    return sorted(rows, key=lambda row: (row["payee"], row["period"]))


_Key = tuple[str, str, str | None, str | None, str | None]
"""Payee, currency, subject, component, class."""


def _lines(issue: Issue) -> Mapping[_Key, int]:
    told: Counter[_Key] = Counter()
    names = ("payee", "currency", "subject", "component", "source", "amount")
    for *key, amount in issue.lines.select(names).iter_rows():
        payee, currency, subject, component, source = key
        told[payee, currency, subject, component, source] += amount
    return told


def _balances(issue: Issue, what: str) -> Mapping[_Key, int]:
    rows = issue.balances.select("payee", "currency", what).iter_rows()
    return {(payee, currency, None, None, None): amount for payee, currency, amount in rows}


def _compared(
    what: str, period: str, was: Mapping[_Key, int], becomes: Mapping[_Key, int]
) -> Iterator[dict[str, Any]]:
    """A row for each amount that differs."""
    keys = sorted({*was, *becomes}, key=lambda key: tuple(part or "" for part in key))
    for key in keys:
        before, after = was.get(key, 0), becomes.get(key, 0)
        if before != after:
            yield moved_row(what, period, key, (before, after))


def moved_row(what: str, period: str, key: _Key, amounts: tuple[int, int]) -> dict[str, Any]:
    """One amount before and after, as a row."""
    payee, currency, subject, component, source = key
    before, after = amounts
    return {
        "what": what,
        "payee": payee,
        "period": period,
        "subject": subject,
        "component": component,
        "source": source,
        "before": amount_text(before, currency),
        "after": amount_text(after, currency),
        "moved": amount_text(after - before, currency),
        "currency": currency,
    }


def earned_rows(moved: pl.DataFrame) -> list[dict[str, Any]]:
    """What is earned otherwise, as rows; `moved` has payee, period, currency, before and after."""
    names = ("payee", "period", "currency", "before", "after")
    return [
        moved_row(
            "earned",
            str(PayoutPeriod(period)),
            (payee, currency, None, None, None),
            (before, after),
        )
        for payee, period, currency, before, after in moved.select(names).iter_rows()
    ]


def total_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sums of rows over everybody, one a kind of amount and currency."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        key = (row["what"], row["currency"])
        before, after = sums.get(key, (0, 0))
        sums[key] = (before + minor_of(row["before"]), after + minor_of(row["after"]))
    return [
        moved_row(what, "", ("everybody", currency, None, None, None), amounts)
        for (what, currency), amounts in sums.items()
    ]
