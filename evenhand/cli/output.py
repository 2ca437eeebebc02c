"""What commands print: rows as a table, as JSON or as CSV on stdout; words on stderr."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from io import StringIO
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from engine.reasons import Reason

WIDTH = 240
"""The width of tables that nobody looks at on a terminal: wide enough to break no line."""


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def show(rows: Sequence[Mapping[str, Any]], form: Format, columns: Sequence[str] = ()) -> None:
    """Print rows; a table shows only `columns`, JSON and CSV everything."""
    match form:
        case Format.JSON:
            print(json.dumps(list(rows), ensure_ascii=False, indent=1))  # noqa: T201 - stdout is data
        case Format.CSV:
            sys.stdout.write(csv_text(rows))
        case Format.TABLE:
            _table(rows, columns)


def document(value: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=1))  # noqa: T201 - stdout is data


def say(text: str) -> None:
    """Words for people, on stderr."""
    print(text, file=sys.stderr)  # noqa: T201 - stderr is words


def tree(reason: Reason) -> None:
    """Print a reason with everything below it."""
    _console().print(_branch(reason, None), highlight=False)


def _branch(reason: Reason, parent: Tree | None) -> Tree:
    node = Tree(_plain(reason.text)) if parent is None else parent.add(_plain(reason.text))
    for below in reason.below:
        _branch(below, node)
    return node


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = list(columns) or (list(rows[0]) if rows else [])
    for name in names:
        justify: Literal["right", "left"] = "right" if is_number(name) else "left"
        table.add_column(name.replace("_", " "), justify=justify)
    for row in rows:
        table.add_row(*(_plain(cell(row.get(name))) for name in names))
    if rows:
        _console().print(table)


_NUMBERS = frozenset(
    {"amount", "value", "base", "cash", "carried", "carried_before", "stated", "moved", "before",
     "after", "position", "count", "in_file", "made", "refused", "sum_in_file", "sum_made",
     "sum_refused", "held", "disputed", "capped", "owed", "accrued", "expensed", "opening",
     "capitalised", "amortised", "written_off", "closing", "leads", "qualified", "signed", "days",
     "days_overdue", "rank", "deals", "points"}
)  # fmt: skip


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV with their names, nothing for none."""
    told = StringIO()
    writer = csv.writer(told, lineterminator="\n")
    names = list(dict.fromkeys(name for row in rows for name in row))
    if names:
        writer.writerow(names)
    for row in rows:
        writer.writerow([_safe(name, cell(row.get(name))) for name in names])
    return told.getvalue()


def is_number(name: str) -> bool:
    """Whether a column holds amounts or counts; `earned_...` is earned by a kind of component."""
    return name in _NUMBERS or name.partition("_")[0] == "earned"


def _safe(name: str, cell: str) -> str:
    """A cell that a spreadsheet takes as text, unless it is one of our numbers."""
    starts_formula = cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if starts_formula and not is_number(name) else cell


def cell(value: Any) -> str:
    """A value as the text of a cell."""
    match value:
        case None:
            return ""
        case str():
            return value
        case Mapping():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case list():
            return _joined(value)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)


def _joined(values: list[Any]) -> str:
    return "; ".join(_name(each) for each in values)


def _name(value: Any) -> str:
    """A fact by its source and id, anything else as it is."""
    if isinstance(value, Mapping) and {"source", "id"} <= value.keys():
        return f"{value['source']} {value['id']}"
    return cell(value)


def _plain(text: str) -> str:
    """Text that rich takes as it is, brackets and all."""
    return text.replace("[", r"\[")


def _console() -> Console:
    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else WIDTH, no_color=not terminal, soft_wrap=not terminal)
