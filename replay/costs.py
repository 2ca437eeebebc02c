"""What a replay costs on a cluster, on paper: from what its stages took, measured on one core.

A bucket is computed by one core. Its time is that of its facts, what moves between its executor and
the store, and what Spark needs to start it. A stage takes as many rounds as it takes to give each
core its buckets, and each round as long as the largest bucket. Stages follow one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MILLION = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """What a stage takes for a million facts: time of one core, bytes of the store, memory."""

    stage: str
    cpu_ms: int
    read_bytes: int
    written_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Executors; `store_bytes_s` is what one of them moves to or from the store in a second.

    `start_ms` is what Spark needs to start a task, and `largest_percent` the size of the largest
    bucket, of the mean.
    """

    executors: int
    cores: int
    store_bytes_s: int
    start_ms: int
    largest_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a stage takes on a cluster: time, time of all cores, bytes, memory of an executor."""

    stage: str
    wall_ms: int
    core_ms: int
    moved_bytes: int
    executor_bytes: int


def cost(figures: StageFigures, facts: int, buckets: int, cluster: Cluster) -> Cost:
    """What a stage takes for so many facts in so many buckets."""
    cores = cluster.executors * cluster.cores
    moved = figures.read_bytes + figures.written_bytes
    largest = _up(facts * cluster.largest_percent, buckets * 100)
    moving_ms = _up(moved * 1000 * cluster.cores, cluster.store_bytes_s)
    bucket_ms = _up(largest * (figures.cpu_ms + moving_ms), MILLION) + cluster.start_ms
    return Cost(
        stage=figures.stage,
        wall_ms=_up(buckets, cores) * bucket_ms,
        core_ms=_up(facts * figures.cpu_ms, MILLION) + buckets * cluster.start_ms,
        moved_bytes=_up(facts * moved, MILLION),
        executor_bytes=cluster.cores * _up(largest * figures.peak_bytes, MILLION),
    )


def costs(
    figures: Sequence[StageFigures], facts: int, buckets: int, cluster: Cluster
) -> list[Cost]:
    """What each stage takes, and all of them together, which need the memory of the largest."""
    told = [cost(each, facts, buckets, cluster) for each in figures]
    together = Cost(
        stage="together",
        wall_ms=sum(each.wall_ms for each in told),
        core_ms=sum(each.core_ms for each in told),
        moved_bytes=sum(each.moved_bytes for each in told),
        executor_bytes=max((each.executor_bytes for each in told), default=0),
    )
    return [*told, together]


def _up(number: int, by: int) -> int:
    """A quotient, rounded up."""
    return -(-number // by)
