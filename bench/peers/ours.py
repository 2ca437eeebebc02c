"""The product's replay of all periods: segments, world, earned lines with their names."""

from pathlib import Path

import polars as pl

from engine.earned import earned, named
from engine.world import world


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    told = world(pl.read_parquet(segments / "*.parquet"))
    named(earned(told), told).write_parquet(out / "lines.parquet")
