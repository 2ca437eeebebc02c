"""Rows into the log, five thousand events at a time, refused rows in the same transaction.

An import that is stopped half-way leaves whole batches behind; importing the file again turns those
into repeats and records the rest. So there is nothing to clean up.
"""

from collections import Counter
from typing import Final

from engine.log import Append, Log
from evenhand.importers.cells import RefusedRow
from evenhand.importers.report import LISTED_MAX, Conflict
from schemas.recorded import Quarantined, Unrecorded

BATCH: Final = 5_000


class Recording:
    """What goes into one log on behalf of one actor; without a log, everything is only counted."""

    def __init__(self, log: Log | None, *, actor: str, name: str, source: str) -> None:
        self._log, self._actor, self._source = log, actor, source
        self._name = "".join(each if each.isprintable() else "?" for each in name)
        self._events: list[Unrecorded] = []
        self._lines: list[int] = []
        self._quarantined: list[Quarantined] = []
        self.recorded = self.repeated = self.conflicting = 0
        self.by_type: Counter[str] = Counter()
        self.by_reason: Counter[str] = Counter()
        self.refused: list[RefusedRow] = []
        self.conflicts: list[Conflict] = []

    @property
    def is_dry(self) -> bool:
        """Whether nothing is recorded."""
        return self._log is None

    def events(self, line: int, events: list[Unrecorded]) -> None:
        """Take the events of a row; they are appended together."""
        self.by_type.update(event.type for event in events)
        if self._log is not None:
            self._events.extend(events)
            self._lines.extend(line for _ in events)
            self._flush(BATCH)

    def refuse(self, row: RefusedRow) -> None:
        """Take a row that says nothing; it is kept whole in quarantine."""
        self.by_reason[row.code] += 1
        if len(self.refused) < LISTED_MAX:
            self.refused.append(row)
        if self._log is None:
            return
        self._quarantined.append(
            Quarantined(
                origin=f"file:{self._name}:{row.line}",
                code=row.code,
                reason=row.reason,
                raw=row.raw,
                source=self._source,
                id=row.id,
            )
        )
        self._flush(BATCH)

    def finish(self) -> None:
        """Append what is left."""
        self._flush(1)

    def _flush(self, at_least: int) -> None:
        if self._log is None or len(self._events) + len(self._quarantined) < at_least:
            return
        appended = self._log.append(
            Append(events=self._events, actor=self._actor, quarantined=self._quarantined)
        )
        self.recorded += len(appended.recorded)
        self.repeated += len(appended.repeated)
        self.conflicting += len(appended.conflicting)
        for index in appended.conflicting[: LISTED_MAX - len(self.conflicts)]:
            self.conflicts.append(Conflict(line=self._lines[index], id=self._events[index].id))
        self._events, self._lines, self._quarantined = [], [], []
