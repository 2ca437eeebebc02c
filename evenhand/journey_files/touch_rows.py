"""Journeys as rows of text: one a touch, and one a journey that says how it ended."""

from typing import Final

import polars as pl

from evenhand.journey_files.cells import Cells
from evenhand.journey_files.errors import Found
from schemas.crediting import MARK_PATTERN
from schemas.frames import JOURNEYS, TOUCHES

TOUCH_COLUMNS: Final = ("journey", "place", "channel", "at", "milestone")
END_COLUMNS: Final = ("journey", "converted", "count", "value", "currency", "ended_at")


def touches_of(table: pl.DataFrame) -> tuple[pl.DataFrame, list[Found]]:
    """TOUCHES with the `row` of each. Without `place`, rows of a journey stand in order."""
    cells = Cells(table)
    touches = pl.DataFrame(
        {
            "row": table["row"],
            "journey": cells.texts("journey"),
            "place": cells.counts("place", least=0),
            "channel": cells.texts("channel"),
            "at": cells.instants("at"),
            "milestone": _marks(cells),
        }
    )
    if "place" in table.columns:
        cells.find(cells.column("place").is_null(), "place is empty")
    else:
        order = pl.int_range(pl.len(), dtype=pl.Int64).over("journey")
        touches = touches.with_columns(place=order)
    return touches.select("row", *TOUCHES), cells.found


def _marks(cells: Cells) -> pl.Series:
    """The marks of each touch, written with spaces between them."""
    marks = cells.column("milestone").str.split(" ")
    marks = marks.list.eval(pl.element().filter(pl.element() != ""))
    bad = marks.list.eval(~pl.element().str.contains(MARK_PATTERN)).list.any()
    cells.find(bad, "milestone is marks such as LC, in capitals and digits, with spaces between")
    return marks


def ends_of(table: pl.DataFrame) -> tuple[pl.DataFrame, list[Found]]:
    """JOURNEYS with the `row` of each. Without a word, a journey converted, once."""
    cells = Cells(table)
    ends = pl.DataFrame(
        {
            "row": table["row"],
            "journey": cells.texts("journey"),
            "converted": cells.truths("converted").fill_null(value=True),
            "count": cells.counts("count", least=1).fill_null(1),
            "value": cells.amounts("value", "currency"),
            "currency": cells.column("currency"),
            "ended_at": cells.instants("ended_at"),
        }
    )
    return ends.select("row", *JOURNEYS), cells.found
