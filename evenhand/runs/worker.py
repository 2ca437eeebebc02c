"""A worker process as whoever gives it orders sees it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection
from typing import Any

from evenhand.runs import serving
from evenhand.runs.errors import BucketTooLarge, WorkerDied
from evenhand.runs.trying import Done, Failed


class Worker:
    """A process that computes one bucket at a time; `bucket` is the one it is at, if any.

    It is a session of its own, so that Ctrl-C reaches only us, and we end it.
    """

    def __init__(self, threads: int) -> None:
        ours, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as we are
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", serving.__name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=os.environ | environment_of_worker(threads),
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                start_new_session=True,
            )
        self.connection: Connection[Any, Any] = Connection(ours.detach())
        self.bucket: int | None = None
        self._limit: int | None = None

    def order(self, task: Any, bucket: int, limit: int | None) -> None:
        """Have a bucket computed, in so many bytes of memory."""
        self.bucket, self._limit = bucket, limit
        self._send((task, bucket, limit))

    def outcome(self) -> tuple[int, Any, int]:
        """The bucket, what it gave, and the most memory the process has had so far.

        Raises what the task raised, `WorkerDied` and `BucketTooLarge`.
        """
        bucket, self.bucket = self.bucket, None
        assert bucket is not None
        try:
            told, peak = _received(self.connection)
        except (EOFError, OSError):
            raise self._death(bucket) from None
        match told:
            case Done(given):
                return bucket, given, peak
            case Failed(kind) if kind is MemoryError and self._limit is not None:
                raise BucketTooLarge(bucket, self._limit)
            case Failed():
                raise told.error()

    def end(self) -> None:
        """End the process, whatever it is at, and pass on what it said."""
        self.connection.close()
        self._process.kill()
        self._process.wait()
        self._said.seek(0)
        sys.stderr.write(self._said.read().decode(errors="replace"))
        self._said.close()

    def _send(self, message: Any) -> None:
        try:
            self.connection.send(message)
        except OSError:  # it is gone; whoever asks for the outcome is told why
            return

    def _death(self, bucket: int) -> WorkerDied | BucketTooLarge:
        code = self._process.wait()
        if code == -signal.SIGABRT and self._limit is not None:
            self._said.truncate(0)  # a trace of the allocation, which says less than we do
            return BucketTooLarge(bucket, self._limit)
        return WorkerDied(bucket, _ending(code))


def _received(connection: "Connection[Any, Any]") -> tuple[Done[Any] | Failed, int]:
    received: tuple[Done[Any] | Failed, int] = connection.recv()
    return received


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def environment_of_worker(threads: int) -> dict[str, str]:
    """What a worker has beside our environment: our modules, and its share of the processors.

    Allocators keep to what is used, so that a limit refuses what would not fit and nothing else.
    """
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "POLARS_MAX_THREADS": str(threads),
        "_RJEM_MALLOC_CONF": "retain:false",  # polars' would keep twice what it needs
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # its own would take a GiB at once
    }
