"""Local time, vectorised, from the same zone data as the calendar.

Instants and local wall-clock times are Int64 microseconds. Expressions are built from the few
changes of a zone's offset, so no frame is sorted or joined for them.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, time
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from schemas.calendar import MONTHS, OffsetChange, PayoutPeriod, offset_changes
from schemas.recorded import microseconds
from schemas.values import YEAR_MAX, YEAR_MIN

_DAY = 86_400_000_000
_FIRST: Final = (YEAR_MIN - 2) * MONTHS
_MONTHS: Final = [
    microseconds(datetime.combine(PayoutPeriod(number).first_day, time(), UTC))
    for number in range(_FIRST, (YEAR_MAX + 100) * MONTHS)
]
"""When months begin on a wall clock, from the period `_FIRST` on."""


def local(at: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The wall-clock time of an instant: microseconds since 1970-01-01T00:00 on the local clock."""
    changes = offset_changes(zone.key, YEAR_MIN - 1, YEAR_MAX)
    return at + _stepwise(at, [(change.at, change.offset) for change in changes])


def instant_of_local(wall: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The instant of a wall-clock time; in a gap by the offset before it, doubled ones the first.

    A change from offset a to b at instant t is seen by local clocks from t + max(a, b) on: PEP 495.
    """
    changes = offset_changes(zone.key, YEAR_MIN - 1, YEAR_MAX)
    steps = [(changes[0].at, changes[0].offset)]
    for before, after in pairwise(changes):
        steps.append((after.at + max(before.offset, after.offset), after.offset))
    return wall - _stepwise(wall, steps)


def month(at: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The payout period of an instant, as the number of `PayoutPeriod`.

    Looked up among the instants at which local clocks come to another month, by turning a page or
    by being set: a search costs a fifth of reckoning years and months from each instant.
    """
    turns, periods = _pages(zone.key)
    place = pl.lit(turns).search_sorted(at, side="right").cast(pl.Int64) - 1
    return pl.lit(periods).gather(place.clip(lower_bound=0))


@lru_cache(maxsize=64)
def _pages(zone_key: str) -> tuple[pl.Series, pl.Series]:
    """From which instants on local clocks show which payout period, through all years."""
    changes = offset_changes(zone_key, YEAR_MIN - 1, YEAR_MAX)
    turns: list[int] = []
    periods: list[int] = []
    for change, following in pairwise([*changes, OffsetChange(_MONTHS[-1], 0)]):
        shown = bisect_right(_MONTHS, change.at + change.offset) - 1
        over = bisect_left(_MONTHS, following.at + change.offset)
        turns += [change.at, *(begins - change.offset for begins in _MONTHS[shown + 1 : over])]
        periods += range(_FIRST + shown, _FIRST + over)
    return pl.Series(turns, dtype=pl.Int64), pl.Series(periods, dtype=pl.Int64)


def days_later(at: pl.Expr, days: int, zone: ZoneInfo) -> pl.Expr:
    """The instant of the same wall-clock time so many calendar days later."""
    return instant_of_local(local(at, zone) + days * _DAY, zone)


def period_end(period: int, zone: ZoneInfo) -> int:
    """The first instant after a period, in microseconds UTC."""
    return microseconds(PayoutPeriod(period).end(zone))


def _stepwise(at: pl.Expr, steps: list[tuple[int, int]]) -> pl.Expr:
    """The value of the last step at or before `at`; before the first, the first."""
    values = [value for _, value in steps]
    if len(set(values)) == 1:
        return pl.lit(values[0], dtype=pl.Int64)
    thresholds = pl.Series([threshold for threshold, _ in steps], dtype=pl.Int64)
    place = pl.lit(thresholds).search_sorted(at, side="right").cast(pl.Int64) - 1
    return pl.lit(pl.Series(values, dtype=pl.Int64)).gather(place.clip(lower_bound=0))
