"""A SQLite file is damaged on every page, or cut: what is read is what was recorded, or an error.

A record is proved by its leaf. What has no leaf (the tracked offsets, the application's name) is
covered only as far as SQLite's own check goes. A file that was cut to nothing is a new log, and one
whose last commits are gone without a trace is a shorter one: to know that takes a head that was
kept elsewhere.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from hashlib import shake_256
from pathlib import Path

import pytest
from sqlalchemy import URL

from evenhand.sql import SqlLog
from evenhand.sql.errors import LogNewer, LogOfAnother, LogUnavailable
from evenhand.sql.verify import verify
from schemas.recorded import Recorded, Tracking
from tests.sql.facts import Ticking, appending, facts

PAGE = 4096
FRAME = 24 + PAGE
FLIPS = 6
BATCHES = 12
REFUSED = (LogUnavailable, LogNewer, LogOfAnother)


@pytest.fixture
def path(sqlite_url: URL) -> Path:
    """The file of a log with a few batches in it."""
    assert sqlite_url.database is not None
    with SqlLog.open(sqlite_url, clock=Ticking()) as log:
        for batch in range(BATCHES):
            _append(log, batch)
    return Path(sqlite_url.database)


def test_a_bit_flipped_on_any_page_is_found_or_changes_nothing(path: Path) -> None:
    whole, records = path.read_bytes(), _records(path)
    found = 0
    for page in range(len(whole) // PAGE):
        for at in _somewhere(page):
            damaged = bytearray(whole)
            damaged[at // 8] ^= 1 << at % 8
            path.write_bytes(damaged)
            found += not _is_as_recorded(path, records)
    assert found > len(whole) // PAGE


def test_a_file_cut_at_any_page_is_refused_or_found(path: Path) -> None:
    whole, records = path.read_bytes(), _records(path)
    for pages in range(1, len(whole) // PAGE):
        path.write_bytes(whole[: pages * PAGE])
        assert not _is_as_recorded(path, records)


def test_damage_to_the_write_ahead_log_leaves_whole_commits(
    sqlite_url: URL, tmp_path: Path
) -> None:
    """Flipped or cut in any frame: its own checksums end it before the commit that was touched."""
    assert sqlite_url.database is not None
    heads = [0]
    with SqlLog.open(sqlite_url, clock=Ticking()) as log:
        for batch in range(BATCHES):
            _append(log, batch)
            heads.append(log.head().position)
        records = list(log.read())
        database = Path(sqlite_url.database).read_bytes()
        ahead = Path(f"{sqlite_url.database}-wal").read_bytes()
    copy = tmp_path / "copy.db"
    seen = set()
    for number, frame in enumerate(range(0, len(ahead) - FRAME, FRAME)):
        flipped = bytearray(ahead)
        flipped[frame + number * 37 % FRAME] ^= 4
        damaged = (bytes(flipped), ahead[:frame], ahead[: frame + 100])[number % 3]
        with _found(copy, database, damaged) as log:
            position = log.head().position
            assert position in heads
            assert list(log.read()) == records[:position]
            assert log.tracked() == ({"k": position} if position else {})
            assert verify(log) is None
            seen.add(position)
    assert len(seen) > BATCHES // 2


def _append(log: SqlLog, batch: int) -> None:
    first, last = batch * 5 + 1, batch * 5 + 5
    log.append(
        appending(*facts(first, last), tracking=[Tracking(name="k", first=first, last=last)])
    )


def _records(path: Path) -> list[Recorded]:
    with SqlLog.open(f"sqlite:///{path}") as log:
        return list(log.read())


def _somewhere(page: int) -> Iterator[int]:
    """A few bits of a page, always the same ones; its header, which is small, among them."""
    drawn = shake_256(page.to_bytes(4, "big")).digest(2 * FLIPS)
    yield page * PAGE * 8 + drawn[0] % 64
    for n in range(1, FLIPS):
        yield (page * PAGE * 8) + int.from_bytes(drawn[2 * n : 2 * n + 2], "big") % (PAGE * 8)


def _is_as_recorded(path: Path, records: list[Recorded]) -> bool:
    """Whether nothing is wrong with a log; a wrong record is never served, whatever is wrong."""
    served: list[Recorded] = []
    try:
        with SqlLog.open(f"sqlite:///{path}", clock=Ticking()) as log:
            damage = verify(log)
            served.extend(log.read())
    except REFUSED:
        assert served == records[: len(served)]
        return False
    assert served == records[: len(served)]
    return damage is None and served == records


@contextmanager
def _found(copy: Path, database: bytes, ahead: bytes) -> Generator[SqlLog]:
    for end, content in (("", database), ("-wal", ahead)):
        copy.with_name(copy.name + end).write_bytes(content)
    with SqlLog.open(f"sqlite:///{copy}", clock=Ticking()) as log:
        yield log
    for file in copy.parent.glob(f"{copy.name}*"):
        file.unlink()
