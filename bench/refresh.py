"""How fast a thousand new facts reach the lines of the open period, against replaying all of it."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.generator import write_segments
from bench.timed import in_turns, spread
from engine.earned import earned, named
from engine.world import world

FRESH = 1_000
"""The last facts of the log: they are what is new."""


def refresh_rows(events: int = 1_000_000, rounds: int = 5) -> dict[str, Any]:
    """Seconds until the open period's lines hold the new facts, medians over the rounds."""
    with TemporaryDirectory(prefix="bench-") as name:
        segments = Path(name)
        write_segments(events, segments)
        log = pl.scan_parquet(segments / "*.parquet")
        last = log.filter(pl.col("position") <= events - FRESH).collect()
        period = int(earned(world(last))["period"].max())  # type: ignore[arg-type]
        fresh = log.filter(pl.col("position") > events - FRESH).collect()
        work = {
            "period": lambda: period_lines(segments, period),
            "refresh": lambda: refreshed(last, fresh, period),
        }
        taken = in_turns(work, rounds)
    figures = [spread(name, seconds) for name, seconds in taken.items()]
    row = {name: value for each in figures for name, value in each.items()}
    return {"events": events, "fresh": FRESH, "rounds": rounds, **row}


def period_lines(segments: Path, period: int) -> pl.DataFrame:
    """The earned lines of one period, from segments."""
    return _lines(pl.read_parquet(segments / "*.parquet"), period)


def refreshed(records: pl.DataFrame, fresh: pl.DataFrame, period: int) -> pl.DataFrame:
    """The earned lines of one period, when records that were at hand are followed by new ones."""
    return _lines(pl.concat([records, fresh]), period)


def _lines(records: pl.DataFrame, period: int) -> pl.DataFrame:
    told = world(records)
    lines = earned(told, through=period).filter(pl.col("period") == period)
    return named(lines, told)


def main() -> None:
    print(json.dumps(refresh_rows(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
