"""Runners for one machine: in this process, or in worker processes within a limit of memory."""

import os
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Any, Final, Self

from evenhand.runs.worker import Worker
from replay.runs import Given, Runner, Task

_FEW: Final = 4
"""So few buckets are sooner computed one after the other than workers are started."""


@dataclass(frozen=True, slots=True)
class InThisProcess:
    """Computes buckets one after the other, each with all processors."""

    def map(self, task: Task[Given], buckets: Sequence[int]) -> Generator[tuple[int, Given]]:
        """Each bucket and what the task gives for it."""
        for bucket in buckets:
            yield bucket, task(bucket)


@dataclass(frozen=True, slots=True, kw_only=True)
class InWorkers:
    """Computes buckets in worker processes, at most so many bytes of memory in all of them.

    With a limit the first bucket runs alone and shows what a bucket needs; from then on as many run
    at once as fit, and each may take its part of the limit. Without one a single bucket is computed
    right here, since nothing could be done beside it.
    """

    workers: int
    memory_bytes: int | None = None

    def map(self, task: Task[Given], buckets: Sequence[int]) -> Generator[tuple[int, Given]]:
        """Each bucket and what the task gives for it, in the order in which they are done."""
        with Crew(self) as crew:
            yield from crew.map(task, buckets)


def local(workers: int | None = None, memory_bytes: int | None = None) -> Runner:
    """The runner for one machine: a worker for each processor, unless told otherwise.

    One without a limit of memory is this process: only another can be held to one.
    """
    count = workers or processors()
    if memory_bytes is None and count == 1:
        return InThisProcess()
    return InWorkers(workers=count, memory_bytes=memory_bytes)


def for_so_many(runner: Runner, buckets: int) -> Runner:
    """A runner for so many buckets: this process for few, unless it is held to a limit of memory.

    Workers take longer to start than they save there, and each has a memory of its own.
    """
    held = isinstance(runner, Crew) and runner.terms.memory_bytes is not None
    return runner if held or buckets > _FEW else InThisProcess()


def processors() -> int:
    """The processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on a Mac
        return os.cpu_count() or 1


@contextmanager
def at_work(runner: Runner) -> Generator[Runner]:
    """A runner whose workers, if it has any, stay from stage to stage with all they have opened."""
    if isinstance(runner, InWorkers):
        with Crew(runner) as crew:
            yield crew
    else:
        yield runner


@dataclass(slots=True)
class Crew:
    """Workers, started when there is something for them to do, and ended on leaving."""

    terms: InWorkers
    hired: list[Worker] = field(default_factory=list[Worker])
    peak_bytes: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss(self.hired)

    def map(self, task: Task[Given], buckets: Sequence[int]) -> Generator[tuple[int, Given]]:
        """Each bucket and what the task gives for it, in the order in which they are done."""
        if len(buckets) == 1 and self.terms.memory_bytes is None:
            yield from InThisProcess().map(task, buckets)
            return
        waiting = deque(buckets)
        try:
            while waiting or self.busy:
                self.order(task, waiting)
                yield from self.outcomes()
        finally:
            self._dismiss(self.busy)

    @property
    def busy(self) -> list[Worker]:
        """Those who are at a bucket."""
        return [worker for worker in self.hired if worker.bucket is not None]

    def order(self, task: Any, waiting: deque[int]) -> None:
        """Give buckets to as many workers as may work at once."""
        at_once, memory_bytes = self._at_once(), self.terms.memory_bytes
        limit = None if memory_bytes is None else memory_bytes // at_once
        while waiting and len(self.busy) < at_once:
            self._idle().order(task, waiting.popleft(), limit)

    def outcomes(self) -> list[tuple[int, Any]]:
        """Buckets that are done, at least one, and what they gave."""
        ready = wait([worker.connection for worker in self.busy])
        done: list[tuple[int, Any]] = []
        for worker in self.busy:
            if worker.connection in ready:
                bucket, given, peak = worker.outcome()
                self.peak_bytes = max(self.peak_bytes, peak)
                done.append((bucket, given))
        return done

    def _at_once(self) -> int:
        workers, memory_bytes = self.terms.workers, self.terms.memory_bytes
        if memory_bytes is None:
            return workers
        if not self.peak_bytes:
            return 1
        return min(workers, max(1, memory_bytes // self.peak_bytes))

    def _idle(self) -> Worker:
        for worker in self.hired:
            if worker.bucket is None:
                return worker
        self.hired.append(Worker(max(1, processors() // self.terms.workers)))
        return self.hired[-1]

    def _dismiss(self, workers: Sequence[Worker]) -> None:
        for worker in list(workers):
            self.hired.remove(worker)
            worker.end()
