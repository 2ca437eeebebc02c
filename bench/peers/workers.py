"""The product's replay of all periods by two worker processes, their start included."""

from pathlib import Path

from bench.peers import ours
from evenhand.runs.local import InWorkers, at_work

prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    with at_work(InWorkers(workers=2)) as runner:
        ours.lines(segments, out, runner)
