"""Journeys in one line: the path, how often it ended well and how often in nothing, its value.

    path,conversions,nulls,value
    search > mail > search,12,340,1200.00

It is the form that most packages of the field read. `value` is of all conversions of the line
together; each conversion has an equal part in whole minor units, and what is left over makes some
of them worth one more.
"""

from typing import Final

import polars as pl

from evenhand.journey_files.cells import Cells
from evenhand.journey_files.errors import Found, where
from schemas.frames import JOURNEYS, TOUCHES, Schema

PATH_COLUMNS: Final = ("path", "conversions", "nulls", "value", "currency")
PATHS: Final[Schema] = {
    "row": pl.Int64(),
    "path": pl.String(),
    "conversions": pl.Int64(),
    "nulls": pl.Int64(),
    "value": pl.Int64(),  # of all conversions together
    "currency": pl.String(),
}
"""Lines of paths: one row a line."""

_BETWEEN: Final = ">"


def paths_of(table: pl.DataFrame) -> tuple[pl.DataFrame, list[Found]]:
    """PATHS of a table of text, and what is wrong with its cells."""
    cells = Cells(table)
    cells.find(cells.column("conversions").is_null(), "conversions is empty")
    paths = pl.DataFrame(
        {
            "row": table["row"],
            "path": cells.texts("path"),
            "conversions": cells.counts("conversions", least=0),
            "nulls": cells.counts("nulls", least=0).fill_null(0),
            "value": cells.amounts("value", "currency"),
            "currency": cells.column("currency"),
        }
    )
    return paths, cells.found


def wrong_paths(paths: pl.DataFrame) -> list[Found]:
    """What does not hold together in PATHS."""
    blank = _channels().list.eval(pl.element() == "").list.any()
    worthless = (pl.col("conversions") == 0) & pl.col("value").is_not_null()
    return [
        *where(paths, blank, "path has a place without a channel; it is written search > mail"),
        *where(paths, worthless, "a line without conversions has no value"),
    ]


def journeys_of(paths: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TOUCHES and JOURNEYS of PATHS: up to three groups of journeys that ran alike for each."""
    groups = pl.concat([_worth_alike(paths), _worth_one_more(paths), _lost(paths)])
    named = groups.with_columns(journey=pl.format("{}{}", "row", "kind"))
    return _touches(named), _frame(named)


def _channels() -> pl.Expr:
    return pl.col("path").str.split(_BETWEEN).list.eval(pl.element().str.strip_chars())


def _worth_alike(rows: pl.DataFrame) -> pl.DataFrame:
    """The conversions with the part that all have; all of them where nothing is left over."""
    return rows.filter(pl.col("conversions") > 0).select(
        "row", "path", "currency",
        kind=pl.lit(""),
        converted=pl.lit(value=True),
        count=pl.col("conversions") - _left_over(),
        value=_part(),
    )  # fmt: skip


def _worth_one_more(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter((pl.col("conversions") > 0) & (_left_over() > 0)).select(
        "row", "path", "currency",
        kind=pl.lit("+"),
        converted=pl.lit(value=True),
        count=_left_over(),
        value=_part() + pl.col("value").sign(),
    )  # fmt: skip


def _lost(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("nulls") > 0).select(
        "row", "path", "currency",
        kind=pl.lit("-"),
        converted=pl.lit(value=False),
        count="nulls",
        value=pl.lit(None, dtype=pl.Int64),
    )  # fmt: skip


def _part() -> pl.Expr:
    """The value of one conversion, cut off towards zero."""
    return (pl.col("value").abs() // pl.col("conversions")) * pl.col("value").sign()


def _left_over() -> pl.Expr:
    return (pl.col("value").abs() % pl.col("conversions")).fill_null(0)


def _touches(named: pl.DataFrame) -> pl.DataFrame:
    return (
        named.select("journey", channel=_channels())
        .explode("channel")
        .with_columns(
            place=pl.int_range(pl.len(), dtype=pl.Int64).over("journey"),
            at=pl.lit(None, dtype=pl.Int64),
            milestone=pl.lit(None, dtype=pl.List(pl.String)),
        )
        .select(*TOUCHES)
    )


def _frame(named: pl.DataFrame) -> pl.DataFrame:
    valued = pl.when(pl.col("value").is_not_null()).then("currency")
    return named.with_columns(currency=valued, ended_at=pl.lit(None, dtype=pl.Int64)).select(
        *JOURNEYS
    )
