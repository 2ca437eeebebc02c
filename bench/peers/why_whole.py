"""The same where all of the log is one world."""

from pathlib import Path

import polars as pl

from bench.peers.why import asked, say
from engine.world import world
from schemas.frames import READ


def replay(segments: Path, out: Path) -> None:
    """What there is to say, as it is told."""
    log = pl.read_parquet(segments / "*.parquet").select(*READ)
    say(asked(segments), world(log), out)
