"""Buckets that leave files: what a task gives is kept once, and found again after a kill."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from resource import RUSAGE_SELF, getrusage
from time import perf_counter_ns, process_time_ns
from typing import Final

import polars as pl

from evenhand.runs.stores import Store, parquet
from replay.runs import Figures, Frames, Task

_END: Final = ".json"
_UNIT_OF_MAXRSS: Final = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Left:
    """What a bucket left: the bytes of each of its tables, by name, and what it took."""

    sizes: Mapping[str, int]
    figures: Figures

    def text(self) -> str:
        """As it is kept; the file that holds it is written last, so it says that all is there."""
        return json.dumps({"sizes": dict(self.sizes), "figures": asdict(self.figures)})


def left_of(text: bytes) -> Left:
    """What `Left.text` told."""
    told = json.loads(text)
    return Left(told["sizes"], Figures(**told["figures"]))


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the buckets of a stage left; a `Shelf` for the stages after it."""

    store: Store

    def table(self, bucket: int, name: str) -> pl.LazyFrame:
        """One table of a bucket."""
        return self.store.table(_table(bucket, name))

    def kept(self) -> dict[int, Left]:
        """What each bucket left that is there as a whole."""
        sizes = self.store.sizes()
        ended = [int(name.removesuffix(_END)) for name in sizes if name.endswith(_END)]
        told = {bucket: self._left(bucket, sizes.get) for bucket in ended}
        return {bucket: left for bucket, left in told.items() if left is not None}

    def of(self, bucket: int) -> Left | None:
        """What a bucket left, None if it is not there as a whole."""
        return self._left(bucket, self.store.size)

    def _left(self, bucket: int, size_of: Callable[[str], int | None]) -> Left | None:
        content = self.store.content(_end(bucket))
        left = None if content is None else left_of(content)
        whole = left is not None and all(
            size_of(_table(bucket, name)) == size for name, size in left.sizes.items()
        )
        return left if whole else None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The task of keeping what a task gives; a bucket that somebody finished is not done again."""

    task: Task[Frames]
    leaves: Leaves

    def __call__(self, bucket: int) -> Left:
        """What the bucket left."""
        return self.leaves.of(bucket) or self._computed(bucket)

    def _computed(self, bucket: int) -> Left:
        wall, cpu = perf_counter_ns(), process_time_ns()
        frames = self.task(bucket)
        store, sizes = self.leaves.store, dict[str, int]()
        for name, frame in frames.items():
            content = parquet(frame)
            store.put(_table(bucket, name), content)
            sizes[name] = len(content)
        figures = Figures(
            rows=sum(frame.height for frame in frames.values()),
            size_bytes=sum(sizes.values()),
            wall_ms=_milliseconds(perf_counter_ns() - wall),
            cpu_ms=_milliseconds(process_time_ns() - cpu),
            peak_bytes=peak_bytes(),
        )
        left = Left(sizes, figures)
        store.put(_end(bucket), left.text().encode())
        return left


def peak_bytes() -> int:
    """The most memory that this process has had so far."""
    return getrusage(RUSAGE_SELF).ru_maxrss * _UNIT_OF_MAXRSS


def _end(bucket: int) -> str:
    return f"{bucket:05}{_END}"


def _table(bucket: int, name: str) -> str:
    return f"{bucket:05}.{name}.parquet"


def _milliseconds(nanoseconds: int) -> int:
    return round(nanoseconds / 1_000_000)
