"""One sheet of a workbook as lines of JSON, written by a process that may not grow.

A workbook of a megabyte can claim a thousand million cells. So this module runs in a child with
limits on memory, time and output; if it dies, only it dies. Each line is an array of cells: a text,
or an array of one text where the workbook knows the type (a number, a date).

It is run as a file and imports nothing of ours, so that the child starts fast and small.

Excel keeps numbers as doubles of fifteen digits, so they are written with fifteen: what it shows.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

MEMORY_MAX: Final = 1_073_741_824
CPU_SECONDS_MAX: Final = 60
OUTPUT_MAX: Final = 2_147_483_648

EXIT_REFUSED, EXIT_TOO_LARGE = 3, 4

Cell = int | float | str | bool | time | date | datetime | timedelta


def main() -> None:
    """Write the sheet named by the second argument of the workbook named by the first."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_MAX, OUTPUT_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, name = sys.argv[1:3]
    try:
        _write(path, name)
    except MemoryError:
        sys.exit(EXIT_TOO_LARGE)
    except CalamineError as error:
        _refuse("bad-workbook", f"it cannot be read ({error})")


def _write(path: str, name: str) -> None:
    workbook = CalamineWorkbook.from_path(path)  # pyright: ignore[reportUnknownMemberType]
    names = workbook.sheet_names
    if not name and len(names) == 1:
        name = names[0]
    if name not in names:
        asked = f"it has no sheet {name!r}" if name else "the mapping names no sheet"
        _refuse("no-such-sheet", f"{asked}; its sheets are {', '.join(map(repr, names))}")
    for row in workbook.get_sheet_by_name(name).iter_rows():
        sys.stdout.write(json.dumps([written(cell) for cell in row], ensure_ascii=True) + "\n")


def written(cell: Cell) -> str | list[str]:
    """A cell as a text, or in an array if its type is known."""
    match cell:
        case str():
            return cell
        case bool():
            return [str(cell).lower()]
        case float():
            return [format(Decimal(f"{cell:.15g}"), "f")]
        case _:
            return [str(cell)]


def _refuse(code: str, reason: str) -> None:
    sys.stderr.write(json.dumps([code, reason]) + "\n")
    sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    main()
