"""Contenders run as processes, with the most memory that they and all they start had."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from bench.contenders import descendants, peak_mb
from evenhand.runs.worker import environment_of_worker

ROOT = Path(__file__).parents[1]
_EVERY_S = 0.1
_ENVIRONMENT = {"alone": environment_of_worker(threads=1)}
Figures = Mapping[str, float]


def run(name: str, segments: Path, out: Path, python: str = sys.executable) -> Figures:
    """What a contender took. `out` is a new folder for its lines."""
    out.mkdir(parents=True)
    command = [python, "-m", "bench.contenders", name, str(segments), str(out)]
    environment = os.environ | _ENVIRONMENT.get(name, {}) | {"PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    with _peaks_below(started.pid) as peaks:
        told, _ = started.communicate()
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    figures: dict[str, float] = json.loads(told.splitlines()[-1])
    return figures | {"peak_rss_mb": figures["peak_rss_mb"] + sum(peaks.values())}


@contextmanager
def _peaks_below(process: int) -> Iterator[Mapping[int, float]]:
    """The peak of each process below one, looked at ten times a second.

    One that is seen only once counts nothing: it may be a copy of its parent that is about to
    become a program of its own. The sum is an upper bound: peaks need not have met.
    """
    seen: dict[int, float] = {}
    peaks: dict[int, float] = {}
    ended = Event()

    def look() -> None:
        while not ended.wait(_EVERY_S):
            for child in descendants(process):
                peak = peak_mb(child)
                if child in seen:
                    peaks[child] = max(peak, peaks.get(child, 0.0))
                seen[child] = peak

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        ended.set()
        watcher.join()
