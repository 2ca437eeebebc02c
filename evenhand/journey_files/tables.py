"""CSV files as tables of text, each row with its number."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from evenhand.journey_files.errors import BadJourneys
from evenhand.rule_files import read_bytes


def csv_table(path: Path) -> pl.DataFrame:
    """The cells of a CSV file in UTF-8 as text, blank ones null, with `row` counted from 1.

    Raises `NoSuchFile` and `BadJourneys`.
    """
    raw = read_bytes(path)
    try:
        table = pl.read_csv(raw, infer_schema=False, raise_if_empty=True)
    except PolarsError as bad:
        reason = str(bad).strip().splitlines()[0]
        raise BadJourneys(path, [f"it is no CSV in UTF-8 with a header: {reason}"]) from None
    stripped = table.select(pl.all().str.strip_chars().replace("", None))
    return stripped.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))


def refuse_columns(path: Path, table: pl.DataFrame, known: Iterable[str]) -> None:
    """Raises `BadJourneys` for columns that mean nothing here."""
    strange = [name for name in table.columns if name not in ("row", *known)]
    if strange:
        listed = ", ".join(known)
        raise BadJourneys(path, [f"there is no column {each}; known: {listed}" for each in strange])
