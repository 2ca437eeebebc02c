"""The verification report: what an import read, made, recorded and refused, and that it adds up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from evenhand.importers.cells import RefusedRow
from evenhand.importers.controls import Key, Line, Total

LISTED_MAX: Final = 10_000
"""So many refused rows and conflicts are listed one by one; all are counted, and in quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """An event whose key is in the log, or was earlier in the file, with another content."""

    line: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a file; rows are counted below the header, blank ones not at all.

    A row says events, is refused whole, or is passed over because no condition held for it. In a
    dry run the log is not asked, so nothing is recorded, repeated or conflicting.
    """

    file: str
    sha256: str
    source: str
    dry_run: bool
    rows: int
    rows_with_events: int
    rows_refused: int
    rows_skipped: int
    events: int
    recorded: int
    repeated: int
    conflicting: int
    by_type: dict[str, int]
    by_reason: dict[str, int]
    refused: Sequence[RefusedRow]
    conflicts: Sequence[Conflict]
    controls: dict[Key, Line]

    @property
    def adds_up(self) -> bool:
        """Whether every row and every event is accounted for, and the control totals agree."""
        return (
            self.rows == self.rows_with_events + self.rows_refused + self.rows_skipped
            and self.events == sum(self.by_type.values())
            and (self.dry_run or self.events == self.recorded + self.repeated + self.conflicting)
            and all(line.balanced for line in self.controls.values())
        )

    def document(self) -> dict[str, Any]:
        """The report as JSON has it; amounts are strings, rows are named by their line."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "source": self.source,
            "dry_run": self.dry_run,
            "adds_up": self.adds_up,
            "rows": {
                "read": self.rows,
                "with_events": self.rows_with_events,
                "refused": self.rows_refused,
                "skipped": self.rows_skipped,
            },
            "events": {
                "made": self.events,
                "recorded": self.recorded,
                "repeated": self.repeated,
                "conflicting": self.conflicting,
                "by_type": dict(sorted(self.by_type.items())),
            },
            "refused_by_reason": dict(Counter(self.by_reason).most_common()),
            "refused": [_refused(row) for row in self.refused],
            "conflicts": [{"line": each.line, "id": each.id} for each in self.conflicts],
            "controls": [
                _control(key, self.controls[key]) for key in sorted(self.controls, key=_order)
            ],
        }


def _order(key: Key) -> tuple[str, str, str]:
    return key[0], key[1] or "", key[2]


def _refused(row: RefusedRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "column": row.column,
        "code": row.code,
        "reason": row.reason,
        "row": row.raw.decode("utf-8", "backslashreplace").rstrip("\r\n"),
    }


def _control(key: Key, line: Line) -> dict[str, Any]:
    type_, currency, month = key
    return {
        "type": type_,
        "currency": currency,
        "month": month,
        "in_file": _total(line.file, currency),
        "made": _total(line.made, currency),
        "refused": _total(line.refused, currency),
        "balanced": line.balanced,
    }


def _total(total: Total, currency: str | None) -> dict[str, Any]:
    if currency is None:
        return {"count": total.count}
    return {
        "count": total.count,
        "amount": _written(total.amount),
        "without_amount": total.unreadable,
    }


def _written(amount: Decimal) -> str:
    """A sum in plain digits, without zeros that say nothing."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
