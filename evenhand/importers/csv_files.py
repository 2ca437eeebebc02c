"""CSV, read strictly and as a stream: each record with its line, its bytes, or what is wrong.

The bytes of each line are decoded by themselves, so a file in another encoding is refused with the
line and the byte. A record with broken quoting is refused alone, where others can still be told.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Self

from evenhand.importers.cells import Row
from evenhand.importers.errors import BadFile
from evenhand.importers.mapping import CsvFormat

LINE_BYTES_MAX: Final = 1_048_576
"""No line of an export is longer; one that is would fill the memory before it is understood."""

_UTF8_BOM = b"\xef\xbb\xbf"
_NOT_TEXT: Final = {
    b"PK\x03\x04": "it is a workbook or another zip file, not CSV",
    b"\xd0\xcf\x11\xe0": "it is an old or locked workbook, not CSV",
    b"%PDF": "it is a PDF, not CSV",
}


class _Lines:
    """The decoded lines of a file, and the bytes of those taken since `begin`."""

    def __init__(self, file: BinaryIO, name: str, encoding: str) -> None:
        self._file, self._name, self._encoding = file, name, encoding
        self._offset = 0
        self.number = 0
        self.taken: list[bytes] = []

    def begin(self) -> int:
        """Forget the lines taken so far; the number of the line that comes next."""
        self.taken.clear()
        return self.number + 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LINE_BYTES_MAX + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > LINE_BYTES_MAX:
            reason = f"line {self.number} has more than {LINE_BYTES_MAX:,} bytes"
            raise BadFile("cell-too-large", self._name, reason)
        self.taken.append(raw)
        start = self._offset
        self._offset += len(raw)
        if start == 0 and self._encoding == "utf-8":
            raw = raw.removeprefix(_UTF8_BOM)
            start = self._offset - len(raw)
        try:
            return raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise self._wrong_encoding(raw, start, error) from None

    def _wrong_encoding(self, raw: bytes, start: int, error: UnicodeDecodeError) -> BadFile:
        reason = (
            f"line {self.number} is not text in {self._encoding}: byte {error.start + 1} of the "
            f"line, {start + error.start + 1} of the file, is 0x{raw[error.start]:02x}"
        )
        return BadFile("wrong-encoding", self._name, reason)


def records(path: Path, declared: CsvFormat) -> Iterator[Row]:
    """The records of a file, the header too, blank lines too. Raises `BadFile`."""
    with path.open("rb") as file:
        _refuse_other_kinds(file, path.name)
        lines = _Lines(file, path.name, declared.encoding)
        reader = csv.reader(
            lines, delimiter=declared.delimiter, quotechar=declared.quote, strict=True
        )
        while True:
            first = lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _broken(path.name, first, lines, str(error))
            else:
                yield Row(first, cells, b"".join(lines.taken))


def _broken(name: str, first: int, lines: _Lines, error: str) -> Row:
    if "field larger" in error:
        reason = f"a cell that begins in or after line {first} has no end in sight"
        raise BadFile("cell-too-large", name, reason)
    place = f"line {first}" if lines.number == first else f"lines {first} to {lines.number}"
    if "unexpected end" in error:
        reason = f"a quotation mark in line {first} is never closed ({place} are taken as one row)"
    else:
        reason = f"{place} cannot be read ({error})"
    return Row(first, (), b"".join(lines.taken), ("bad-quoting", reason))


def _refuse_other_kinds(file: BinaryIO, name: str) -> None:
    head = file.read(4)
    file.seek(0)
    for magic, reason in _NOT_TEXT.items():
        if head.startswith(magic):
            raise BadFile("not-csv", name, reason)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadFile("wrong-encoding", name, "line 1 begins as text in UTF-16 does")
