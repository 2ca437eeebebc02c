"""Months, windows and days in a time zone. A month is written `2026-01`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


def instant(text: str) -> datetime:
    """An instant with an offset, in UTC."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None, text
    return moment.astimezone(UTC)


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """The month that holds an instant, in a zone."""
    local = moment.astimezone(zone)
    return f"{local.year:04}-{local.month:02}"


def months_later(month: str, months: int) -> str:
    """The month so many months later."""
    year, zero_based = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + months, 12)
    return f"{year:04}-{zero_based + 1:02}"


def start_of(month: str, zone: ZoneInfo) -> datetime:
    """The first instant of a month."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=zone).astimezone(UTC)


def end_of(month: str, zone: ZoneInfo) -> datetime:
    """The first instant after a month."""
    return start_of(months_later(month, 1), zone)


def window_of(month: str, kind: str) -> str:
    """The first month of the month, quarter or year that holds a month."""
    length = MONTHS_IN[kind]
    first = (int(month[5:]) - 1) // length * length + 1
    return f"{month[:4]}-{first:02}"


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time so many calendar days later, in a zone.

    A wall time in a gap is read with the offset before the gap; one that comes twice, as the first.
    """
    local = moment.astimezone(zone).replace(tzinfo=None)
    return (local + timedelta(days=days)).replace(tzinfo=zone, fold=0).astimezone(UTC)
