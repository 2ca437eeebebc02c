"""The periods of a log: closed on which position with which digest, and which is open."""

from collections.abc import Sequence
from typing import Any, Protocol

from schemas.calendar import PayoutPeriod

Reopening = tuple[int, PayoutPeriod]
"""The position of a reopening, and the period it opened again."""


class Close(Protocol):
    """A close as replay reads it from the log."""

    @property
    def period(self) -> PayoutPeriod: ...  # noqa: D102 - said by its name
    @property
    def issue(self) -> int: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def recorded(self) -> int: ...  # noqa: D102


def period_rows(
    closes: Sequence[Close],
    reopened: Sequence[tuple[int, PayoutPeriod]],
    first: PayoutPeriod | None,
) -> list[dict[str, Any]]:
    """One row a close, and one for the open period: `period, state, issue, position, digest`.

    `reopened` are (position, period) of reopenings, `first` the first period with anything earned,
    which is open when none is closed.
    """
    rows: list[dict[str, Any]] = [
        {
            "period": str(close.period),
            "state": "closed",
            "issue": close.issue,
            "position": close.position,
            "digest": close.digest,
        }
        for close in closes
    ]
    following = _open_period(closes, reopened, first)
    if following is not None:
        period, issue = following
        row = {"period": str(period), "state": "open", "issue": issue, "position": None}
        rows.append({**row, "digest": None})
    return rows


def _open_period(
    closes: Sequence[Close],
    reopened: Sequence[tuple[int, PayoutPeriod]],
    first: PayoutPeriod | None,
) -> tuple[PayoutPeriod, int] | None:
    if not closes:
        return None if first is None else (first, 1)
    last = closes[-1]
    if reopened and reopened[-1][0] > last.recorded:
        return last.period, last.issue + 1
    return last.period.following, 1
