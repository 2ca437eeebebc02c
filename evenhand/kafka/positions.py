"""Where each partition is read on: behind what our own log says was taken, nowhere else.

Kafka's offsets of the group are never asked. A partition we never read starts at the earliest
message there is; one whose next message is gone is stopped with an error, never reset silently.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import structlog

from engine.log import Append, Appended
from evenhand.kafka.errors import OffsetGap
from evenhand.kafka.port import Bounds, Partition, Port
from schemas.recorded import Quarantined, Tracking

logger = structlog.get_logger("evenhand.kafka")


class TrackingLog(Protocol):
    """What the consumer asks of the log."""

    def append(self, append: Append) -> Appended:
        """Record, count repeats, quarantine, and move the tracking; all or nothing."""
        ...

    def tracked(self) -> Mapping[str, int]:
        """The last offset taken from each upstream."""
        ...

    def quarantined(self) -> Sequence[object]:
        """The messages in quarantine that wait for a person."""
        ...


class Positions:
    """The partitions that are ours: which are read, and which are stopped and why."""

    def __init__(self, log: TrackingLog, port: Port, past_gaps: Collection[str]) -> None:
        self._log, self._port, self._past_gaps = log, port, past_gaps
        self._names: dict[Partition, str] = {}
        self.stopped: dict[Partition, OffsetGap] = {}

    def name(self, partition: Partition) -> str:
        """What the log's tracking calls a partition; never the same for a topic created anew."""
        return self._names[partition]

    def unsettled(self) -> set[Partition]:
        """The partitions on hold of which it has to be looked up where to read on."""
        return (self._port.held() & self._port.assigned()) - self.stopped.keys()

    def settle(self, waiting: Collection[Partition]) -> None:
        """Look up where to read on in partitions on hold, and let them go on from there."""
        upstreams = self._port.upstreams()
        bounds = self._port.bounds(waiting)
        tracked = self._log.tracked()
        for partition in sorted(waiting):
            name = f"kafka:{upstreams[partition.topic]}:{partition.partition}"
            self._names[partition] = name
            self._place(partition, tracked.get(name), bounds[partition])

    def stop(self, partitions: Collection[Partition], bounds: Mapping[Partition, Bounds]) -> None:
        """Stop partitions whose messages were replaced by others after we had read them."""
        tracked = self._log.tracked()
        for partition in partitions:
            taken = tracked.get(self._names[partition], 0)
            self._stop(
                OffsetGap(str(partition), min(bounds[partition].end, taken), taken), partition
            )

    def _place(self, partition: Partition, taken: int | None, bounds: Bounds) -> None:
        gap = gap_between(partition, taken, bounds)
        if gap is not None and taken is not None:
            if str(partition) not in self._past_gaps or bounds.earliest <= taken:
                self._stop(gap, partition)
                return
            self._step_over(gap, self._names[partition])
        offset = bounds.earliest if taken is None or gap is not None else taken + 1
        self._port.read_from(partition, offset)
        logger.info("reading", partition=str(partition), offset=offset, behind=bounds.end - offset)

    def _stop(self, gap: OffsetGap, partition: Partition) -> None:
        self._port.hold([partition])
        self.stopped[partition] = gap
        logger.error(gap.code, partition=gap.partition, first=gap.first, last=gap.last)

    def _step_over(self, gap: OffsetGap, name: str) -> None:
        """Record that an operator accepted the gap, and that reading goes on behind it."""
        origin = f"kafka:{gap.partition}/{gap.first}-{gap.last}"
        reminder = Quarantined(origin=origin, code=gap.code, reason=str(gap), raw=b"")
        tracking = Tracking(name=name, first=gap.first, last=gap.last)
        self._log.append(
            Append(events=(), actor="kafka", tracking=[tracking], quarantined=[reminder])
        )
        logger.warning("gap-accepted", partition=gap.partition, first=gap.first, last=gap.last)


def gap_between(partition: Partition, taken: int | None, bounds: Bounds) -> OffsetGap | None:
    """What was never read and is gone, given what we took and what the broker has.

    >>> gap_between(Partition("crm", 0), 99, Bounds(earliest=40, end=250)) is None
    True
    >>> gap = gap_between(Partition("crm", 0), 99, Bounds(earliest=120, end=250))
    >>> gap.first, gap.last
    (100, 119)
    """
    if taken is None:
        return None
    if bounds.earliest > taken + 1:
        return OffsetGap(str(partition), taken + 1, bounds.earliest - 1)
    if bounds.end < taken + 1:
        return OffsetGap(str(partition), bounds.end, taken)
    return None
