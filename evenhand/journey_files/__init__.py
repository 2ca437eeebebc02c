"""Files of journeys: touches by row, paths by line, or JSON Lines; read whole, or refused whole.

`docs/crediting-models.md` says how they are written. Whatever is wrong is told with its row, all
of it at once, and nothing of the file is credited.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from evenhand.journey_files import compact, json_lines, touch_rows
from evenhand.journey_files.errors import BadJourneys, refuse
from evenhand.journey_files.fitting import misfits, wrong_ends, wrong_touches
from evenhand.journey_files.tables import csv_table, refuse_columns
from schemas.frames import JOURNEYS, TOUCHES

__all__ = ["BadJourneys", "Journeys", "read_journeys"]


@dataclass(frozen=True, slots=True)
class Journeys:
    """Journeys and their touches, as `schemas.frames` defines JOURNEYS and TOUCHES."""

    touches: pl.DataFrame
    journeys: pl.DataFrame


def read_journeys(
    path: Path, *, endings: Path | None = None, currency: str | None = None
) -> Journeys:
    """The journeys in a file; those of touches by row end as a second file says.

    `currency` is that of amounts which name none. Without `endings` each journey of touches by row
    converted once, without a value. Raises `NoSuchFile` and `BadJourneys`.
    """
    if path.suffix in json_lines.SUFFIXES:
        return _of_json_lines(path, currency)
    table = csv_table(path)
    if "path" in table.columns:
        refuse_columns(path, table, compact.PATH_COLUMNS)
        paths, found = compact.paths_of(_in(currency, table))
        refuse(path, found)
        return _of_paths(path, paths)
    refuse_columns(path, table, touch_rows.TOUCH_COLUMNS)
    touches, found = touch_rows.touches_of(table)
    refuse(path, found)
    ends = _converted_once(touches) if endings is None else _ends(endings, currency)
    return _of_rows(path, touches, ends)


def _ends(path: Path, currency: str | None) -> pl.DataFrame:
    table = csv_table(path)
    refuse_columns(path, table, touch_rows.END_COLUMNS)
    ends, found = touch_rows.ends_of(_in(currency, table))
    refuse(path, found)
    refuse(path, wrong_ends(ends))
    return ends


def _converted_once(touches: pl.DataFrame) -> pl.DataFrame:
    names = touches.select("row", "journey").unique("journey", maintain_order=True)
    ends = names.with_columns(converted=pl.lit(value=True), count=pl.lit(1, dtype=pl.Int64))
    absent = [name for name in JOURNEYS if name not in ends.columns]
    return ends.with_columns(pl.lit(None, dtype=JOURNEYS[name]).alias(name) for name in absent)


def _of_rows(path: Path, touches: pl.DataFrame, ends: pl.DataFrame) -> Journeys:
    """Touches and journeys that fit together. Raises `BadJourneys`."""
    refuse(path, [*wrong_touches(touches), *misfits(touches, ends)])
    return Journeys(touches.select(*TOUCHES), ends.select(*JOURNEYS))


def _of_paths(path: Path, paths: pl.DataFrame) -> Journeys:
    refuse(path, compact.wrong_paths(paths))
    return Journeys(*compact.journeys_of(paths))


def _of_json_lines(path: Path, currency: str | None) -> Journeys:
    journeys, lines = json_lines.lines_of(path)
    if lines:
        paths, found = json_lines.paths_of(lines, currency)
        refuse(path, found)
        return _of_paths(path, paths)
    touches, ends, found = json_lines.rows_of(journeys, currency)
    refuse(path, [*found, *wrong_ends(ends)])
    return _of_rows(path, touches, ends)


def _in(currency: str | None, table: pl.DataFrame) -> pl.DataFrame:
    """The table with a currency where it names none."""
    if currency is None:
        return table
    named = pl.col("currency") if "currency" in table.columns else pl.lit(None, dtype=pl.String)
    return table.with_columns(currency=named.fill_null(currency))
