"""The product's replay of all periods: records, world, earned lines with their names."""

from pathlib import Path

import polars as pl

from engine.earned import earned, named
from engine.world import world


def replay(log: Path, lines: Path) -> None:
    """Every period's lines of a log (RECORDS as Parquet), written as Parquet."""
    told = world(pl.read_parquet(log))
    named(earned(told), told).write_parquet(lines)
