"""How a task is run over buckets, whoever runs it: this process, other processes, or Spark.

A task is a picklable value that, called with the number of a bucket, gives what the bucket holds.
What is given depends on the bucket alone, so that nobody can tell from an answer who computed it.
"""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeVar

import polars as pl

Frames = Mapping[str, pl.DataFrame]
"""What a bucket leaves: tables by their names."""

Given = TypeVar("Given")
Given_co = TypeVar("Given_co", covariant=True)


class Task(Protocol[Given_co]):
    """The work of a stage: a picklable, frozen value."""

    def __call__(self, bucket: int, /) -> Given_co:
        """What a bucket holds."""
        ...


class Runner(Protocol):
    """Whoever computes buckets."""

    def map(self, task: Task[Given], buckets: Sequence[int], /) -> Generator[tuple[int, Given]]:
        """Each bucket and what the task gives for it, in the order in which they are done.

        Whoever closes it early stops what is still being computed. Errors that a task raises on
        purpose are raised here.
        """
        ...


class Shelf(Protocol):
    """What an earlier stage left, as later stages read it wherever they run; picklable."""

    def table(self, bucket: int, name: str, /) -> pl.LazyFrame:
        """One table of a bucket, of which no more is read than is asked for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a bucket took: rows and bytes that it left, time, and the most memory of its process."""

    rows: int
    size_bytes: int
    wall_ms: int
    cpu_ms: int
    peak_bytes: int


class Watcher(Protocol):
    """Whoever wants to know how far a run is."""

    def begun(self, stage: str, buckets: int, kept: int, /) -> None:
        """A stage begins; so many of its buckets are kept from an earlier run."""

    def done(self, stage: str, bucket: int, figures: Figures, /) -> None:
        """A bucket was computed."""

    def ended(self, stage: str, /) -> None:
        """All buckets of a stage are there."""

    def stopped(self, stage: str, /) -> None:
        """A stage ends too early: it was cancelled, or a bucket failed."""


def question(parts: Mapping[str, str | int]) -> str:
    """The digest (SHA-256, hexadecimal) of a question: everything an answer depends on, by name.

    That is what was known (the root of the log and its last position), what was asked, the
    semantics of the engine, and the number of buckets, since what is kept between runs is by
    bucket.
    """
    text = json.dumps(dict(parts), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
