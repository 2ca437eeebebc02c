"""A line of a statement found by its id, issued or open, and explained as it was told."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from engine.earned import horizon
from engine.explain import explained
from engine.reasons import Reason
from evenhand.stating import Stating
from replay.periods import Closed, Kept, closes, kept_issue, open_again, stated_lines
from replay.stating import Told, at, first_moving
from schemas.calendar import PayoutPeriod
from schemas.errors import Missing
from schemas.json_text import canonical
from schemas.statements import PAYABLE, Issue, line_id

Row = dict[str, Any]


class NoSuchLine(Missing):
    """A line was named that no statement has."""

    code = "no-such-line"

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(
            f"Line {line} was to be explained, and no issued or open statement has it. Take the id "
            "from evenhand statement; for a line that was expected and is not there, ask: evenhand "
            "explain --payee PAYEE --deal DEAL."
        )


def of_line(line: str, told: Stating, kept: Kept) -> Reason:
    """The explanation of an issued line in the world of its close, or of a line still open.

    Raises `NoSuchLine`.
    """
    done = closes(told.decided)
    for number in reversed(range(len(done))):
        row = _issued(line, done[number], kept)
        if row is not None:
            return _explained(row, told, _telling(row, done[:number], kept), done[number].position)
    known = told.told()
    for period in _open_periods(known, done):
        row = _row(line, at(known, period, kept).issue.lines)
        if row is not None:
            return _explained(row, told, _telling(row, done, kept), None)
    raise NoSuchLine(line)


def _open_periods(known: Told, done: Sequence[Closed]) -> Sequence[PayoutPeriod]:
    """The open periods up to that of the last fact, and at least the next to be closed."""
    first = first_moving(known) if not done else open_again(known.decided)
    if first is None and not done:
        return ()
    first = first or done[-1].period.following
    last = max(first.number, horizon(known.law, None))
    return [PayoutPeriod(number) for number in range(first.number, last + 1)]


def _issued(line: str, closed: Closed, kept: Kept) -> Row | None:
    """A line of an issue by its id."""
    found = _telling_of(line, [closed], kept)
    return _row(line, found[0].lines) if found else None


def _telling(row: Row, done: Sequence[Closed], kept: Kept) -> Sequence[Issue]:
    """The issues that may have stated something of the key of a line."""
    return _telling_of(row["fact_id"], done, kept)


def _telling_of(word: str, done: Sequence[Closed], kept: Kept) -> Sequence[Issue]:
    """The issues with a text in the document that was kept; others are not read any further."""
    text = canonical(word)
    told = ((closed, kept(closed.digest)) for closed in done)
    return [
        kept_issue(closed, {closed.digest: held}.get)
        for closed, held in told
        if held is None or text in held
    ]


def _row(line: str, lines: pl.DataFrame) -> Row | None:
    rows = lines.select(*PAYABLE).iter_rows(named=True)
    return next((row for row in rows if line_id(row) == line), None)


def _explained(row: Row, told: Stating, issues: Sequence[Issue], position: int | None) -> Reason:
    """Why a line is what it is, in a world of its facts and those that concern its payee.

    That is as known at the position that its close used; now, of a line that is open.
    """
    names = [*row["because"], *row["cause"]]
    places = told.places(pl.Series([name["id"] for name in names], dtype=pl.String))
    about = {row["subject"], *places["stream"]}
    world = told.concerning(row["payee"], about, position)
    return explained(row, world, stated_lines(issues))
