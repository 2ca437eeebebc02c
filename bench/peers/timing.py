"""What one model takes in a process of its own: `python -m MODULE MODEL FOLDER`.

Prints JSON. Imports and the start of the interpreter are not timed; reading Parquet is. Needs
nothing but Python, so that packages in an environment of their own can be timed as well.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

Answer = Mapping[str, Fraction | float | int]
"""Of each channel."""


def report(models: Mapping[str, Callable[[Path], Answer]]) -> None:
    name, folder = sys.argv[1:]
    cpu, start = time.process_time(), time.perf_counter()
    answer = models[name](Path(folder))
    figures = {
        "wall_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "peak_rss_mb": _peak_mb(),
        "answer": {channel: str(of) for channel, of in answer.items()},
    }
    print(json.dumps(figures))


def _peak_mb() -> float:
    """Of this program alone: `getrusage` tells that of the process it was started from, if more."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024
