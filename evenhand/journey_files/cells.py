"""Cells of text as what they mean: a column at a time, every cell that is wrong with its row.

What a cell may say is judged by the readers of `schemas.values`, once for each distinct text.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import polars as pl
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from evenhand.journey_files.errors import Found, where
from schemas.recorded import microseconds
from schemas.values import Instant, Text, minor_units

COUNT_MAX: Final = 10**12
"""A row stands for at most so many journeys."""

_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(Instant)
_TEXT: Final[TypeAdapter[str]] = TypeAdapter(Text)
_TRUTH: Final = {"true": True, "false": False}


class Cells:
    """A table of text, read a column at a time; `found` is what was wrong so far.

    The table has `row`, and an empty cell is null. A column that is not there is empty throughout.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        self.found: list[Found] = []

    def column(self, name: str) -> pl.Series:
        """The cells as they are written."""
        if name in self.table.columns:
            return self.table[name]
        return pl.Series(name, [None] * self.table.height, dtype=pl.String)

    def texts(self, name: str) -> pl.Series:
        """Text, which must be there."""
        cells = self.column(name)
        self.find(cells.is_null(), f"{name} is empty")
        return self._read(name, cells, pl.String(), _TEXT.validate_python)

    def instants(self, name: str) -> pl.Series:
        """Instants in microseconds UTC, or null."""
        return self._read(name, self.column(name), pl.Int64(), _microseconds)

    def counts(self, name: str, *, least: int) -> pl.Series:
        """Whole numbers from `least` up, or null."""

        def counted(cell: str) -> int:
            if not (cell.isascii() and cell.isdigit() and least <= int(cell) <= COUNT_MAX):
                reason = "it is a whole number from {least} on"
                raise PydanticCustomError("bad-number", reason, {"least": least})
            return int(cell)

        return self._read(name, self.column(name), pl.Int64(), counted)

    def truths(self, name: str) -> pl.Series:
        """Whether something is so, or null."""
        return self._read(name, self.column(name), pl.Boolean(), _truth)

    def amounts(self, name: str, currency: str) -> pl.Series:
        """Minor units, by the currency that stands in another column; or null."""
        cells, currencies = self.column(name), self.column(currency)
        self.find(cells.is_not_null() & currencies.is_null(), f"{name} has no {currency}")
        return self._read(name, cells + " " + currencies, pl.Int64(), _minor)

    def find(self, wrong: pl.Series, reason: str) -> None:
        """Note the rows in which a mask is true."""
        self.found += where(self.table, wrong, reason)

    def _read(
        self, name: str, cells: pl.Series, dtype: pl.DataType, meaning: Callable[[str], Any]
    ) -> pl.Series:
        """What the cells mean; what means nothing is found, and null."""
        meanings: dict[str, Any] = {}
        for cell in cells.drop_nulls().unique(maintain_order=True):
            try:
                meanings[cell] = meaning(cell)
            except PydanticCustomError as bad:
                self.find(cells == cell, f"{name} {cell!r}: {bad.message()}")
            except ValidationError as bad:
                self.find(cells == cell, f"{name} {cell!r}: {bad.errors()[0]['msg']}")
        known = pl.DataFrame(
            {"cell": list(meanings), name: list(meanings.values())},
            schema={"cell": pl.String(), name: dtype},
        )
        return cells.to_frame("cell").join(known, on="cell", how="left", maintain_order="left")[
            name
        ]


def _microseconds(cell: str) -> int:
    return microseconds(_INSTANT.validate_python(cell))


def _truth(cell: str) -> bool:
    if cell not in _TRUTH:
        raise PydanticCustomError("bad-truth", "it is written true or false")
    return _TRUTH[cell]


def _minor(cell: str) -> int:
    amount, _, currency = cell.rpartition(" ")
    return minor_units(amount, currency)
