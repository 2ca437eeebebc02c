"""The product's replay of one period, the eighteenth of the log."""

from pathlib import Path
from typing import Final

from bench.peers import ours
from evenhand.runs.local import at_work, local
from schemas.calendar import PayoutPeriod

PERIOD: Final = PayoutPeriod.parse("2026-06")
prepare = ours.prepare


def replay(segments: Path, out: Path) -> None:
    """The period's lines of a log (READ as Parquet), written as Parquet."""
    with at_work(local()) as runner:
        ours.lines(segments, out, runner, only=PERIOD.number)
