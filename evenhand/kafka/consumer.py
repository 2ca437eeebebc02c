"""The loop: poll, read, append, go on. It ends when it is asked to, between two appends."""

import gc
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Final

import structlog

from engine.log import Appended
from evenhand.kafka.batches import Batch, Counts, Decode, Upstream, batch, total
from evenhand.kafka.errors import KafkaUnreachable, NoSuchTopic, QuarantineFull
from evenhand.kafka.port import OffsetsGoneError, Partition, Port
from evenhand.kafka.positions import Positions, TrackingLog
from evenhand.kafka.settings import KafkaSettings
from evenhand.sql.errors import AlreadyTracked, LogUnavailable
from schemas.wire import decode_binary

logger = structlog.get_logger("evenhand.kafka")

_POLL_S: Final = 0.5
_BACK_OFF_MAX_S: Final = 60.0


class Consumer:
    """Takes what a group of topics publishes into the log, each message exactly once.

    Several may run in one group: partitions are shared out, and whoever still writes for a
    partition that has gone to another is refused by the log and looks up its position again.
    """

    def __init__(
        self, settings: KafkaSettings, log: TrackingLog, *, decode: Decode = decode_binary
    ) -> None:
        self._settings, self._log, self._decode = settings, log, decode
        self._actor = f"kafka:{settings.group}"
        self._back_off = _BackOff()
        self._full: QuarantineFull | None = None
        self._looked = False
        self._quiet_since = time.monotonic()
        self.counts: dict[Partition, Counts] = {}

    def run(self, stop: Event, when_idle: Callable[[], None] = lambda: None) -> Counts:
        """Consume until `stop` is set; `when_idle` is called when everything there was is taken."""
        logger.info("starting", topics=self._settings.topics, group=self._settings.group)
        with _nothing_old_collected():
            while not stop.is_set():
                self._consume_from_a_port(stop, when_idle)
        taken = total(self.counts.values())
        logger.info("stopped", **_words(taken))
        return taken

    def _consume_from_a_port(self, stop: Event, when_idle: Callable[[], None]) -> None:
        try:
            with closing(Port(self._settings)) as port:
                self._consume(port, stop, when_idle)
        except KafkaUnreachable as error:
            self._wait(stop, error.code, error.reason)
        except NoSuchTopic as error:
            self._wait(stop, error.code, error.topic)

    def _consume(self, port: Port, stop: Event, when_idle: Callable[[], None]) -> None:
        """Consume over one connection until it fails or we are asked to stop."""
        positions = Positions(self._log, port, self._settings.past_gaps)
        with self._hand(port) as hand:
            while not stop.is_set():
                try:
                    if self._is_full(port, stop):
                        continue
                    if unsettled := positions.unsettled():
                        self._finish(hand, port)
                        positions.settle(unsettled)
                    if self._take(port, positions, hand):
                        self._quiet_since = time.monotonic()
                    elif self._caught_up(port, positions):
                        when_idle()
                except OffsetsGoneError as gone:
                    port.hold(gone.partitions)
                    if gone.truncated:
                        positions.stop(gone.partitions, port.bounds(gone.partitions))
                except AlreadyTracked as fenced:
                    logger.warning(fenced.code, upstream=fenced.name, first=fenced.first)
                    port.hold(port.assigned())
                except LogUnavailable as error:
                    port.hold(port.assigned())
                    self._wait(stop, error.code, error.cause)

    @contextmanager
    def _hand(self, port: Port) -> Generator["_Hand"]:
        """A hand to append with; what it has begun is finished and counted in the end."""
        with closing(_Hand(self._log)) as hand:
            try:
                yield hand
            finally:
                try:
                    self._finish(hand, port)
                except (AlreadyTracked, LogUnavailable) as error:
                    logger.warning(error.code, reason="the last batch was not taken")

    def _take(self, port: Port, positions: Positions, hand: "_Hand") -> bool:
        """Read the messages of one poll while those of the last are appended; if there were any."""
        messages = port.poll(0 if hand.is_busy else _POLL_S)
        if not messages:
            return self._finish(hand, port)
        upstreams = {
            each: Upstream(
                name=positions.name(each), next_offset=port.next_offset(each, found[-1].offset)
            )
            for each, found in messages.items()
        }
        now = datetime.now(UTC)
        read = batch(messages, upstreams, actor=self._actor, now=now, decode=self._decode)
        self._finish(hand, port)
        if self._full is not None:
            port.hold(port.assigned())
            return True
        hand.append(read, {each: upstream.next_offset for each, upstream in upstreams.items()})
        return True

    def _finish(self, hand: "_Hand", port: Port) -> bool:
        """Wait for the append under way, if there is one, and count what became of it."""
        if not hand.is_busy:
            return False
        counts, offsets = hand.finish()
        for each, found in counts.items():
            self.counts[each] = self.counts.get(each, Counts()) + found
        port.commit(offsets)
        self._back_off.reset()
        taken = total(counts.values())
        logger.info("taken", partitions=len(counts), **_words(taken))
        if taken.quarantined:
            self._look_at_quarantine()
        return True

    def _caught_up(self, port: Port, positions: Positions) -> bool:
        """Whether nothing is left to read; asked of the broker when it was quiet for a while.

        A broker that is away looks like one without messages, so the question is also how we
        learn of it: it raises `KafkaUnreachable`.
        """
        if time.monotonic() - self._quiet_since < self._settings.quiet_ms / 1000:
            return False
        reading = port.assigned() - positions.stopped.keys() - port.held()
        if not reading:
            port.upstreams()
        behind = {
            each: bounds.end - port.next_offset(each, -1)
            for each, bounds in port.bounds(reading).items()
        }
        self._back_off.reset()
        self._quiet_since = time.monotonic()
        logger.info("quiet", partitions=len(reading), behind=sum(behind.values()))
        return bool(reading) and not any(behind.values())

    def _is_full(self, port: Port, stop: Event) -> bool:
        """Whether too much waits in quarantine; then stay in the group, taking nothing."""
        if not self._looked:
            self._look_at_quarantine()
        if self._full is None:
            return False
        port.hold(port.assigned())
        until = time.monotonic() + self._settings.quiet_ms / 1000
        while time.monotonic() < until and not stop.is_set():
            port.poll(_POLL_S)
            stop.wait(_POLL_S)
        self._look_at_quarantine()
        return True

    def _look_at_quarantine(self) -> None:
        waiting, limit = len(self._log.quarantined()), self._settings.quarantine_limit
        before, self._full, self._looked = self._full, None, True
        if waiting >= limit:
            self._full = QuarantineFull(waiting, limit)
            if before is None:
                logger.error(self._full.code, waiting=waiting, limit=limit)
        elif before is not None:
            logger.info("quarantine-has-room", waiting=waiting, limit=limit)

    def _wait(self, stop: Event, what: str, why: str) -> None:
        seconds = self._back_off.next()
        logger.warning(what, reason=why, again_in_s=seconds)
        stop.wait(seconds)


@contextmanager
def _nothing_old_collected() -> Generator[None]:
    """Spare the garbage collector what is there already: it is looked through over and over.

    A batch is thousands of objects that live for a moment, so collections are frequent.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Hand:
    """One append at a time, in a thread of its own, so that reading need not wait for the disk.

    The order of appends is that of reading: the next is not begun before the last is finished, and
    when the last has failed the next is never begun.
    """

    def __init__(self, log: TrackingLog) -> None:
        self._log = log
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="append")
        self._busy: tuple[Batch, Mapping[Partition, int], Future[Appended]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an append was begun and is not finished."""
        return self._busy is not None

    def append(self, read: Batch, offsets: Mapping[Partition, int]) -> None:
        """Begin an append; `offsets` are those to be read next when it is done."""
        self._busy = read, offsets, self._thread.submit(self._log.append, read.append)

    def finish(self) -> tuple[Mapping[Partition, Counts], Mapping[Partition, int]]:
        """Wait for the append under way; raises what it raised, and nothing is under way then."""
        if self._busy is None:
            return {}, {}
        (read, offsets, appended), self._busy = self._busy, None
        return read.counts(appended.result()), offsets

    def close(self) -> None:
        """Let an append that was begun come to its end."""
        self._thread.shutdown(wait=True)


class _BackOff:
    """Seconds to wait, doubled at each failure in a row, up to a minute."""

    def __init__(self) -> None:
        self._seconds = 0.5

    def next(self) -> float:
        self._seconds = min(self._seconds * 2, _BACK_OFF_MAX_S)
        return self._seconds

    def reset(self) -> None:
        self._seconds = 0.5


def _words(counts: Counts) -> dict[str, int]:
    return {
        "seen": counts.seen,
        "recorded": counts.recorded,
        "repeated": counts.repeated,
        "quarantined": counts.quarantined,
    }
