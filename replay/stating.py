"""Statements computed from a log: what a period pays, as known by all that is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from engine.balances import balances
from engine.causes import with_causes
from engine.earned import earned, horizon, named
from engine.lookup import Everywhere, Lookup
from engine.payable import payable
from engine.payment_terms import first_paid
from engine.world import World, world
from replay.periods import (
    Closed,
    Kept,
    closes,
    kept_issue,
    open_again,
    stated_lines,
)
from schemas.calendar import PayoutPeriod
from schemas.frames import RECORDS, checked
from schemas.statements import LINES, Issue


class Told(Lookup, Protocol):
    """A log up to a position, as statements ask it.

    `effective_by` says that facts after an instant (microseconds UTC) do not count.
    """

    @property
    def effective_by(self) -> int | None:
        """The last instant that counts, None if all do."""
        ...

    @property
    def decided(self) -> pl.DataFrame:
        """At least the records (RECORDS) of which periods are closed."""
        ...

    def news(self, since: int) -> pl.DataFrame:
        """The records (RECORDS) after a position."""
        ...

    def moving(
        self, stated: pl.DataFrame, through: int | None
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What is earned (LINES) up to and with a period, and of `stated` (PAYABLE) what is of it.

        Keys of which as much was stated as is earned may be left out of both. Nothing may be stated
        that is of a later period. Without one everything is told that ever is earned.
        """
        ...


@dataclass(frozen=True, slots=True)
class Everything(Everywhere):
    """A log as all its records (RECORDS), its one world, and what is earned in it.

    `lines` (LINES) are those up to and with the period `through` (its number), None: of all in
    which there are facts.
    """

    records: pl.DataFrame
    lines: pl.DataFrame
    through: int | None

    @property
    def effective_by(self) -> int | None:
        """The last instant that counts, None if all do."""
        return self.law.law.effective_by

    @property
    def decided(self) -> pl.DataFrame:
        """All records."""
        return self.records

    def news(self, since: int) -> pl.DataFrame:
        """The records after a position."""
        return self.records.filter(pl.col("position") > since)

    def moving(
        self, stated: pl.DataFrame, through: int | None
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All that is earned up to and with a period, and all that is stated."""
        if through is None:
            return self.lines, stated
        known = through <= horizon(self.law, self.through)
        lines = self.lines if known else _lines(self.law, through)
        return lines.filter(pl.col("period") <= through), stated


def everything(
    records: pl.DataFrame, *, effective_by: int | None = None, through: PayoutPeriod | None = None
) -> Everything:
    """A log of which all records (RECORDS) are at hand, and what is earned through a period."""
    told = world(checked(records, RECORDS), effective_by=effective_by)
    last = None if through is None else through.number
    return Everything(law=told, records=records, lines=_lines(told, last), through=last)


def _lines(told: World, through: int | None) -> pl.DataFrame:
    return named(earned(told, through=through), told).select(*LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An issue as computed, and the world it was computed in (`Lookup.law`).

    `first` is the first period in which money moves, up to that of the issue; it is not looked for
    where periods were closed before.
    """

    issue: Issue
    world: World
    first: PayoutPeriod | None


def answer(told: Told, period: PayoutPeriod, *, issues: Sequence[Issue], since: int) -> Answer:
    """What a period pays, as known by all that is told: earned less stated in `issues`.

    `since` is the position that the previous close used: later records are the causes of
    differences.
    """
    moving = _moving(told, issues, period, since)
    first = None if issues else _first(moving.lines, told.law, period)
    [found] = moving.issues(issues, [period])
    return Answer(issue=found, world=told.law, first=first)


def replayed(told: Told, closed: Closed, kept: Kept) -> Answer:
    """The issue of a close, computed again from what is told up to the position that it used.

    Compare its digest with the close's.
    """
    before = closes(told.decided)
    issues = [kept_issue(earlier, kept) for earlier in before]
    return answer(told, closed.period, issues=issues, since=_used(before))


def at(told: Told, period: PayoutPeriod, kept: Kept) -> Answer:
    """What a period pays as known by all that is told: as if it were closed on it now.

    Open periods before it are taken as closed one after the other with everything known. A period
    that is closed, or asked about by `effective_by`, is computed as if it had never been.
    """
    again = None if told.effective_by is not None else open_again(told.decided)
    before = _closes_before(told.decided, period, again)
    issues = [kept_issue(closed, kept) for closed in before]
    moving = _moving(told, issues, period, _used(before))
    first = None if before else _first(moving.lines, told.law, period)
    periods = [*_open_before(period, before, first, again), period]
    return Answer(issue=moving.issues(issues, periods)[-1], world=told.law, first=first)


def next_issues(
    told: Told, issues: Sequence[Issue], periods: Sequence[PayoutPeriod]
) -> list[Issue]:
    """The next issue of each of some periods, after `issues` and after those before it."""
    if not periods:
        return []
    since = _used(closes(told.decided))
    return _moving(told, issues, max(periods), since).issues(issues, periods)


def _used(before: Sequence[Closed]) -> int:
    """The position that the last of some closes used, 0 without any."""
    return before[-1].position if before else 0


@dataclass(frozen=True)
class _Moving:
    """What is told, with what is earned (LINES) and stated (PAYABLE) of keys that may move."""

    told: Told
    lines: pl.DataFrame
    stated: pl.DataFrame
    since: int  # the position that the last close before used

    @cached_property
    def news(self) -> pl.DataFrame:
        """What is new since the last close (RECORDS)."""
        return self.told.news(self.since)

    def issues(self, before: Sequence[Issue], periods: Sequence[PayoutPeriod]) -> list[Issue]:
        """The next issue of each of some periods, after those before and one another."""
        found: list[Issue] = []
        for period in periods:
            stated = pl.concat([self.stated, *(issue.lines for issue in found)])
            found.append(self._issue(period, stated, [*before, *found]))
        return found

    def _issue(self, period: PayoutPeriod, stated: pl.DataFrame, before: Sequence[Issue]) -> Issue:
        lines = self.lines.filter(pl.col("period") <= period.number)
        number = 1 + sum(issue.period == period for issue in before)
        due = payable(lines, stated, period=period, issue=number)
        caused = with_causes(due, stated, self.told, lambda: self.news)
        cash, ledger = balances(caused, before, self.told, period)
        return Issue(period=period, number=number, lines=caused, balances=cash, ledger=ledger)


def _moving(told: Told, issues: Sequence[Issue], through: PayoutPeriod, since: int) -> _Moving:
    """What may move up to and with a period, after `issues`."""
    return _Moving(told, *told.moving(stated_lines(issues), through.number), since)


def first_moving(told: Told) -> PayoutPeriod | None:
    """The first period in which money moves, of all that is told."""
    lines, _ = told.moving(stated_lines([]), None)
    return _first(lines, told.law, None)


def _first(lines: pl.DataFrame, law: World, through: PayoutPeriod | None) -> PayoutPeriod | None:
    """The first period in which money moves."""
    found = first_paid(lines, law, None if through is None else through.number)
    return None if found is None else PayoutPeriod(found)


def _closes_before(
    decided: pl.DataFrame, period: PayoutPeriod, again: PayoutPeriod | None
) -> list[Closed]:
    """The closes that come before the next one of a period; all of them when it is open."""
    told = closes(decided)
    if not told or period > told[-1].period or period == again:
        return told
    return [closed for closed in told if closed.period < period]


def _open_before(
    period: PayoutPeriod,
    told: Sequence[Closed],
    paid: PayoutPeriod | None,
    again: PayoutPeriod | None,
) -> Sequence[PayoutPeriod]:
    """The open periods before one: since the last closed, or the first in which money moves."""
    if again is not None and again < period:
        first = again
    elif told:
        first = told[-1].period.following
    else:
        first = period if paid is None else paid
    return [PayoutPeriod(number) for number in range(first.number, period.number)]
