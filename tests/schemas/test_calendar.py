"""The calendar: months are half-open and without a gap, in every zone, gap and doubled hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.zones import days_later, instant_of_local, local, month
from schemas.calendar import PayoutPeriod, midnight, offset_changes
from schemas.recorded import instant, microseconds

KNOWN = [
    *("Asia/Shanghai", "America/New_York", "Africa/Cairo", "America/Santiago", "Pacific/Apia"),
    *("America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"),
    *("Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll", "America/Havana", "Asia/Gaza"),
]
ODD = ("posixrules", "localtime", "Factory")
NAMES = st.sampled_from(KNOWN) | st.sampled_from(sorted(available_timezones() - {*ODD}))
MOMENTS = st.datetimes(datetime(1991, 1, 1), datetime(2098, 12, 31))  # noqa: DTZ001 - UTC is added
PERIODS = st.builds(PayoutPeriod, st.integers(1991 * 12, 2098 * 12))


def test_a_period_is_half_open() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    january = PayoutPeriod.parse("2026-01")
    assert january.start(zone) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert (
        january.end(zone) == datetime(2026, 1, 31, 16, tzinfo=UTC) == january.following.start(zone)
    )
    just_before = january.end(zone) - timedelta(microseconds=1)
    assert PayoutPeriod.of(just_before.astimezone(zone)) == january
    assert PayoutPeriod.of(january.end(zone).astimezone(zone)) == january.following


@given(PERIODS, NAMES)
def test_periods_follow_each_other_without_gap_or_overlap(period: PayoutPeriod, name: str) -> None:
    zone = ZoneInfo(name)
    start, end = period.start(zone), period.end(zone)
    assert timedelta(days=27) < end - start < timedelta(days=32)
    assert PayoutPeriod.of(start.astimezone(zone)) == period
    assert PayoutPeriod.of((start - timedelta(microseconds=1)).astimezone(zone)) < period
    assert PayoutPeriod.parse(str(period)) == period


@pytest.mark.parametrize(
    ("name", "day", "first"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00+00:00"),
        ("America/Sao_Paulo", date(2017, 10, 15), "2017-10-15T03:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_day_without_midnight_begins_at_its_first_instant(
    name: str, day: date, first: str
) -> None:
    zone = ZoneInfo(name)
    begins = midnight(day, zone)
    assert begins.isoformat() == first
    assert begins.astimezone(zone).date() >= day
    assert (begins - timedelta(microseconds=1)).astimezone(zone).date() < day


@given(NAMES, MOMENTS)
@settings(max_examples=60)
def test_changes_of_an_offset_are_those_of_the_zone(name: str, moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    changes = offset_changes(name, 1990, 2100)
    held = [change for change in changes if change.at <= microseconds(at)][-1]
    offset = at.astimezone(ZoneInfo(name)).utcoffset()
    assert offset is not None
    assert timedelta(microseconds=held.offset) == offset
    assert [change.at for change in changes] == sorted({change.at for change in changes})


def beside_changes(name: str) -> list[datetime]:
    """Instants around every change of a zone's offset, to the microsecond."""
    tick = timedelta(microseconds=1)
    hours = timedelta(), tick, -tick, timedelta(minutes=30), timedelta(hours=-1), timedelta(hours=2)
    changes = offset_changes(name, 1995, 2040)[1:]
    return [instant(change.at) + hour for change in changes for hour in hours]


@pytest.mark.parametrize("name", KNOWN)
def test_local_time_by_columns_is_that_of_the_zone(name: str) -> None:
    zone = ZoneInfo(name)
    moments = [*beside_changes(name), datetime(2026, 1, 31, 16, tzinfo=UTC)]
    frame = pl.DataFrame({"at": [microseconds(at) for at in moments]})
    found = frame.select(
        wall=local(pl.col("at"), zone),
        month=month(pl.col("at"), zone),
        back=instant_of_local(local(pl.col("at"), zone), zone),
        later=days_later(pl.col("at"), 90, zone),
    )
    walls = [at.astimezone(zone).replace(tzinfo=None) for at in moments]
    assert found["wall"].to_list() == [wall_us(wall) for wall in walls]
    assert found["month"].to_list() == [PayoutPeriod.of(wall).number for wall in walls]
    assert found["back"].to_list() == [of_wall(wall, zone) for wall in walls]
    after = [of_wall(wall + timedelta(days=90), zone) for wall in walls]
    assert found["later"].to_list() == after


@given(NAMES, st.lists(MOMENTS, min_size=1, max_size=20))
@settings(max_examples=60)
def test_any_wall_time_by_columns_is_that_of_the_zone(name: str, walls: list[datetime]) -> None:
    zone = ZoneInfo(name)
    frame = pl.DataFrame({"wall": [wall_us(wall) for wall in walls]})
    found = frame.select(instant_of_local(pl.col("wall"), zone)).to_series().to_list()
    assert found == [of_wall(wall, zone) for wall in walls]


def wall_us(wall: datetime) -> int:
    return microseconds(wall.replace(tzinfo=UTC))


def of_wall(wall: datetime, zone: ZoneInfo) -> int:
    """The instant of a wall-clock time: in a gap by the offset before it, else the first."""
    return microseconds(wall.replace(tzinfo=zone, fold=0).astimezone(UTC))
