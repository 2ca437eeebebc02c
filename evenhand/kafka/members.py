"""Several consumers of one group, each a process of its own: an interpreter uses one processor.

The group shares out the partitions, and the log takes each message once whoever brings it. So the
members know nothing of each other: they start alike, end when they are asked to, and end as well
when whoever started them is gone.
"""

import signal
import threading
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Final

from evenhand.kafka.batches import Counts, total
from evenhand.kafka.consumer import Consumer
from evenhand.kafka.settings import KafkaSettings
from evenhand.wiring import open_log

_LOOK_S: Final = 0.5
_SPAWN: Final = get_context("spawn")


def consume_together(
    members: int, settings: KafkaSettings, url: str | None, stop: threading.Event
) -> Counts | None:
    """Consume into the log at a URL until `stop` is set; None if a member failed.

    When one fails the others end too: whoever runs this shall know, and start it again.
    """
    started = [_Member(settings, url) for _ in range(members)]
    while not stop.wait(_LOOK_S) and all(member.process.is_alive() for member in started):
        pass
    failed = not stop.is_set()
    for member in started:
        member.process.terminate()
    taken = total(member.taken() for member in started)
    failed |= any(member.process.exitcode not in {0, -signal.SIGTERM} for member in started)
    return None if failed else taken


class _Member:
    """A consumer in a process of its own."""

    def __init__(self, settings: KafkaSettings, url: str | None) -> None:
        self._hears, says = _SPAWN.Pipe(duplex=False)
        self.process = _SPAWN.Process(target=_consume, args=(settings, url, says), daemon=True)
        self.process.start()
        says.close()

    def taken(self) -> Counts:
        """What it took, when it has ended; nothing if it could not say."""
        try:
            counts: Counts = self._hears.recv()
        except EOFError:
            counts = Counts()
        self.process.join()
        return counts


def _consume(settings: KafkaSettings, url: str | None, says: Connection) -> None:
    """Consume until a signal, or until the process that started this one is gone."""
    stop = threading.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda _number, _frame: stop.set())
    threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    with open_log(url) as log:
        says.send(Consumer(settings, log).run(stop))


def _end_with_parent(stop: threading.Event) -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        stop.set()
