"""The calendar: payout periods, and which instants they hold in a zone.

All arithmetic on instants is done in UTC. A wall-clock time that does not exist is read with the
offset before the gap, one that exists twice is its first occurrence (PEP 495, fold=0); so a month
that begins in a gap begins at its first existing instant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from schemas.recorded import microseconds
from schemas.values import YEAR_MAX, YEAR_MIN

MONTHS: Final = 12
STEP: Final = timedelta(days=5)
"""No zone has changed its offset twice within so many days since 1989."""
_MONTH = re.compile(r"^([0-9]{4})-(0[1-9]|1[0-2])\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PayoutPeriod:
    """A calendar month for which statements are issued: `2026-03`.

    `number` counts months since year 0, so that periods are consecutive integers in the kernel.
    """

    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period written `YYYY-MM`. Raises `PydanticCustomError` with code `bad-period`."""
        match = _MONTH.match(text)
        if not match:
            raise PydanticCustomError("bad-period", "a payout period is written as in 2026-03")
        if not YEAR_MIN <= int(match[1]) < YEAR_MAX:
            raise PydanticCustomError(
                "bad-period",
                "a payout period lies in the years {first} to {last}",
                {"first": YEAR_MIN, "last": YEAR_MAX - 1},
            )
        return cls(int(match[1]) * MONTHS + int(match[2]) - 1)

    @classmethod
    def of(cls, day: date) -> Self:
        """The period that holds a calendar date."""
        return cls(day.year * MONTHS + day.month - 1)

    @property
    def first_day(self) -> date:
        """The first calendar date of the period."""
        return date(self.number // MONTHS, self.number % MONTHS + 1, 1)

    @property
    def following(self) -> Self:
        """The period after this one."""
        return type(self)(self.number + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """The first instant of the period in a zone, in UTC; periods are half-open."""
        return midnight(self.first_day, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first instant after the period in a zone, in UTC."""
        return self.following.start(zone)

    def __str__(self) -> str:
        return f"{self.number // MONTHS:04d}-{self.number % MONTHS + 1:02d}"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        """Read from and written to `YYYY-MM`."""
        return core_schema.no_info_plain_validator_function(
            _period, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
        """A string `YYYY-MM`."""
        return {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}


def _period(value: Any) -> PayoutPeriod:
    if isinstance(value, PayoutPeriod):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong-type", "a payout period is a string")
    return PayoutPeriod.parse(value)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a calendar date in a zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OffsetChange:
    """From the instant `at` (microseconds UTC) on, local time is UTC plus `offset` microseconds."""

    at: int
    offset: int


@lru_cache(maxsize=64)
def offset_changes(zone_key: str, first_year: int, last_year: int) -> tuple[OffsetChange, ...]:
    """Every change of a zone's offset in a stretch of years; the first entry holds at its start.

    This is what vectorised code needs to turn instants into local time by the same zone data, and
    so to the same answer, as everything else here.
    """
    zone = ZoneInfo(zone_key)
    return tuple(_changes(zone, first_year, last_year))


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[OffsetChange]:
    day = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    offset = _offset(day, zone)
    yield OffsetChange(microseconds(day), _us(offset))
    while day < end:
        following = day + STEP
        while _offset(following, zone) != offset:
            at = _first_change(day, following, zone, offset)
            offset = _offset(at, zone)
            yield OffsetChange(microseconds(at), _us(offset))
            day = at
        day = following


def _first_change(low: datetime, high: datetime, zone: ZoneInfo, offset: timedelta) -> datetime:
    """The first second in `(low, high]` at which the offset is no longer `offset`, by bisection."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
