"""The product's replay of all periods by two worker processes, their start included."""

from pathlib import Path

from bench.peers import ours
from evenhand.runs.local import InWorkers

prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    ours.lines(segments, out, InWorkers(workers=2))
