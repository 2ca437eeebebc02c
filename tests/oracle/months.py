"""Months, windows and days in a time zone. A month is written `2026-01`."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
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


def months_between(first: str, last: str) -> int:
    """How many months from one to another: 0 for the same."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def window_of(month: str, kind: str, year_starts: int = 1) -> str:
    """The first month of the month, quarter or year that holds a month."""
    return months_later(month, -((int(month[5:]) - year_starts) % MONTHS_IN[kind]))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The local calendar date of an instant."""
    return moment.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def same_day_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    month = months_later(f"{day.year:04}-{day.month:02}", months)
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, min(day.day, monthrange(year, number)[1]))


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall-clock time so many calendar days later, in a zone.

    A wall time in a gap is read with the offset before the gap; one that comes twice, as the first.
    """
    local = moment.astimezone(zone).replace(tzinfo=None)
    return (local + timedelta(days=days)).replace(tzinfo=zone, fold=0).astimezone(UTC)
