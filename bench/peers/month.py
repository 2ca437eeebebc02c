"""The product's replay of one period, the eighteenth of the log."""

from pathlib import Path
from typing import Final

from bench.peers import ours
from evenhand.runs.local import InThisProcess
from schemas.calendar import PayoutPeriod

PERIOD: Final = PayoutPeriod.parse("2026-06")
prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """The period's lines of a log (READ as Parquet), written as Parquet."""
    ours.lines(segments, out, InThisProcess(), PERIOD.number)
