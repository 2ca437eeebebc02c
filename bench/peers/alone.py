"""The product's replay of all periods by one process on one processor."""

from pathlib import Path

from bench.peers import ours
from evenhand.runs.local import InThisProcess

prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    ours.lines(segments, out, InThisProcess())
