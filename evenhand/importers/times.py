"""Times as people write them, read by declared formats in a declared zone.

A format is written as it looks: `YYYY-MM-DD hh:mm:ss`, `D/M/YYYY`. Days and months may have one
digit where the format has one letter. Nothing else varies, and no text is read two ways.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from re import Pattern
from typing import Final, Literal
from zoneinfo import ZoneInfo

from evenhand.importers.cells import Typed
from evenhand.importers.errors import RefusedCell
from schemas.values import INSTANT_PATTERN

WITH_OFFSET: Final = "RFC3339"
"""The format of a time that carries its own offset: `2026-01-20T15:00:00+08:00`."""

Doubled = Literal["refuse", "first", "second"]

_TOKENS: Final = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
    "hh": r"(?P<hour>[0-9]{2})",
    "h": r"(?P<hour>[0-9]{1,2})",
    "mm": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
    "ffffff": r"(?P<fraction>[0-9]{1,9})",
}
_TOKEN = re.compile("ffffff|YYYY|MM|M|DD|D|hh|h|mm|ss")
_NAMES = ("year", "month", "day", "hour", "minute", "second")
_WORKBOOK = ("YYYY-MM-DD", "YYYY-MM-DD hh:mm:ss", "YYYY-MM-DD hh:mm:ss.ffffff")
_INSTANT = re.compile(INSTANT_PATTERN, re.ASCII)


def pattern(written: str) -> Pattern[str]:
    """What a declared format matches. Raises `ValueError` with the reason."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(written):
        parts.extend((re.escape(written[end : token.start()]), _TOKENS[token[0]]))
        end = token.end()
    parts.append(re.escape(written[end:]))
    literal = _TOKEN.sub("", written)
    if any(letter.isalnum() and letter != "T" for letter in literal):
        raise ValueError(f"{written} has letters that stand for nothing")
    try:
        found = re.compile("".join(parts) + r"\Z", re.ASCII)
    except re.error:
        raise ValueError(f"{written} has a part twice") from None
    if not {"year", "month", "day"} <= set(found.groupindex):
        raise ValueError(f"{written} has no year, month or day")
    if "minute" in found.groupindex and "hour" not in found.groupindex:
        raise ValueError(f"{written} has minutes without hours")
    return found


@dataclass(frozen=True, slots=True)
class Local:
    """A date, or a date and a time of day, as a clock on the wall shows it."""

    wall: datetime
    has_time: bool


class Times:
    """The reader of times that a mapping declares."""

    def __init__(self, zone: ZoneInfo, formats: Sequence[str], doubled: Doubled) -> None:
        self.zone = zone
        self._doubled = doubled
        self._with_offset = WITH_OFFSET in formats
        self._patterns = [pattern(each) for each in formats if each != WITH_OFFSET]
        self._typed = [pattern(each) for each in _WORKBOOK]
        self._read = lru_cache(maxsize=65_536)(self._reading)  # an export has few days in many rows

    def instant(self, cell: str, column: str) -> str:
        """The instant of a cell as the wire writes it, with its offset. Raises `RefusedCell`."""
        if self._with_offset and _INSTANT.match(cell):
            return cell
        local = self.local(cell, column)
        return self._instant(local, cell, column).isoformat()

    def local(self, cell: str, column: str) -> Local:
        """What a cell without an offset says. Raises `RefusedCell`."""
        if not cell:
            raise RefusedCell("missing-field", column, "there is no time")
        match self._read(str(cell), isinstance(cell, Typed)):
            case [one]:
                return one
            case []:
                raise RefusedCell("bad-time", column, f"{cell[:40]!r} is not a time as declared")
            case _:
                reason = f"{cell!r} is two times by the declared formats"
                raise RefusedCell("bad-time", column, reason)

    def _reading(self, cell: str, typed: bool) -> list[Local]:  # noqa: FBT001 - the cache takes it so
        patterns = self._typed if typed else self._patterns
        found = {reading for each in patterns if (reading := _read(each, cell)) is not None}
        return list(found)

    def month(self, cell: str) -> str:
        """The month of a cell by the clock on the wall, as in 2026-01. Raises `RefusedCell`."""
        if self._with_offset and _INSTANT.match(cell):
            wall = datetime.fromisoformat(cell).astimezone(self.zone)
        else:
            wall = self.local(cell, "time").wall
        return f"{wall.year:04d}-{wall.month:02d}"

    def _instant(self, local: Local, cell: str, column: str) -> datetime:
        first, second = (local.wall.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return _in_utc(first)
        exists = _in_utc(first).astimezone(self.zone).replace(tzinfo=None) == local.wall
        if not local.has_time:  # a date is its first instant, whatever the clocks did at midnight
            return _in_utc(first)
        if not exists:
            reason = f"the clocks of {self.zone.key} were put forward over {cell!r}"
            raise RefusedCell("no-such-time", column, reason)
        if self._doubled == "refuse":
            reason = f"the clocks of {self.zone.key} showed {cell!r} twice"
            raise RefusedCell("double-time", column, reason)
        return _in_utc(first if self._doubled == "first" else second)


def _in_utc(local: datetime) -> datetime:
    return local.astimezone(UTC)


def _read(written: Pattern[str], cell: str) -> Local | None:
    match = written.match(cell)
    if match is None:
        return None
    parts = match.groupdict(default="0")
    year, month, day, hour, minute, second = (int(parts.get(name, "0")) for name in _NAMES)
    fraction = int(parts.get("fraction", "0").ljust(6, "0")[:6])
    try:
        wall = datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001 - of the wall
    except ValueError:
        return None
    return Local(wall, "hour" in parts)
