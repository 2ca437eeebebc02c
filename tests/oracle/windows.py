"""Windows: calendar months, quarters and years of a plan, cut where a version splits them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.months import (
    MONTHS_IN,
    day_of,
    month_of,
    months_between,
    months_later,
    start_of,
    window_of,
)
from tests.oracle.plans import Version
from tests.oracle.world import World

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Window:
    """A calendar window, or the part of it before or after a split; half-open."""

    kind: str
    first: str  # the first month of the calendar window
    year_starts: int
    starts: datetime
    ends: datetime
    zone: ZoneInfo

    @property
    def months(self) -> list[str]:
        """The months that it lies in, in order."""
        first, last = month_of(self.starts, self.zone), month_of(self.last_instant, self.zone)
        return [months_later(first, n) for n in range(months_between(first, last) + 1)]

    @property
    def last_instant(self) -> datetime:
        return self.ends - TICK

    @property
    def name(self) -> str:
        """By the number in the fiscal year, and the calendar year in which that starts."""
        if self.kind == "month":
            return f"window/{self.first}"
        fiscal = window_of(self.first, "year", self.year_starts)
        number = months_between(fiscal, self.first) // MONTHS_IN[self.kind] + 1
        return f"window/{fiscal[:4]}" + (f"-Q{number}" if self.kind == "quarter" else "")

    @property
    def calendar_days(self) -> int:
        """The days of the whole calendar window, also when it is cut."""
        starts = start_of(self.first, self.zone)
        ends = start_of(months_later(self.first, MONTHS_IN[self.kind]), self.zone)
        return (day_of(ends, self.zone) - day_of(starts, self.zone)).days

    def holds(self, at: datetime) -> bool:
        return self.starts <= at < self.ends


def window_at(world: World, version: Version, kind: str, at: datetime) -> Window:
    """The window of a plan that holds an instant: what a split cuts counts as two."""
    first = window_of(month_of(at, version.zone), kind, version.year_starts)
    cuts = world.rules.splits_of(version.plan)
    starts = start_of(first, version.zone)
    ends = start_of(months_later(first, MONTHS_IN[kind]), version.zone)
    return Window(
        kind,
        first,
        version.year_starts,
        max([starts, *(cut for cut in cuts if cut <= at)]),
        min([ends, *(cut for cut in cuts if cut > at)]),
        version.zone,
    )


def windows_of(world: World, version: Version, kind: str, month: str) -> Iterator[Window]:
    """The windows of a version, in order, that begin in some month at the latest."""
    window = window_at(world, version, kind, version.starts)
    while window.months[0] <= month:
        yield window
        window = window_at(world, version, kind, window.ends)


def month_window(world: World, version: Version, window: Window, month: str) -> Window:
    """The part of a month that lies in a window."""
    at = max(window.starts, start_of(month, version.zone))
    return window_at(world, version, "month", at)


def part_of(days: int, window: Window) -> Fraction:
    """Days taken part over the days of the window."""
    return Fraction(days, window.calendar_days)
