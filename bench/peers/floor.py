"""The least that any replay with an answer does: the bare scan, then writing as many lines.

The lines are those of the answer, a million at most, written as often as it takes: they wait in
memory, so that nothing but writing them is timed.
"""

from pathlib import Path

import polars as pl

from bench.peers import scan

BATCH = 1_000_000
_given: list[pl.DataFrame] = []
"""What `replay` writes, batch by batch."""


def prepare(_segments: Path, out: Path) -> None:
    """Take in the lines that the product wrote beside where ours are to go."""
    answer = pl.scan_parquet(out.parent / "ours" / "*.parquet")
    lines = answer.select(pl.len()).collect().item()
    batch = answer.head(BATCH).collect()
    _given.extend(batch.head(lines - first) for first in range(0, lines, BATCH))


def replay(segments: Path, out: Path) -> None:
    """Reads every needed column of every record, and writes lines that it was given."""
    scan.replay(segments, out)
    for number, lines in enumerate(_given):
        lines.write_parquet(out / f"lines-{number:04}.parquet")
