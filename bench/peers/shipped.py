"""The product's replay of all periods, its buckets shipped by a Spark session that is warm."""

import atexit
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.peers import ours
from evenhand.runs.spark import spark
from replay.runs import Runner

_MASTER: Final = "local[2]"
_session = ExitStack()
_runners: list[Runner] = []


def prepare(segments: Path, out: Path) -> None:
    """Start a session, ended with the process, and let its workers start."""
    ours.prepare(segments, out)
    atexit.register(_session.close)
    _runners.append(_session.enter_context(spark(_MASTER)))
    replay(segments, out / "warm")
    shutil.rmtree(out / "warm")


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    [runner] = _runners
    ours.lines(segments, out, runner)
