"""How fast one deal is answered about at a past position: its state, and whose it was and why.

From the case store, kept open as a service would. Beside it, what looking for the deal's own facts
in all segments costs: no answer can be had for less without an order other than that of the log.
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
from evenhand.cases.looking import Looking
from evenhand.cases.making import made
from evenhand.cases.store import Bucketed
from evenhand.runs.stores import Folder
from projections.attribution import Attribution, attributions
from replay.as_of import deals
from schemas.frames import READ, empty

ASKED = 50
"""Deals, each at a position of its own."""


def asof_rows(events: int = 1_000_000, rounds: int = 25) -> dict[str, Any]:
    """Seconds of a question about one deal at a past position, medians over the rounds."""
    with TemporaryDirectory(prefix="bench-") as name:
        segments = Path(name) / "segments"
        segments.mkdir()
        write_segments(events, segments)
        asked = cycle(_asked(segments, events))
        looking = _looking(segments, Path(name), events)
        work: dict[str, Callable[[], object]] = {
            "filter": lambda: _filtered(segments, *next(asked)),
            "deal": lambda: answer(looking, *next(asked)),
        }
        taken = in_turns(work, rounds)
    figures = [spread(name, seconds) for name, seconds in taken.items()]
    return {"events": events, "rounds": rounds} | {
        k: v for each in figures for k, v in each.items()
    }


def answer(looking: Looking, deal: str, position: int) -> tuple[pl.DataFrame, list[Attribution]]:
    """The state of a deal as known at a position, and whose it was."""
    told = looking.world([f"deal/{deal}"], position=position)
    return deals(told).filter(deal=deal), attributions(told, [deal])


def _looking(segments: Path, folder: Path, events: int) -> Looking:
    files = sorted(segments.glob("*.parquet"))
    store = made(lambda: map(pl.read_parquet, files), Folder(folder), "cases")
    return Looking(Bucketed(store, empty(READ), events))


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
