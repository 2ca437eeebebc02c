"""What one row says: its events, all of them or none; or why it says nothing.

A row is recorded whole. If one of its events cannot be, none is: a deal without the lead that its
own row names would be credited to the wrong side.
"""

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError

from commands.intake import Message, intake
from evenhand.importers.cells import RefusedRow, Row
from evenhand.importers.errors import RefusedCell
from evenhand.importers.fields import Cells, Fields
from evenhand.importers.lookups import Joined
from evenhand.importers.mapping import Mapping, Rule
from schemas.events import EVENTS
from schemas.recorded import Quarantined, Unrecorded
from schemas.wire import BadEvent, fact


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says: the rules whose conditions hold, and an event of each in the same order.

    `refused` says why there are no events; without it and without rules, the row was passed over.
    """

    cells: Cells
    rules: list[Rule]
    events: list[Unrecorded]
    refused: RefusedRow | None = None


class RowReader:
    """Reads the rows of one export by one mapping."""

    def __init__(
        self, mapping: Mapping, header: tuple[str, ...], joins: list[Joined], now: datetime
    ) -> None:
        self.fields = Fields(mapping)
        self._mapping, self._header, self._joins, self._now = mapping, header, joins, now

    def read(self, row: Row) -> Said:
        """The events of a row, in order of the mapping; or the reason why there are none."""
        if row.fault:
            code, reason = row.fault
            refused = RefusedCell(code, None, reason)
            return Said({}, [], [], _refused_row(row, refused))
        cells = dict(zip(self._header, row.cells, strict=True))
        for join in self._joins:
            join.join(cells)
        rules = [rule for rule in self._mapping.events if _holds(rule, cells)]
        events: list[Unrecorded] = []
        for rule in rules:
            made = self._event(rule, cells, row)
            if isinstance(made, RefusedRow):
                return Said(cells, rules, [], made)
            events.append(made)
        return Said(cells, rules, events)

    def _event(self, rule: Rule, cells: Cells, row: Row) -> Unrecorded | RefusedRow:
        id_: str | None = None
        try:
            id_ = self.fields.id_of(rule.prefix, rule.id, cells)
            at = self.fields.time_of(rule.time, cells)
            data = self.fields.of(rule.type, rule.fields, cells)
        except RefusedCell as refused:
            return _refused_row(row, refused, id_)
        try:
            event = fact(self._attributes(rule, id_, at, data), data)
        except BadEvent as bad:
            column = _column(rule, data, bad.code)
            return _refusal(row, column, (bad.code, str(bad)), id_)
        for kept_out in self._kept_out(event, row):
            return _refusal(row, rule.time.first_column, (kept_out.code, kept_out.reason), id_)
        return event

    def _attributes(
        self, rule: Rule, id_: str, at: str, data: AnyMapping[str, Any]
    ) -> dict[str, str]:
        """The CloudEvents attributes; the subject is what the data names."""
        subjects = EVENTS[rule.type].subjects
        named = [f"{prefix}/{data[name]}" for prefix, name in subjects.items() if name in data]
        if not named:
            reason = f"{' or '.join(subjects)} is blank"
            raise BadEvent("missing-field", reason, source=self._mapping.source, id=id_)
        return {
            "specversion": "1.0",
            "id": id_,
            "source": self._mapping.source,
            "type": rule.type,
            "time": at,
            "subject": named[0],
        }

    def _kept_out(self, event: Unrecorded, row: Row) -> Sequence[Quarantined]:
        """The event if intake would not let it in: files and Kafka have one rule."""
        message = Message(origin="file", raw=row.raw, read=partial(_itself, event))
        return intake([message], actor="import", now=self._now).quarantined


def _itself(event: Unrecorded) -> Unrecorded:
    return event


def _holds(rule: Rule, cells: Cells) -> bool:
    return all(condition.holds(cells[column]) for column, condition in rule.when.items())


def _refused_row(row: Row, refused: RefusedCell, id_: str | None = None) -> RefusedRow:
    return _refusal(row, refused.column, (refused.code, str(refused)), id_)


def _refusal(row: Row, column: str | None, why: tuple[str, str], id_: str | None) -> RefusedRow:
    code, reason = why
    return RefusedRow(line=row.line, column=column, code=code, reason=reason, raw=row.raw, id=id_)


def _column(rule: Rule, data: AnyMapping[str, Any], code: str) -> str | None:
    """The column to blame for an event that was refused: that of the first bad field, if any."""
    try:
        EVENTS[rule.type].model_validate(data)
    except ValidationError as invalid:
        places = [error["loc"] for error in invalid.errors(include_url=False)]
        named = rule.fields.get(str(places[0][0])) if places[0] else None
        return None if named is None else named.first_column
    except (ValueError, TypeError):
        return None
    value = rule.id[0] if code == "bad-id" else rule.time
    return value.first_column
