"""A worker process: computes the buckets it is handed, one at a time, while somebody asks.

Started as `python -m evenhand.runs.serving` with the number of its end of a pair of sockets. What
comes is a task, a bucket, and the bytes of memory it may take, None for any.
"""

import os
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from traceback import print_exc
from typing import Any

from evenhand.runs.leaving import peak_bytes
from evenhand.runs.trying import tried

Order = tuple[Any, int, int | None]
"""A task, a bucket, and the bytes of memory that it may take."""


def main() -> None:
    """Serve until nobody asks."""
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    orders: SimpleQueue[Order] = SimpleQueue()
    Thread(target=_listen, args=(connection, orders), daemon=True).start()
    begun_with = _data_bytes()
    while True:
        task, bucket, limit = orders.get()
        if limit is not None:
            _limit(begun_with + limit)
        outcome = tried(task, bucket, Exception)
        connection.send((outcome, peak_bytes()))


def _listen(connection: "Connection[Any, Any]", orders: "SimpleQueue[Order]") -> None:
    """Take orders; when whoever gives them is gone, end at once, also amid a bucket."""
    while True:
        try:
            orders.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)
        except Exception:  # noqa: BLE001 - a task that cannot be read; whoever asks is told
            print_exc()
            os._exit(1)


def _limit(size_bytes: int) -> None:
    """Have the system refuse more memory than that, rather than pick a process to kill."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most == resource.RLIM_INFINITY or size_bytes < most:
        resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, most))


def _data_bytes() -> int:
    """The memory that counts against `RLIMIT_DATA` now; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[5]
    except FileNotFoundError:
        return 0
    return int(pages) * resource.getpagesize()


if __name__ == "__main__":
    main()
