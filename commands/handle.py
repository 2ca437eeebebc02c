"""Commands carried out: read the state, decide, append what follows under the versions seen.

Pure over an `Archive`: the instant, the actor and the log come as arguments.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import polars as pl

from commands import periods, plans, policies, weights
from engine.earned import SEMANTICS
from engine.log import Append, Archive
from engine.memory import StreamChanged
from engine.rulebook import Rulebook
from replay.periods import OF_PERIODS, Closed, Kept, closes, kept_issue
from replay.stating import Told, at, everything
from schemas.calendar import PayoutPeriod
from schemas.errors import Missing, Refused
from schemas.events import EVENTS, OWN_SOURCE
from schemas.events.base import Event
from schemas.events.decisions import PeriodReopened
from schemas.json_text import parse_object
from schemas.recorded import Unrecorded
from schemas.statements import Issue, digest
from schemas.wire import unrecorded


class NoPlanPublished(Refused):
    """A period was to be closed on a log without any plan."""

    code = "no-plan-published"

    def __init__(self, period: PayoutPeriod) -> None:
        self.period = period
        super().__init__(
            f"Period {period} cannot be closed: no plan is published, so nobody is promised "
            "anything. Publish one with: evenhand plan publish."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPeriod:
    """What a close led to; `again` when the period was closed before and nothing was recorded."""

    issue: Issue
    digest: str
    position: int
    again: bool


def kept_by(archive: Archive) -> Kept:
    """The documents an archive keeps, by hex digest; None where it keeps none."""

    def kept(digest: str) -> bytes | None:
        try:
            return archive.kept(bytes.fromhex(digest))
        except Missing:
            return None

    return kept


def close_period(
    archive: Archive,
    period: PayoutPeriod,
    *,
    now: datetime,
    by: str,
    told: Callable[[int], Told] | None = None,
) -> ClosedPeriod:
    """Close a payout period on all that is known now.

    `told` tells of the archive up to a position; without one, all of it is read at once. Raises
    `EarlierPeriodOpen`, `PeriodNotOver`, `PeriodClosedAlready`, `NoPlanPublished`, and the
    archive's error when somebody else closed meanwhile.
    """
    position = archive.head().position
    decided = archive.columns(through=position, types=OF_PERIODS)
    state = periods.state_after(_events(decided))
    kept = kept_by(archive)
    if isinstance(state, periods.Standing) and state.latest == period:
        return _closed_before(closes(decided)[-1], kept)
    known = _everything(archive, position, period) if told is None else told(position)
    answer = at(known, period, kept)
    document = answer.issue.document()
    command = periods.ClosePeriod(
        period=period,
        position=position,
        digest=digest(document),
        semantics=SEMANTICS,
        ends_at=_end(answer.world.rules, period),
        earliest=answer.first,
        now=now,
        by=by,
    )
    for event in periods.decide(command, state):
        archive.keep(document)
        stamp = f"close-{period}-{answer.issue.number}-{command.position}"
        _record(archive, event, id_=stamp, now=now, by=by, position=position)
    return ClosedPeriod(issue=answer.issue, digest=command.digest, position=position, again=False)


def _everything(archive: Archive, position: int, period: PayoutPeriod) -> Told:
    return everything(archive.columns(through=position), through=period)


def reopen_period(archive: Archive, command: periods.ReopenPeriod, *, now: datetime) -> bool:
    """Reopen the latest closed period; whether anything was recorded."""
    position = archive.head().position
    told = archive.columns(through=position, types=OF_PERIODS)
    state = periods.state_after(_events(told))
    events = periods.decide(command, state)
    for event in events:
        assert isinstance(event, PeriodReopened)
        stamp = f"reopen-{event.period}-{event.issue}"
        _record(archive, event, id_=stamp, now=now, by=command.by, position=position)
    return bool(events)


Stamp = tuple[datetime, str, str]
"""When a decision counts, the id of its fact, and who takes it."""
Decide = Callable[[Iterator[Event]], Sequence[Event]]
"""What follows from a command, given the history it looks back at."""


def rule(
    archive: Archive, command: plans.RuleCommand, *, effective_at: datetime, id_: str, by: str
) -> bool:
    """Carry out a command about plans or rates; whether anything was recorded."""

    def follows(history: Iterator[Event]) -> Sequence[Event]:
        return plans.decide(command, plans.state_after(history))

    return _carried_out(archive, plans.HISTORY, follows, (effective_at, id_, by))


def publish_policy(
    archive: Archive, command: policies.PublishPolicy, *, effective_at: datetime, id_: str
) -> bool:
    """Publish a version of a policy; whether anything was recorded."""

    def follows(history: Iterator[Event]) -> Sequence[Event]:
        return policies.decide(command, policies.state_after(history))

    return _carried_out(archive, policies.HISTORY, follows, (effective_at, id_, command.by))


def learn(
    archive: Archive, command: weights.WeightsCommand, *, effective_at: datetime, id_: str, by: str
) -> bool:
    """Carry out a command about learned weights; whether anything was recorded."""

    def follows(history: Iterator[Event]) -> Sequence[Event]:
        return weights.decide(command, weights.state_after(history))

    return _carried_out(archive, weights.HISTORY, follows, (effective_at, id_, by))


def _carried_out(archive: Archive, types: Sequence[str], follows: Decide, stamp: Stamp) -> bool:
    """Read the history of some types, decide, record what follows; whether anything was."""
    position = archive.head().position
    effective_at, id_, by = stamp
    events = follows(_events(archive.columns(through=position, types=types)))
    for event in events:
        _record(archive, event, id_=id_, now=effective_at, by=by, position=position)
    return bool(events)


def _record(  # noqa: PLR0913 - one more than five would hide one of them in a tuple
    archive: Archive, event: Event, *, id_: str, now: datetime, by: str, position: int
) -> None:
    """Record an event as a decision of our own; see `record`."""
    decision = unrecorded(event, effective_at=now, source=OWN_SOURCE, id=id_)
    record(archive, decision, by=by, position=position)


def record(archive: Archive, decision: Unrecorded, *, by: str, position: int) -> None:
    """Record a decision, unless somebody else took another one on the same state meanwhile.

    It was taken on all that was recorded up to a position. Its command is told from another by what
    it says, not by its id.
    """
    stream = decision.stream
    seen = sum(record.position <= position for record in archive.stream(stream))
    append = Append(
        events=[decision],
        actor=by,
        command_id=f"{decision.type}/{decision.id}/{sha256(decision.state).hexdigest()}",
        expected={stream: seen},
    )
    if archive.append(append).conflicting:
        raise StreamChanged(stream, seen, seen + 1)


def _closed_before(closed: Closed, kept: Kept) -> ClosedPeriod:
    return ClosedPeriod(
        issue=kept_issue(closed, kept),
        digest=closed.digest,
        position=closed.position,
        again=True,
    )


def _end(rules: Rulebook, period: PayoutPeriod) -> datetime:
    """The end of a period in the latest of the plans' zones."""
    zones = {version.plan.zone for version in rules.named.values()}
    if not zones:
        raise NoPlanPublished(period)
    return max(period.end(zone) for zone in zones)


def _events(records: pl.DataFrame) -> Iterator[Event]:
    """The events of records (RECORDS), in the order in which they were recorded."""
    rows = records.sort("position").select("type", "state").iter_rows()
    return (EVENTS[kind].model_validate(parse_object(state.encode())) for kind, state in rows)
