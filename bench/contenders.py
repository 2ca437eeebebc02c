"""One contender in a process of its own: `python -m bench.contenders NAME SEGMENTS OUT`.

Prints what it took as JSON. Imports, only its own, the start of the interpreter and whatever a
contender prepares are not timed. Needs nothing but Python, so that a contender can have its own.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

MODULES = {
    "scan": "scan",
    "ours": "ours",
    "alone": "alone",
    "month": "month",
    "general": "general",
    "shipped": "shipped",
    "floor": "floor",
    "duckdb": "sql",
    "loop": "loop",
    "spark": "spark",
    "spark_warm": "spark_warm",
    "statement": "statement",
    "statement_whole": "statement_whole",
    "why": "why",
    "why_whole": "why_whole",
}
_PRESSURE = Path("/proc/pressure/cpu")


def main() -> None:
    name, segments, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    contender = import_module(f"bench.peers.{MODULES[name]}")
    if hasattr(contender, "prepare"):
        contender.prepare(segments, out)
    before = _figures()
    contender.replay(segments, out)
    after = _figures()
    taken = {figure: after[figure] - before[figure] for figure in before}
    waited = taken.pop("waited_s") / taken["wall_s"]
    print(json.dumps({**taken, "waited": waited, "peak_rss_mb": peak_mb(os.getpid())}))


def peak_mb(process: int) -> float:
    """The most memory that a program had, by the operating system's account; 0 once it is gone.

    Not `getrusage`: that tells the peak of the program which started it, if that was more.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


def descendants(process: int) -> Iterator[int]:
    """All processes that a process started, directly or not, and that still run."""
    parents = {child: fields[1] for child, fields in _running()}
    for child in parents:
        above: int | None = child
        while above in parents and above != process:
            above = parents[above]
        if above == process and child != process:
            yield child


def _figures() -> dict[str, float]:
    return {"wall_s": time.perf_counter(), "cpu_s": _cpu(), "waited_s": _waited()}


def _cpu() -> float:
    """Seconds of this process and of all that it started, whether they run or have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = time.process_time() + ended.ru_utime + ended.ru_stime
    below = set(descendants(os.getpid()))
    ticks = sum(sum(fields[11:15]) for child, fields in _running() if child in below)
    return mine + ticks / os.sysconf("SC_CLK_TCK")


def _waited() -> float:
    """Seconds for which some task on this machine waited for a processor, where that is told."""
    if not _PRESSURE.exists():
        return 0.0
    return int(_PRESSURE.read_text("ascii").split()[4].removeprefix("total=")) / 1e6


def _running() -> Iterator[tuple[int, list[int]]]:
    """Every process with the numbers of its `stat`, from the state (as 0) on."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text("utf-8", "replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(status.parent.name), [0, *(int(field) for field in fields[1:15])]


if __name__ == "__main__":
    main()
