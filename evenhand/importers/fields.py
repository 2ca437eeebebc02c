"""Fields of an event from the cells of a row, as a mapping declares them."""

import re
from collections.abc import Mapping as AnyMapping
from functools import cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

from evenhand.importers.amounts import plain_amount
from evenhand.importers.errors import RefusedCell
from evenhand.importers.mapping import Mapping
from evenhand.importers.slugs import Slugs, refuse_formula
from evenhand.importers.times import Times
from evenhand.importers.values import ValueDeclared, filled
from schemas.events import EVENTS
from schemas.values import Id

Cells = dict[str, str]

_WHOLE = re.compile(r"(0|[1-9][0-9]{0,9})(?:\.0+)?\Z", re.ASCII)
_IS_ID = get_args(Id)[1]


class Fields:
    """What the values of one mapping are, row by row."""

    def __init__(self, mapping: Mapping) -> None:
        declared = mapping.times
        self.times = Times(ZoneInfo(declared.zone), declared.formats, declared.doubled)
        self._amounts = mapping.amounts
        self._tables: AnyMapping[str, AnyMapping[str, str]] = mapping.tables
        self._slugs = Slugs()

    def of(self, type_: str, declared: AnyMapping[str, ValueDeclared], cells: Cells) -> Any:
        """The data of an event; a blank cell is an absent field. Raises `RefusedCell`."""
        fields = {name: self._value(value, cells) for name, value in declared.items()}
        for name in id_fields(type_) & fields.keys():
            _refuse_formulas(fields[name], declared[name].first_column)
        return {name: field for name, field in fields.items() if field is not None}

    def id_of(self, prefix: str, parts: list[ValueDeclared], cells: Cells) -> str:
        """The id of an event: its prefix and its parts, none of them blank."""
        texts: list[str] = []
        for part in parts:
            column = part.first_column
            text = self._value(part, cells)
            if not isinstance(text, str):
                raise RefusedCell("bad-id", column, "the id of the event would be blank")
            refuse_formula(text, column)
            if len(parts) > 1 and ":" in text:
                reason = f"{text[:40]!r} has the colon that stands between the parts of an id"
                raise RefusedCell("bad-id", column, reason)
            texts.append(text)
        return ":".join((prefix, *texts))

    def time_of(self, value: ValueDeclared, cells: Cells) -> str:
        """The instant at which an event counts."""
        text = self._text(value, cells)
        return self.times.instant(text, value.first_column or "time")

    def _value(self, value: ValueDeclared, cells: Cells) -> Any:
        """A text, a truth, a number, an amount or a list; None where the cells are blank."""
        if value.money is not None:
            return self._money(value.money, cells)
        if value.time is not None:
            text = cells[value.time]
            return self.times.instant(text, value.time) if text else None
        if value.whole is not None:
            return _whole(cells[value.whole], value.whole)
        if value.listed is not None:
            found = [self._value(each, cells) for each in value.listed]
            return [each for each in found if each is not None] or None
        if value.signers is not None:
            return self._signers(value, cells)
        if isinstance(value.constant, bool):
            return value.constant
        return self._text(value, cells) or None

    def _text(self, value: ValueDeclared, cells: Cells) -> str:
        """The text of a column, constant or template, replaced and made an id if declared."""
        if value.column is not None:
            text = cells[value.column]
        elif value.template is not None:
            text = filled(value.template, cells)
        else:
            return str(value.constant)
        if value.table is not None:
            text = self._tables[value.table].get(text, text)
        if value.slug is not None and text:
            return self._slugs.id_of(text, value.slug, value.first_column)
        return text

    def _money(self, column: str, cells: Cells) -> dict[str, str] | None:
        declared = self._amounts
        if declared is None:
            raise AssertionError("a mapping with money declares amounts")
        if not cells[column]:
            return None
        currency = declared.currency or cells[declared.currency_column or ""]
        separators = declared.decimal, declared.thousands
        amount = plain_amount(cells[column], column, currency, separators)
        return {"amount": amount, "currency": currency}

    def _signers(self, value: ValueDeclared, cells: Cells) -> list[dict[str, str]]:
        """Who signed, without those whose cell is blank; if all are, nobody did."""
        found: list[dict[str, str]] = []
        for signing in value.signers or ():
            payee = self._text(signing.payee, cells)
            if payee:
                refuse_formula(payee, signing.payee.first_column)
                share = "1" if signing.share is None else self._text(signing.share, cells)
                found.append({"payee": payee, "share": share})
        return found


@cache
def id_fields(type_: str) -> frozenset[str]:
    """The fields of an event type that hold ids, by their names on the wire."""
    return frozenset(
        field.alias or name
        for name, field in EVENTS[type_].model_fields.items()
        if _IS_ID in field.metadata
        or any(_IS_ID in get_args(inner) for inner in get_args(field.annotation))
    )


def _refuse_formulas(found: Any, column: str | None) -> None:
    match found:
        case str():
            refuse_formula(found, column)
        case [*several]:
            for each in several:
                _refuse_formulas(each, column)
        case _:
            pass


def _whole(text: str, column: str) -> int | None:
    if not text:
        return None
    match = _WHOLE.match(text)
    if match is None:
        raise RefusedCell("bad-number", column, f"{text[:40]!r} is not a whole number")
    return int(match[1])
