"""Reports saved to a file: CSV, or a workbook in which amounts are numbers and text is text."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import polars as pl
import typer

from evenhand.cli.output import Format, cell, csv_text, is_number, say, show
from schemas.errors import Malformed

To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="Save as .csv or .xlsx instead of printing."),
]
_NUMBER: Final = re.compile(r"-?(\d+)(?:\.(\d{1,4}))?")
_DIGITS: Final = 15
"""So many digits a workbook holds exactly."""


class NoSuchReport(Malformed):
    """A report was to be saved in a form that there is not."""

    code = "no-such-report"

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"The report was to be saved as {path.name}, and reports are saved as .csv or .xlsx. "
            "Give the file one of these endings, or print it with --format json."
        )


def report(
    rows: Sequence[Mapping[str, Any]], form: Format, columns: Sequence[str], to: Path | None
) -> None:
    """Print rows, or save them to a file with all that they hold. Raises `NoSuchReport`."""
    if to is None:
        show(rows, form, columns)
        return
    try:
        _save(rows, columns, to)
    except OSError as error:
        raise typer.BadParameter(f"{to} cannot be written: {error.strerror}") from None
    say(f"{len(rows)} rows saved to {to}")


def _save(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], to: Path) -> None:
    match to.suffix.lower():
        case ".csv":
            to.write_text(csv_text(rows), "utf-8-sig")  # by its mark Excel knows that it is UTF-8
        case ".xlsx":
            _workbook(rows, columns, to)
        case _:
            raise NoSuchReport(to)


def _workbook(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], to: Path) -> None:
    """One sheet with a row of names, those of `columns` where there are no rows."""
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(columns)
    told = {name: [_text(row.get(name)) for row in rows] for name in names}
    places = {
        name: found
        for name, texts in told.items()
        if is_number(name) and (found := _places(texts)) is not None
    }
    table = pl.DataFrame(told, schema=dict.fromkeys(names, pl.String()))
    table.with_columns(
        pl.col(name).cast(pl.Decimal(20, found)) for name, found in places.items()
    ).write_excel(
        to,
        worksheet="evenhand",
        column_formats={name: f"0.{'0' * found}".rstrip(".") for name, found in places.items()},
        autofit=True,
        freeze_panes=(1, 0),
    )


def _text(value: Any) -> str | None:
    return None if value is None else cell(value)


def _places(texts: Sequence[str | None]) -> int | None:
    """The decimal places of exact numbers that a workbook can hold; None for anything else."""
    most = 0
    for text in texts:
        if text is None:
            continue
        number = _NUMBER.fullmatch(text)
        if number is None or len(number[1] + (number[2] or "")) > _DIGITS:
            return None
        most = max(most, len(number[2] or ""))
    return most
