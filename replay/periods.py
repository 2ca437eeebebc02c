"""Payout periods asked again: what was stated, what is payable, and whether it is still the same.

An issue is the statements of one close. It is computed from the log prefix up to the position the
close used, set against the issues before it; so it can be computed again for ever, to the byte.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from engine.balances import balances
from engine.causes import with_causes
from engine.earned import earned, named
from engine.payable import payable
from engine.payment_terms import first_paid
from engine.world import World, world
from schemas.calendar import PayoutPeriod
from schemas.errors import Missing, Refused
from schemas.events.decisions import PeriodClosed, PeriodReopened
from schemas.frames import RECORDS, checked
from schemas.json_text import parse_object
from schemas.kept_issues import issue_of
from schemas.statements import LINES, PAYABLE, Issue, digest

OF_PERIODS: Final = (PeriodClosed.type, PeriodReopened.type)
"""The types that say which periods are closed."""
Kept = Callable[[str], bytes | None]
"""The document that is kept under a digest, None if there is none."""


class StatementLost(Missing):
    """The kept lines of a close are gone, or are not those that were closed."""

    code = "statement-lost"

    def __init__(self, period: PayoutPeriod, asked: str) -> None:
        self.period, self.digest = period, asked
        super().__init__(
            f"The statements of {period} were asked for, and the document {asked[:16]} that its "
            "close refers to is not kept, or not as it was. Derive it again with: evenhand replay "
            f"{period}, or restore the log from a backup."
        )


class ReplayDiffers(Refused):
    """A closed period no longer comes out as it was closed."""

    code = "replay-differs"

    def __init__(self, period: PayoutPeriod, closed: str, replayed: str) -> None:
        self.period, self.closed, self.replayed = period, closed, replayed
        super().__init__(
            f"Replaying {period} gave the digest {replayed[:16]}, and it was closed with "
            f"{closed[:16]}: the log was altered or the engine has a bug. Run: evenhand verify."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A close as the log holds it; `recorded` is its own position, `position` the one it used."""

    period: PayoutPeriod
    issue: int
    position: int
    digest: str
    semantics: int
    recorded: int
    by: str | None


def closes(records: pl.DataFrame) -> list[Closed]:
    """Every close among records (RECORDS), in order of position."""
    rows = records.filter(pl.col("type") == PeriodClosed.type).sort("position")
    return [_closed(row) for row in rows.select("position", "state").iter_rows()]


def _closed(row: tuple[int, str]) -> Closed:
    position, state = row
    event = PeriodClosed.model_validate(parse_object(state.encode()))
    return Closed(
        period=event.period,
        issue=event.issue,
        position=event.position,
        digest=event.digest,
        semantics=event.semantics,
        recorded=position,
        by=event.by,
    )


def reopened(records: pl.DataFrame) -> list[tuple[int, PayoutPeriod]]:
    """Every reopening among records, as (position, period)."""
    rows = records.filter(pl.col("type") == PeriodReopened.type).sort("position")
    events = (
        (row[0], parse_object(row[1].encode()))
        for row in rows.select("position", "state").iter_rows()
    )
    return [(at, PeriodReopened.model_validate(event).period) for at, event in events]


def kept_issue(closed: Closed, kept: Kept) -> Issue:
    """The issue of a close as it was kept. Raises `StatementLost`."""
    document = kept(closed.digest)
    if document is None or digest(document) != closed.digest:
        raise StatementLost(closed.period, closed.digest)
    return issue_of(document)


def before(records: pl.DataFrame, position: int, kept: Kept) -> list[Issue]:
    """The issues whose close was recorded at or before a position, in order."""
    told = [closed for closed in closes(records) if closed.recorded <= position]
    return [kept_issue(closed, kept) for closed in told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An issue as computed, with the world it was computed in and everything earned up to it."""

    issue: Issue
    world: World
    earned: pl.DataFrame


def answer(
    records: pl.DataFrame,
    period: PayoutPeriod,
    *,
    issues: Sequence[Issue],
    since: int,
    effective_by: int | None = None,
) -> Answer:
    """What a period pays, as known by all of `records` (RECORDS): earned less stated in `issues`.

    `since` is the position that the previous close used: later records are the causes of
    differences. `effective_by` leaves out facts that count after an instant (microseconds UTC).
    """
    told = world(checked(records, RECORDS), effective_by=effective_by)
    lines = named(earned(told, through=period.number), told).select(*LINES)
    news = records.filter(pl.col("position") > since)
    issue = _issue((told, lines, news), period, issues)
    return Answer(issue=issue, world=told, earned=lines)


def _issue(
    known: tuple[World, pl.DataFrame, pl.DataFrame], period: PayoutPeriod, issues: Sequence[Issue]
) -> Issue:
    """The next issue of a period, in a world with its earned lines and the records new to it."""
    told, earned_lines, news = known
    lines = earned_lines.filter(pl.col("period") <= period.number)
    stated = stated_lines(issues)
    number = 1 + sum(issue.period == period for issue in issues)
    due = payable(lines, stated, period=period, issue=number)
    caused = with_causes(due, stated, told, news)
    cash, ledger = balances(caused, issues, told, period)
    return Issue(period=period, number=number, lines=caused, balances=cash, ledger=ledger)


def next_issues(
    known: tuple[World, pl.DataFrame, pl.DataFrame],
    issues: Sequence[Issue],
    periods: Sequence[PayoutPeriod],
) -> list[Issue]:
    """The next issue of each of some periods, after `issues` and after those before it.

    `known` are a world, its earned lines (LINES), and the records new to it since the last close.
    """
    told = list(issues)
    for period in periods:
        told.append(_issue(known, period, told))
    return told[len(issues) :]


def stated_lines(issues: Sequence[Issue]) -> pl.DataFrame:
    """All lines of issues (PAYABLE)."""
    return pl.concat([pl.DataFrame(schema=PAYABLE), *(issue.lines for issue in issues)])


def replayed(records: pl.DataFrame, closed: Closed, kept: Kept) -> Answer:
    """The issue of a close, computed again from the log; compare its digest with the close's."""
    told = [earlier for earlier in closes(records) if earlier.recorded < closed.recorded]
    issues = [kept_issue(earlier, kept) for earlier in told]
    prefix = records.filter(pl.col("position") <= closed.position)
    since = told[-1].position if told else 0
    return answer(prefix, closed.period, issues=issues, since=since)


def at(
    records: pl.DataFrame, period: PayoutPeriod, kept: Kept, *, effective_by: int | None = None
) -> Answer:
    """What a period pays as known by all of `records`: as if it were closed on them now.

    Open periods before it are taken as closed one after the other with everything known. A period
    that is closed, or asked about by `effective_by`, is computed as if it had never been.
    """
    again = None if effective_by is not None else open_again(records)
    told = _closes_before(records, period, again)
    issues = [kept_issue(closed, kept) for closed in told]
    since = told[-1].position if told else 0
    news = records.filter(pl.col("position") > since)
    known = world(checked(records, RECORDS), effective_by=effective_by)
    lines = named(earned(known, through=period.number), known).select(*LINES)
    first = first_paid(lines, known, period.number)
    periods = [*_open_before(period, told, first, again), period]
    issue = next_issues((known, lines, news), issues, periods)[-1]
    return Answer(issue=issue, world=known, earned=lines)


def open_again(records: pl.DataFrame) -> PayoutPeriod | None:
    """The latest closed period, if it was reopened and not yet closed again."""
    told, openings = closes(records), reopened(records)
    since = told[-1].recorded if told else 0
    return told[-1].period if told and openings and openings[-1][0] > since else None


def _closes_before(
    records: pl.DataFrame, period: PayoutPeriod, again: PayoutPeriod | None
) -> list[Closed]:
    """The closes that come before the next one of a period; all of them when it is open."""
    told = closes(records)
    if not told or period > told[-1].period or period == again:
        return told
    return [closed for closed in told if closed.period < period]


def _open_before(
    period: PayoutPeriod, told: Sequence[Closed], paid: int | None, again: PayoutPeriod | None
) -> Sequence[PayoutPeriod]:
    """The open periods before one: since the last closed, or the first in which money moves."""
    if again is not None and again < period:
        first = again.number
    elif told:
        first = told[-1].period.number + 1
    else:
        first = period.number if paid is None else paid
    return [PayoutPeriod(number) for number in range(first, period.number)]
