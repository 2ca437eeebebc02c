"""Rows as they stand in a file: texts with their place, or what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass


class Typed(str):
    """A cell whose type the workbook knows: a number or a date, spelt in one plain way.

    The formats of a mapping are for text that people typed; they do not apply to these.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins at, its cells in order of the header, its bytes as they came.

    With a `fault`, a code and a reason, it is no row that can be read, and has no cells.
    """

    line: int
    cells: Sequence[str]
    raw: bytes
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that says no facts: where, which column if one is to blame, why, and the row itself."""

    line: int
    column: str | None
    code: str
    reason: str
    raw: bytes
    id: str | None = None


def shaped(line: int, cells: list[str], raw: bytes, width: int) -> Row | None:
    """A row of as many columns as the header; None where all cells are blank, as below a sheet."""
    trimmed = [_trimmed(cell) for cell in cells]
    if not any(trimmed):
        return None
    if len(cells) == width:
        return Row(line, trimmed, raw)
    few = len(cells) < width
    code = "too-few-columns" if few else "too-many-columns"
    return Row(line, (), raw, (code, f"it has {len(cells)} columns, the header has {width}"))


def _trimmed(cell: str) -> str:
    """A cell without blanks around it; a non-breaking space is no blank, and shows up later."""
    return cell if isinstance(cell, Typed) else cell.strip(" \t\r\n")
