"""Payout periods as the log tells them: which are closed, on what, and what was stated.

An issue is the statements of one close. It is computed from the log prefix up to the position the
close used, set against the issues before it (`replay.stating`); so it can be computed again for
ever, to the byte.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.calendar import PayoutPeriod
from schemas.errors import Missing, Refused
from schemas.events.decisions import PeriodClosed, PeriodReopened
from schemas.json_text import parse_object
from schemas.kept_issues import issue_of
from schemas.statements import PAYABLE, Issue, digest

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


def stated_lines(issues: Sequence[Issue]) -> pl.DataFrame:
    """All lines of issues (PAYABLE)."""
    return pl.concat([pl.DataFrame(schema=PAYABLE), *(issue.lines for issue in issues)])


def open_again(records: pl.DataFrame) -> PayoutPeriod | None:
    """The latest closed period, if it was reopened and not yet closed again."""
    told, openings = closes(records), reopened(records)
    since = told[-1].recorded if told else 0
    return told[-1].period if told and openings and openings[-1][0] > since else None
