"""The power fails at every instant of a log's life, and nothing that was confirmed is lost.

The log writes to a disk that remembers every call (`tests.sql.disk`). From that, images are made
of what may be found after a power failure at each of them (`tests.sql.power`): without anything
that was not synced, with all of it, or with parts of it; and each is opened as any log is.

Not simulated: a disk that says it synced and did not, damage to bytes beside those written (SQLite
counts on neither), and a file system that loses what it held already. The files of PostgreSQL are
not traced; `test_server_crash.py` kills the server instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.log import Append
from evenhand.sql import SqlLog, connections
from evenhand.sql.connections import connect
from evenhand.sql.errors import AlreadyTracked
from evenhand.sql.verify import verify
from schemas.recorded import Recorded, Tracking
from tests.sql.disk import Disk, Done, disk
from tests.sql.facts import Ticking, appending, fact, facts
from tests.sql.power import Platter, all_of_it, laid, none_of_it, torn

UPSTREAM = "kafka:crm/0"
TURNS = 20
NORMAL, OFF = 1, 0


@dataclass(frozen=True)
class Confirmed:
    """What the log had confirmed when so many calls on the disk were done."""

    calls: int = 0
    position: int = 0
    tracked: int | None = None
    quarantined: int = 0


@dataclass(frozen=True)
class Life:
    """The life of a log: the calls on its disk, what it confirmed when, and its records."""

    calls: Sequence[Done]
    confirmed: Sequence[Confirmed]
    records: Sequence[Recorded]

    def appends(self, calls: int) -> int:
        """How many appends were confirmed when so many calls were done."""
        return sum(confirmed.calls <= calls for confirmed in self.confirmed) - 1

    def images(self, seed: int = 0) -> Iterator[tuple[int, Mapping[str, bytes]]]:
        """What may be found, each once, and how many appends were confirmed then."""
        platter, seen = Platter(), set[int]()
        for number, call in enumerate(self.calls, 1):
            platter.follow(call)
            appends = self.appends(number)
            part = torn(seed << 20 | number, likely=(0.1, 0.5, 0.9)[number % 3])
            for fate in (none_of_it, part if number % 2 else all_of_it):
                image = platter.image(fate)
                if (digest := hash((appends, *sorted(image.items())))) not in seen:
                    seen.add(digest)
                    yield appends, image


def batch(turn: int) -> Append:
    """The append of one turn: ten offsets of an upstream, with repeats and contradictions."""
    first = turn * 10
    events = facts(first, first + turn % 9)
    if turn % 4 == 3:
        events += [*facts(first - 10, first - 8), fact(f"E{first - 20}", says="something else")]
    if turn % 11 == 5:
        events += [fact(f"L{turn}-{n}", says="x" * 3_000) for n in range(9)]
    return appending(*events, tracking=[Tracking(name=UPSTREAM, first=first, last=first + 9)])


def live(on: Disk) -> Life:
    """Write a log turn by turn, and close it now and then."""
    confirmed = [Confirmed()]
    with SqlLog.open(on.url, clock=Ticking()) as log:
        for turn in range(TURNS):
            log.append(batch(turn))
            calls = len(on.done)
            confirmed.append(
                Confirmed(
                    calls, log.head().position, log.tracked()[UPSTREAM], len(log.quarantined())
                )
            )
            if turn % 9 == 8:
                log.close()
        records = list(log.read())
    return Life(on.done, confirmed, records)


@pytest.fixture(autouse=True)
def frequent_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies the write-ahead log into the database every few appends, and begins it again."""
    monkeypatch.setitem(connections._SQLITE_SETTINGS, "wal_autocheckpoint", 25)


@pytest.mark.slow
def test_whenever_the_power_fails_all_that_was_confirmed_is_there_and_nothing_is_half_there(
    tmp_path: Path,
) -> None:
    with disk(tmp_path / "lived.db") as on:
        life = live(on)
    engine = connect(f"sqlite:///{tmp_path}/found.db")
    found = in_flight = 0

    for appends, image in life.images():
        with laid(image, tmp_path / "found.db", engine) as log:
            recovered = _recovered(life, appends, log)
            _asked_again(life, appends, recovered, log)
        found, in_flight = found + 1, in_flight + recovered - appends

    assert found > 400
    assert in_flight > 10, "an append that is there without having been confirmed was never seen"


@pytest.mark.parametrize("synchronous", [NORMAL, OFF])
def test_with_fewer_syncs_the_same_images_show_a_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synchronous: int
) -> None:
    """A test that cannot fail proves nothing: this one says what the setting is for."""
    monkeypatch.setitem(connections._SQLITE_SETTINGS, "synchronous", synchronous)
    with disk(tmp_path / "lived.db") as on:
        life = live(on)
    platter, lost = Platter(), 0
    engine = connect(f"sqlite:///{tmp_path}/found.db")

    for number, call in enumerate(life.calls, 1):
        platter.follow(call)
        if any(confirmed.calls == number for confirmed in life.confirmed):
            with laid(platter.image(none_of_it), tmp_path / "found.db", engine) as log:
                lost += log.head().position < life.confirmed[life.appends(number)].position

    assert lost > 5


def _recovered(life: Life, appends: int, log: SqlLog) -> int:
    """How many appends are there: those confirmed, and perhaps the one that was on its way."""
    position = log.head().position
    possible = range(appends, min(appends + 2, TURNS + 1))
    [there] = [n for n in possible if life.confirmed[n].position == position]
    expected = life.confirmed[there]
    assert verify(log) is None
    assert list(log.read()) == life.records[:position]
    assert log.tracked().get(UPSTREAM) == expected.tracked
    assert len(log.quarantined()) == expected.quarantined
    return there


def _asked_again(life: Life, appends: int, recovered: int, log: SqlLog) -> None:
    """The sender, who knows what was confirmed to it, sends the next; it is recorded once."""
    if appends == TURNS:
        return
    if recovered > appends:
        with pytest.raises(AlreadyTracked):
            log.append(batch(appends))
    else:
        log.append(batch(appends))
    expected = life.confirmed[appends + 1].position
    assert [record.key for record in log.read()] == [
        record.key for record in life.records[:expected]
    ]
