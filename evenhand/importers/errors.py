"""What stops an import as a whole, before anything is recorded.

Malformed
├── BadMapping          bad-mapping           the mapping file says something that cannot be
├── BadFile             see `REMEDIES`        the file is not what the mapping says it is
└── RefusedCell         see `REMEDIES`        one cell; stops its row, never the import
Refused
└── NoLog               no-log                to be recorded, and nowhere to record it

A row that cannot be read stops only itself: it is counted, and kept in quarantine with its reason.
"""

from typing import Final

from schemas.errors import Malformed, Refused

ROWS_MAX: Final = 1_000_000
"""A file with more rows is refused whole: it is a dump of a system, not an export to check."""


class BadMapping(Malformed):
    """The mapping file cannot be read, or says something that cannot be."""

    code = "bad-mapping"

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(
            f"Mapping {name} cannot be used: {reason}. Correct it; docs/importing.md has every key."
        )


class BadFile(Malformed):
    """A file that cannot be imported at all; `code` says why, nothing of it was recorded."""

    def __init__(self, code: str, name: str, reason: str) -> None:
        self.code: str = code  # type: ignore[misc]
        self.name, self.reason = name, reason
        super().__init__(f"{name} cannot be imported: {reason}. {REMEDIES[code]}")


class RefusedCell(Malformed):
    """A cell that cannot become what the mapping asks; its row is refused, the others go on."""

    def __init__(self, code: str, column: str | None, reason: str) -> None:
        self.code: str = code  # type: ignore[misc]
        self.column, self.reason = column, reason
        where = f"column {column}: " if column else ""
        super().__init__(f"The row cannot be recorded: {where}{reason}. {REMEDIES[code]}")


class NoLog(Refused):
    """An import that is no dry run, without a log."""

    code = "no-log"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name} cannot be recorded: no log was given. Name a log, or ask for a dry run."
        )


REMEDIES: Final[dict[str, str]] = {
    # the file as a whole
    "ambiguous-column": "Rename the lookup in the mapping.",
    "bad-lookup": "Correct the looked-up file: a wrong lookup would credit the wrong person.",
    "bad-workbook": "Save it again as .xlsx, or as CSV.",
    "cell-too-large": "Look for a quotation mark that is opened and never closed.",
    "duplicate-column": "Give each column a name of its own.",
    "empty-file": "Export it again, with its header.",
    "macros": "Save it as a plain .xlsx, without macros.",
    "missing-column": "Correct the name in the mapping, or export the column too.",
    "missing-file": "Check its name; a looked-up file lies beside the imported one.",
    "no-such-sheet": "Name one of its sheets in the mapping.",
    "not-a-workbook": "Save it as .xlsx, or declare kind: csv in the mapping.",
    "not-csv": "Save it as CSV UTF-8, or declare kind: xlsx in the mapping.",
    "old-or-locked-workbook": "Save it as .xlsx, without a password.",
    "one-column": "Declare the delimiter that the file has.",
    "too-many-rows": "Import it in parts; the same row twice is recorded once.",
    "workbook-has-formulas": "Paste it as values, or declare formulas: cached in the mapping.",
    "workbook-too-large": "Save the sheet as CSV, or delete what is not needed.",
    "wrong-encoding": "Save it as UTF-8, or declare its encoding in the mapping.",
    # one row
    "ambiguous-slug": "Write the name one way, with a table in the mapping if need be.",
    "bad-amount": "Write amounts as the mapping declares them.",
    "bad-id": "Map it to letters, digits, dots or dashes, with slug or a table in the mapping.",
    "bad-number": "Write a whole number in plain digits.",
    "bad-quoting": "Close each quotation mark, and double those inside a quoted cell.",
    "bad-time": "Write times as the mapping declares them.",
    "double-time": "Declare which of the two is meant: doubled: first or doubled: second.",
    "formula": "Paste the cell as a value; nothing here is ever computed from a cell.",
    "missing-field": "Fill in the cell, or map another column.",
    "no-such-time": "Write a time that the clocks there showed.",
    "too-few-columns": "Export the row again; the file may have been cut off.",
    "too-many-columns": "Quote cells that hold the delimiter.",
    "unknown-currency": "Write an ISO 4217 code in capitals.",
}
"""Code of a reason to what to do instead."""
