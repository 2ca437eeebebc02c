"""Small tasks to run, and the work of two stages made of them."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from evenhand.runs.progress import Silent
from evenhand.runs.stores import Store
from evenhand.runs.work import working
from replay.runs import Frames, Runner, Shelf, Watcher, question
from schemas.errors import Refused

BUCKETS = range(6)
PATIENCE_S = 60
QUESTION = question({"asked": "sums of squares", "buckets": len(BUCKETS)})


@dataclass(frozen=True)
class Squares:
    """Numbers of a bucket with their squares, and how many there are."""

    rows: int = 1_000
    pause_s: float = 0

    def __call__(self, bucket: int) -> Frames:
        time.sleep(self.pause_s)
        numbers = pl.select(number=pl.int_range(self.rows) * len(BUCKETS) + bucket)
        squares = numbers.with_columns(square=pl.col("number") ** 2)
        return {"squares": squares, "counts": squares.select(rows=pl.len())}


@dataclass(frozen=True)
class Sums:
    """The sum of the squares of a bucket."""

    shelf: Shelf
    pause_s: float = 0

    def __call__(self, bucket: int) -> Frames:
        time.sleep(self.pause_s)
        squares = self.shelf.table(bucket, "squares").collect()
        return {"sums": squares.select(bucket=pl.lit(bucket), total=pl.col("square").sum())}


@dataclass(frozen=True)
class Meeting:
    """Waits until another bucket has begun too; tells the process, and its threads of polars."""

    folder: Path
    alone: frozenset[int] = frozenset()

    def __call__(self, bucket: int) -> tuple[int, int]:
        if bucket not in self.alone:
            (self.folder / str(bucket)).touch()
            _wait(lambda: len(list(self.folder.iterdir())) > 1)
        return os.getpid(), pl.thread_pool_size()


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < end, f"it did not happen in {PATIENCE_S} s"
        time.sleep(0.01)


@dataclass(frozen=True)
class Dying:
    """Takes its process away while it computes bucket 3, unless a file says it did so before."""

    before: Path

    def __call__(self, bucket: int) -> Frames:
        if bucket == 3 and not self.before.exists():
            self.before.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Squares()(bucket)


class TooOdd(Refused):
    """An error with a message of its own making."""

    code = "too-odd"

    def __init__(self, bucket: int, why: str) -> None:
        self.bucket, self.why = bucket, why
        super().__init__(f"Bucket {bucket} is odd: {why}. Take another.")


@dataclass(frozen=True)
class Odd:
    """Refuses bucket 3, in the words of an error of ours or with a bug."""

    bug: bool = False

    def __call__(self, bucket: int) -> int:
        if bucket == 3:
            raise ZeroDivisionError("by bucket 3") if self.bug else TooOdd(bucket, "three is")
        return bucket


@dataclass(frozen=True)
class Hungry:
    """Takes so much memory, and tells how many did at the same time."""

    size_bytes: int
    folder: Path

    def __call__(self, bucket: int) -> int:
        here = self.folder / str(bucket)
        here.touch()
        filled = pl.select(pl.int_range(self.size_bytes // 8))
        time.sleep(0.2)
        at_once = len(list(self.folder.iterdir()))
        assert filled.height
        here.unlink()
        return at_once


def answered(
    store: Store, runner: Runner, watcher: Watcher | None = None, pause_s: float = 0
) -> str:
    """The digest of the answer to the question, worked out as far as it is not there yet."""
    with working(store, QUESTION, runner, watcher or Silent()) as work:
        if not work.answered:
            squares = work.run("squares", Squares(pause_s=pause_s), BUCKETS)
            sums = work.run("sums", Sums(squares, pause_s), BUCKETS)
            with work.answering() as answer:
                for bucket in BUCKETS:
                    total = sums.table(bucket, "sums").collect().write_csv()
                    answer.put(f"{bucket}.csv", total.encode())
        return digest(work.answer)


def digest(answer: Store) -> str:
    """The digest of the files of an answer, by name."""
    names = sorted(answer.sizes())
    return sha256(
        b"".join(f"{name}\n".encode() + _bytes(answer, name) for name in names)
    ).hexdigest()


def _bytes(answer: Store, name: str) -> bytes:
    content = answer.content(name)
    assert content is not None
    return content
