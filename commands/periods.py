"""Payout periods: closed in calendar order, reopened only as the latest and by two people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from schemas.calendar import PayoutPeriod
from schemas.errors import Refused
from schemas.events.base import Event
from schemas.events.decisions import PeriodClosed, PeriodReopened


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePeriod:
    """Close a period on the log up to a position; its issue has this digest.

    `ends_at` is the end of the period in the latest of the plans' zones, `now` the time it is,
    `earliest` the first period with anything earned in it.
    """

    period: PayoutPeriod
    position: int
    digest: str
    semantics: int
    ends_at: datetime
    earliest: PayoutPeriod | None
    now: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenPeriod:
    """Open the latest closed period again."""

    period: PayoutPeriod
    by: str
    approved_by: str
    reason: str


PeriodCommand = ClosePeriod | ReopenPeriod


@dataclass(frozen=True, slots=True)
class NeverClosed:
    """No period was ever closed: the first close is of any period with nothing earned before it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Periods are closed up to and with `latest`, whose last issue is `issue`."""

    latest: PayoutPeriod
    issue: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """The latest closed period is open again; its next issue follows `issue`."""

    period: PayoutPeriod
    issue: int


PeriodState = NeverClosed | Standing | Reopened


class EarlierPeriodOpen(Refused):
    """A period was to be closed before an earlier one."""

    code = "earlier-period-open"

    def __init__(self, asked: PayoutPeriod, earliest: PayoutPeriod) -> None:
        self.asked, self.earliest = asked, earliest
        super().__init__(
            f"Period {asked} cannot be closed while {earliest} is open: periods close in order. "
            f"Close {earliest} first."
        )


class PeriodNotOver(Refused):
    """A period was to be closed before its end."""

    code = "period-not-over"

    def __init__(self, asked: PayoutPeriod, ends_at: datetime) -> None:
        self.asked, self.ends_at = asked, ends_at
        super().__init__(
            f"Period {asked} cannot be closed before it ends, at {ends_at.isoformat()}. "
            f"Ask what it would pay with: evenhand statement PAYEE {asked}."
        )


class PeriodClosedAlready(Refused):
    """An earlier period was to be closed again; only the latest can be reopened."""

    code = "period-closed-already"

    def __init__(self, asked: PayoutPeriod, latest: PayoutPeriod) -> None:
        self.asked, self.latest = asked, latest
        super().__init__(
            f"Period {asked} is closed, and periods are closed up to {latest}. What has become "
            f"known since is paid in {latest.following}; to see it, ask for its statement."
        )


class NotTheLatestClosed(Refused):
    """A period other than the latest closed one was to be reopened."""

    code = "not-the-latest-closed"

    def __init__(self, asked: PayoutPeriod, latest: PayoutPeriod | None) -> None:
        self.asked, self.latest = asked, latest
        stands = "no period is closed" if latest is None else f"the latest closed one is {latest}"
        super().__init__(
            f"Period {asked} cannot be reopened: only the latest closed period can, and {stands}. "
            "A correction of an earlier period is paid by the open one; nothing need be reopened."
        )


class OnePersonOnly(Refused):
    """A decision of two people was taken by one."""

    code = "one-person-only"

    def __init__(self, what: str, by: str) -> None:
        self.what, self.by = what, by
        super().__init__(
            f"{what} needs two people, and {by or 'nobody'} would be both. "
            "Name another person with --approved-by."
        )


def decide(command: PeriodCommand, state: PeriodState) -> list[Event]:
    """The events that follow from a command; none if what it asks holds already."""
    match command:
        case ClosePeriod():
            return _close(command, state)
        case ReopenPeriod():
            return _reopen(command, state)
        case _:
            assert_never(command)


def _close(command: ClosePeriod, state: PeriodState) -> list[Event]:
    match state:
        case NeverClosed():
            if command.earliest is not None and command.earliest < command.period:
                raise EarlierPeriodOpen(command.period, command.earliest)
            return [_closed(command, issue=1)]
        case Standing(latest) if command.period == latest:  # asked again: nothing follows
            return []
        case Standing(latest) if command.period < latest:
            raise PeriodClosedAlready(command.period, latest)
        case Standing(latest) if command.period > latest.following:
            raise EarlierPeriodOpen(command.period, latest.following)
        case Standing():
            return [_closed(command, issue=1)]
        case Reopened(period, issue) if command.period == period:
            return [_closed(command, issue=issue + 1)]
        case Reopened(period) if command.period > period:
            raise EarlierPeriodOpen(command.period, period)
        case Reopened(period):
            raise PeriodClosedAlready(command.period, period)
        case _:
            assert_never(state)


def _closed(command: ClosePeriod, *, issue: int) -> PeriodClosed:
    if command.now < command.ends_at:
        raise PeriodNotOver(command.period, command.ends_at)
    return PeriodClosed(
        period=command.period,
        issue=issue,
        position=command.position,
        digest=command.digest,
        semantics=command.semantics,
        by=command.by,
    )


def _reopen(command: ReopenPeriod, state: PeriodState) -> list[Event]:
    if command.approved_by in ("", command.by):
        raise OnePersonOnly(f"Reopening {command.period}", command.by)
    match state:
        case NeverClosed():
            raise NotTheLatestClosed(command.period, None)
        case Reopened(period, _) if command.period == period:  # asked again: nothing follows
            return []
        case Standing(latest, issue) if command.period == latest:
            return [
                PeriodReopened(
                    period=latest,
                    issue=issue,
                    by=command.by,
                    approved_by=command.approved_by,
                    reason=command.reason,
                )
            ]
        case Standing(latest) | Reopened(latest):
            raise NotTheLatestClosed(command.period, latest)
        case _:
            assert_never(state)


def evolve(state: PeriodState, event: Event) -> PeriodState:
    """The state after an event; history is not up for debate, so it never raises."""
    match event:
        case PeriodClosed():
            return Standing(event.period, event.issue)
        case PeriodReopened():
            return Reopened(event.period, event.issue)
        case _:
            return state


def state_after(events: Iterable[Event]) -> PeriodState:
    """The state that a history of closes and reopenings leads to."""
    state: PeriodState = NeverClosed()
    for event in events:
        state = evolve(state, event)
    return state
