"""XLSX: a workbook is looked at as the zip file it is before anything understands it.

The check inflates every part once, counting, so that no declared size has to be believed; only then
a child process with limits reads the sheet (see `sheets`), into a file that is gone when closed.
"""

import json
import re
import subprocess
import sys
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from evenhand.importers import sheets
from evenhand.importers.cells import Row, Typed
from evenhand.importers.errors import BadFile
from evenhand.importers.mapping import XlsxFormat

ENTRIES_MAX: Final = 2_000
INFLATED_MAX: Final = 268_435_456
"""All parts of a workbook together; reading takes about twice as much memory."""
RATIO_MAX: Final = 200
"""Sheets shrink to a tenth or a fiftieth; more is made to hurt. Parts up to 1 MiB may."""

_SMALL: Final = 1_048_576
_CHUNK: Final = 1_048_576
_OVERLAP: Final = 64
_ENCRYPTED: Final = 0x1
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[\s/>]")


@contextmanager
def opened(path: Path, declared: XlsxFormat) -> Generator[IO[str]]:
    """The sheet as lines of JSON, for `records`. Raises `BadFile`."""
    check(path, declared)
    with TemporaryFile("w+", encoding="ascii", newline="\n") as lines:
        _read_in_child(path, declared.sheet or "", lines)
        yield lines


def records(lines: IO[str]) -> Iterator[Row]:
    """The rows of an opened sheet from the first on, the header and blank ones too."""
    lines.seek(0)
    for number, line in enumerate(lines, 1):
        cells = [
            cell if isinstance(cell, str) else Typed(cell[0])
            for cell in json.loads(line)  # written by our own child: arrays of texts
        ]
        yield Row(number, cells, line.encode())


def check(path: Path, declared: XlsxFormat) -> None:
    """Refuse what is no plain, honest workbook of a bearable size. Raises `BadFile`."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"\xd0\xcf\x11\xe0":
        reason = "it is an old (.xls) or a password-protected workbook"
        raise BadFile("old-or-locked-workbook", path.name, reason)
    if magic != b"PK\x03\x04":
        raise BadFile("not-a-workbook", path.name, "it does not begin as a workbook does")
    try:
        with ZipFile(path) as archive:
            _check_directory(path.name, archive.infolist())
            _check_parts(path.name, archive, refuse_formulas=declared.formulas == "refuse")
    except (BadZipFile, LargeZipFile, zlib.error, NotImplementedError, EOFError) as error:
        reason = f"it is damaged, or not what it declares ({error})"
        raise BadFile("bad-workbook", path.name, reason) from None


def _check_directory(name: str, entries: Sequence[ZipInfo]) -> None:
    """What the directory of the zip file declares, before anything is inflated."""
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES_MAX:
        raise BadFile("workbook-too-large", name, f"it has {len(entries):,} parts")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise BadFile("macros", name, "it holds macros")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise BadFile("old-or-locked-workbook", name, "it is encrypted")
    if "xl/workbook.xml" not in names:
        raise BadFile("bad-workbook", name, "it is a zip file, but no .xlsx workbook")
    if len(set(names)) < len(names) or _overlap(entries):
        raise BadFile("bad-workbook", name, "two of its parts share a name or a place")
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > max(_SMALL, RATIO_MAX * entry.compress_size) for entry in entries
    )
    if swollen or total > INFLATED_MAX:
        raise BadFile("workbook-too-large", name, f"it would inflate to {total:,} bytes")


def _overlap(entries: Sequence[ZipInfo]) -> bool:
    """Whether parts lie over each other, which lets a small file hold a large one many times."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + entry.compress_size
    return False


def _check_parts(name: str, archive: ZipFile, *, refuse_formulas: bool) -> None:
    """What the parts really hold, each inflated once. A part larger than declared is damaged."""
    total = 0
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if total > INFLATED_MAX:
                    raise BadFile("workbook-too-large", name, f"it inflates past {total:,} bytes")
                seen = tail + chunk
                if _DOCTYPE.search(seen):
                    raise BadFile("bad-workbook", name, f"{entry.filename} declares entities")
                if is_sheet and refuse_formulas and _FORMULA.search(seen):
                    raise BadFile("workbook-has-formulas", name, "it computes cells by formulas")
                tail = seen[-_OVERLAP:]


def _read_in_child(path: Path, sheet: str, lines: IO[str]) -> None:
    child = subprocess.run(  # noqa: S603 - our own interpreter, our own file
        [sys.executable, "-P", sheets.__file__, str(path.resolve()), sheet],
        stdin=subprocess.DEVNULL,
        stdout=lines,
        stderr=subprocess.PIPE,
        check=False,
    )
    if child.returncode == 0:
        return
    if child.returncode == sheets.EXIT_REFUSED:
        code, reason = json.loads(child.stderr.splitlines()[-1])
        raise BadFile(code, path.name, reason)
    if child.returncode < 0 or child.returncode == sheets.EXIT_TOO_LARGE:
        reason = "reading its sheet takes more memory or time than an import may"
        raise BadFile("workbook-too-large", path.name, reason)
    raise BadFile("bad-workbook", path.name, "the reader of workbooks failed on it")
