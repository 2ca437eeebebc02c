"""An exported file, surveyed whole before any of it is used.

The survey reads every row once: a file in another encoding, with a wrong header or with too many
rows is refused before anything is recorded, not after the first half of it.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from hashlib import file_digest
from pathlib import Path

from evenhand.importers import csv_files, workbooks
from evenhand.importers.cells import Row, shaped
from evenhand.importers.errors import ROWS_MAX, BadFile
from evenhand.importers.mapping import CsvFormat, XlsxFormat

_DELIMITERS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that holds what its format promises: its header, and how many rows follow."""

    name: str
    sha256: str
    header: tuple[str, ...]
    count: int
    records: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """The rows below the header, without blank ones; each is whole or has a fault."""
        _, rest = split(self.records())
        return _shaped(rest, len(self.header))

    def require(self, columns: set[str]) -> None:
        """Refuse the file unless it has these columns. Raises `BadFile`."""
        missing = sorted(columns - set(self.header))
        if missing:
            near = {name: get_close_matches(name, self.header, 1) for name in missing}
            named = ", ".join(
                f"{name} (did you mean {found[0]}?)" if found else name
                for name, found in near.items()
            )
            has = ", ".join(filter(None, self.header))
            raise BadFile("missing-column", self.name, f"it has no column {named}; it has {has}")


@contextmanager
def opened(path: Path, declared: CsvFormat | XlsxFormat) -> Generator[Export]:
    """The export in a file, surveyed. Raises `BadFile`."""
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise BadFile("missing-file", path.name, "there is no such file that may be read")
    if isinstance(declared, CsvFormat):
        yield _surveyed(path, partial(csv_files.records, path, declared))
        return
    with workbooks.opened(path, declared) as lines:
        yield _surveyed(path, partial(workbooks.records, lines))


def split(records: Iterator[Row]) -> tuple[Row | None, Iterator[Row]]:
    """The first row that is not blank, which is the header, and the records after it."""
    header = next((row for row in records if row.fault or any(map(str.strip, row.cells))), None)
    return header, records


def _surveyed(path: Path, records: Callable[[], Iterator[Row]]) -> Export:
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    first, rest = split(records())
    if first is None:
        raise BadFile("empty-file", path.name, "it has no rows, not even a header")
    header = _header(path.name, first)
    count = 0
    for _ in _shaped(rest, len(header)):
        count += 1
        if count > ROWS_MAX:
            reason = f"it has more than {ROWS_MAX:,} rows, and nothing of it was recorded"
            raise BadFile("too-many-rows", path.name, reason)
    return Export(name=path.name, sha256=sha256, header=header, count=count, records=records)


def _header(name: str, row: Row) -> tuple[str, ...]:
    if row.fault:
        raise BadFile(row.fault[0], name, f"in its header, {row.fault[1]}")
    header = tuple(cell.strip() for cell in row.cells)
    if len(header) == 1:
        found = [word for mark, word in _DELIMITERS.items() if mark in header[0]]
        has = f"; a {found[0]} stands in it" if found else ""
        reason = f"by the declared format its header is the one column {header[0]!r}{has}"
        raise BadFile("one-column", name, reason)
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise BadFile("duplicate-column", name, f"its header has {', '.join(twice)} more than once")
    return header


def _shaped(records: Iterator[Row], width: int) -> Iterator[Row]:
    for row in records:
        if row.fault:
            yield row
        elif (whole := shaped(row.line, list(row.cells), row.raw, width)) is not None:
            yield whole
