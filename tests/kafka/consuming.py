"""The consumer as a process of its own, to be stopped, frozen and killed.

`python consuming.py LOG_URL` consumes with the settings of the environment until SIGTERM and
prints its progress as one JSON object a line.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog

from evenhand.kafka import Consumer, KafkaSettings
from evenhand.kafka.batches import Counts
from evenhand.kafka.positions import TrackingLog
from evenhand.sql import SqlLog
from schemas.wire import same_content

ROOT = Path(__file__).parents[2]


def settings(brokers: str, topic: str, **overrides: object) -> KafkaSettings:
    """Settings that notice everything fast."""
    words: dict[str, object] = {
        "brokers": (brokers,),
        "topics": (topic,),
        "batch": 500,
        "session_timeout_ms": 6_000,
        "quiet_ms": 500,
    }
    return KafkaSettings(**(words | overrides))  # type: ignore[arg-type]


def take_all(given: KafkaSettings, log: TrackingLog, patience: float = 150) -> Counts:
    """Consume in this process until nothing is left to read."""
    stop = threading.Event()
    timer = threading.Timer(patience, stop.set)
    timer.start()
    try:
        return Consumer(given, log).run(stop, when_idle=stop.set)
    finally:
        timer.cancel()


class Process:
    """A consumer in a process of its own."""

    def __init__(self, url: str, given: KafkaSettings, output: Path) -> None:
        self._output = output
        names = {
            "BROKERS": ",".join(given.brokers),
            "TOPICS": ",".join(given.topics),
            "GROUP": given.group,
            "BATCH": str(given.batch),
            "SESSION_TIMEOUT_MS": str(given.session_timeout_ms),
            "QUIET_MS": str(given.quiet_ms),
        }
        environment = {f"EVENHAND_KAFKA_{name}": text for name, text in names.items()}
        with output.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, __file__, url],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            )

    def send(self, which: signal.Signals) -> None:
        """Send a signal, not waiting for what it does."""
        self._process.send_signal(which)

    def freeze(self) -> None:
        """Stop it where it is; all its threads stand when this returns."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def end(self, which: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit status."""
        self._process.send_signal(which)
        return self._process.wait(timeout=30)

    def said(self, event: str) -> list[Mapping[str, object]]:
        """What the process reported under a name so far."""
        lines = self._output.read_text().splitlines()
        reports = [json.loads(line) for line in lines if line.startswith("{")]
        return [report for report in reports if report["event"] == event]

    def words(self) -> str:
        """All it printed, to be shown when a test fails."""
        return self._output.read_text()[-4000:]

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None


@contextmanager
def process(url: str, given: KafkaSettings, output: Path) -> Iterator[Process]:
    """A consumer process, ended in the end."""
    started = Process(url, given, output)
    try:
        yield started
    except AssertionError as failed:
        failed.add_note(f"{output.name} printed:\n{started.words()}")
        raise
    finally:
        if started.is_running():
            started.end(signal.SIGKILL)


def until(condition: Callable[[], object], patience: float = 150) -> None:
    """Wait until something holds, or fail."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def facts(log: SqlLog) -> Counter[str]:
    """How often each event id is in the log."""
    return Counter(record.id for record in log.read())


def main() -> int:
    """Consume until SIGTERM or SIGINT."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
    )
    stop = threading.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda _number, _frame: stop.set())
    with SqlLog.open(sys.argv[1], same_content=same_content) as log:
        Consumer(KafkaSettings.from_environment(os.environ), log).run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
