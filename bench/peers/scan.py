"""The least that any replay does: decode once what the plan is about."""

from pathlib import Path

import polars as pl

LISTS = ("signed_by", "payees")
NEEDED = (
    *("type", "effective_at", "rank", "stream", "source", "id", "state"),
    *("lead", "deal", "customer", "payee", "side", "kind", "amount", "currency"),
    *("corrects_source", "corrects_id"),
)
"""What the seeds' plan reads of READ; it does not ask for channels, products or campaigns."""


def replay(segments: Path, _out: Path) -> None:
    """Reads every needed column of every record, and writes nothing."""
    needed = [pl.col(*NEEDED).max(), pl.col(*LISTS).list.len().max()]
    pl.scan_parquet(segments / "*.parquet").select(needed).collect()
