"""Local time, vectorised, from the same zone data as the calendar.

Instants and local wall-clock times are Int64 microseconds. Expressions are built from the few
changes of a zone's offset, so no frame is sorted or joined for them.
"""

from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl

from schemas.calendar import MONTHS, PayoutPeriod, offset_changes
from schemas.recorded import microseconds
from schemas.values import YEAR_MAX, YEAR_MIN

_DAY = 86_400_000_000


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
    """The payout period of an instant, as the number of `PayoutPeriod`."""
    day = local(at, zone).cast(pl.Datetime("us"))
    return day.dt.year().cast(pl.Int64) * MONTHS + day.dt.month().cast(pl.Int64) - 1


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
