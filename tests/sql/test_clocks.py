"""Clocks that stand still, differ or jump: positions are the order, and times follow it."""

from datetime import datetime, timedelta

from sqlalchemy import URL

from evenhand.sql import SqlLog
from evenhand.sql.verify import verify
from tests.sql.facts import NEW_YEAR, Ticking, appending, fact


def test_commits_at_the_same_instant_have_different_times_in_their_order(url: URL) -> None:
    with SqlLog.open(url, clock=lambda: NEW_YEAR) as log:
        for n in range(5):
            log.append(appending(fact(f"E{n}-1"), fact(f"E{n}-2")))

        times = [record.recorded_at for record in log.read()]
        assert times[::2] == times[1::2] == sorted(set(times))
        assert times[-1] - times[0] == timedelta(microseconds=4)
        assert [log.position_at(time) for time in times[::2]] == [2, 4, 6, 8, 10]


def test_two_machines_half_a_minute_apart_agree_on_what_was_known_when(url: URL) -> None:
    behind, ahead = Ticking(NEW_YEAR), Ticking(NEW_YEAR + timedelta(seconds=30))
    with SqlLog.open(url, clock=behind) as one, SqlLog.open(url, clock=ahead) as other:
        heads = []
        for n in range(20):
            log = (one, other)[n % 3 == 0]
            log.append(appending(fact(f"E{n}")))
            heads.append(log.head())

        times = [record.recorded_at for record in one.read()]
        assert times == sorted(set(times))
        for head in heads:
            assert head.recorded_at is not None
            assert one.position_at(head.recorded_at) == head.position
            assert other.position_at(head.recorded_at) == head.position
        assert verify(one) is None


def test_what_was_known_at_an_instant_stays_so_whatever_the_clock_does_next(url: URL) -> None:
    clock = Ticking()
    answers: dict[datetime, int] = {}
    with SqlLog.open(url, clock=clock) as log:
        for n, jump in enumerate((0, -3600, 40, -86_400, 0, 7_200, -5)):
            clock.now += timedelta(seconds=jump)
            log.append(appending(fact(f"E{n}")))
            asked = log.head().recorded_at
            assert asked is not None
            for instant in (asked, asked - timedelta(microseconds=1)):
                answers.setdefault(instant, log.position_at(instant))

        assert answers == {instant: log.position_at(instant) for instant in answers}
