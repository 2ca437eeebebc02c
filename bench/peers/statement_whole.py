"""The same statements where all of the log is one world."""

from pathlib import Path

import polars as pl

from bench.peers.statement import PERIOD, state
from replay.stating import everything
from schemas.frames import READ


def replay(segments: Path, out: Path) -> None:
    """The issue of the month, as it would be kept."""
    log = pl.read_parquet(segments / "*.parquet").select(*READ)
    state(everything(log, through=PERIOD), segments.parent, out, log.height)
