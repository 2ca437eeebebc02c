"""How fast one deal's attribution at a past position is answered, from segments.

Beside it, what looking for the deal's own facts in all segments costs: no answer can be had for
less without an order other than that of the log.
"""

import json
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.generator import write_segments
from bench.timed import in_turns, spread
from engine.world import world
from projections.attribution import Attribution, attributions

ASKED = 50
"""Deals, each at a position of its own."""


def asof_rows(events: int = 1_000_000, rounds: int = 5) -> dict[str, Any]:
    """Seconds of a question about one deal at a past position, medians over the rounds."""
    with TemporaryDirectory(prefix="bench-") as name:
        segments = Path(name)
        write_segments(events, segments)
        asked = cycle(_asked(segments, events))
        work: dict[str, Callable[[], object]] = {
            "filter": lambda: _filtered(segments, *next(asked)),
            "deal": lambda: answer(segments, *next(asked)),
        }
        taken = in_turns(work, rounds)
    figures = [spread(name, seconds) for name, seconds in taken.items()]
    return {"events": events, "rounds": rounds} | {
        k: v for each in figures for k, v in each.items()
    }


def answer(segments: Path, deal: str, position: int) -> Attribution | None:
    """Whose a deal was, as known at a position; None where it was not signed."""
    log = pl.scan_parquet(segments / "*.parquet").filter(pl.col("position") <= position)
    found = attributions(world(log.collect()), [deal])
    return next(iter(found), None)


def _filtered(segments: Path, deal: str, position: int) -> pl.DataFrame:
    log = pl.scan_parquet(segments / "*.parquet")
    return log.filter((pl.col("deal") == deal) & (pl.col("position") <= position)).collect()


def _asked(segments: Path, events: int) -> list[tuple[str, int]]:
    """Deals from all of the log, each at a position after its signing."""
    signed = pl.scan_parquet(segments / "*.parquet").filter(pl.col("type") == "deal-signed")
    found = signed.select("deal", "position").collect()
    some = found.gather_every(max(1, found.height // ASKED))
    return [(deal, (position + events) // 2) for deal, position in some.iter_rows()]


def main() -> None:
    print(json.dumps(asof_rows(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
