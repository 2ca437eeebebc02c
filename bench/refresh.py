"""How fast a thousand new facts reach the lines of the open period, against replaying all of it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.generator import write_segments
from bench.timed import in_turns, spread
from engine.earned import earned, named
from engine.world import world
from replay.refresh import Standing
from replay.stages import Question
from schemas.calendar import PayoutPeriod
from schemas.recorded import instant

EVER = 2**62
FRESH = 1_000
"""The last facts of the log: they are what is new."""


def refresh_rows(events: int = 1_000_000, rounds: int = 5) -> dict[str, Any]:
    """Seconds until the open period's lines hold the new facts, medians over the rounds."""
    with TemporaryDirectory(prefix="bench-") as name:
        segments = Path(name)
        write_segments(events, segments)
        log = pl.scan_parquet(segments / "*.parquet")
        last = log.filter(pl.col("position") <= events - FRESH).collect()
        fresh = log.filter(pl.col("position") > events - FRESH).collect()
        period = _last_period(last)
        before = standing(last, period)
        work: dict[str, Callable[[], object]] = {
            "period": lambda: period_lines(segments, period),
            "refresh": lambda: refreshed(before, fresh),
        }
        taken = in_turns(work, rounds)
    figures = [spread(name, seconds) for name, seconds in taken.items()]
    row = {name: value for each in figures for name, value in each.items()}
    return {"events": events, "fresh": FRESH, "rounds": rounds, **row}


def standing(records: pl.DataFrame, period: int) -> Standing:
    """The lines of one period, kept so that new facts can be added."""
    return Standing.of(records, Question(position=EVER, only=period))


def period_lines(segments: Path, period: int) -> pl.DataFrame:
    """The earned lines of one period, from segments."""
    return _lines(pl.read_parquet(segments / "*.parquet"), period)


def _lines(records: pl.DataFrame, period: int) -> pl.DataFrame:
    told = world(records)
    lines = earned(told, through=period).filter(pl.col("period") == period)
    return named(lines, told)


def refreshed(before: Standing, fresh: pl.DataFrame) -> pl.DataFrame:
    """The lines of the period, when records that were at hand are followed by new ones."""
    return before.refreshed(fresh).standing.lines()


def _last_period(records: pl.DataFrame) -> int:
    told = world(records)
    return PayoutPeriod.of(instant(told.last_at or 0).astimezone(told.rules.zone)).number


def main() -> None:
    print(json.dumps(refresh_rows(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
