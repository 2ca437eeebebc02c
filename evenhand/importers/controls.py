"""Control totals: the file added up beside the events, by another way, to be compared.

The file's side reads amounts as decimals straight from the cells and months from the wall clock;
the events' side reads amounts and instants back from the canonical bytes. For each event type,
currency and month, what is in the file is what was made plus what was refused.
"""

import json
import re
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact
from typing import Any

from evenhand.importers.cells import Typed
from evenhand.importers.errors import RefusedCell
from evenhand.importers.fields import Cells
from evenhand.importers.mapping import AmountsDeclared, Rule
from evenhand.importers.rows import Said
from evenhand.importers.times import Times
from evenhand.importers.values import filled
from schemas.recorded import Unrecorded

_EXACT = Context(prec=60, traps=[Inexact])
_DIGITS = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,20})?\Z", re.ASCII)

Key = tuple[str, str | None, str]
"""Event type, currency (none for events without money), month."""


@dataclass(slots=True)
class Total:
    """How many, their sum, and how many of them have no amount that can be read."""

    count: int = 0
    amount: Decimal = Decimal(0)
    unreadable: int = 0

    def add(self, amount: Decimal | None) -> None:
        """Count one more."""
        self.count += 1
        if amount is None:
            self.unreadable += 1
        else:
            self.amount = _EXACT.add(self.amount, amount)


@dataclass(slots=True)
class Line:
    """One line of the comparison."""

    file: Total = field(default_factory=Total)
    made: Total = field(default_factory=Total)
    refused: Total = field(default_factory=Total)

    @property
    def balanced(self) -> bool:
        """Whether the file is what was made and what was refused."""
        return (
            self.file.count == self.made.count + self.refused.count
            and self.file.amount == _EXACT.add(self.made.amount, self.refused.amount)
            and self.file.unreadable == self.made.unreadable + self.refused.unreadable
        )


class Controls:
    """The comparison of one import."""

    def __init__(self, times: Times, amounts: AmountsDeclared | None) -> None:
        self.lines: dict[Key, Line] = {}
        self._times, self._amounts = times, amounts

    def add(self, said: Said) -> None:
        """Add a row on the file's side, and what became of it on the other."""
        for place, rule in enumerate(said.rules):
            key, amount = self._in_file(rule, said.cells)
            line = self.lines.setdefault(key, Line())
            line.file.add(amount)
            if said.refused is not None:
                line.refused.add(amount)
                continue
            made, in_event = self._in_event(rule, said.events[place], key[1])
            self.lines.setdefault(made, Line()).made.add(in_event)

    @property
    def balanced(self) -> bool:
        """Whether every line balances."""
        return all(line.balanced for line in self.lines.values())

    def _in_file(self, rule: Rule, cells: Cells) -> tuple[Key, Decimal | None]:
        month = self._month(rule, cells)
        column = rule.money
        declared = self._amounts
        if column is None or declared is None:
            return (rule.type, None, month), Decimal(0)
        currency = declared.currency or cells[declared.currency_column or ""]
        cell = cells[column[1]]
        if not isinstance(cell, Typed):
            cell = cell.replace(declared.thousands, "") if declared.thousands else cell
            cell = cell.replace(declared.decimal, ".")
        return (rule.type, currency, month), Decimal(cell) if _DIGITS.match(cell) else None

    def _month(self, rule: Rule, cells: Cells) -> str:
        text = str(rule.time.constant or "")
        if rule.time.column is not None:
            text = cells[rule.time.column]
        elif rule.time.template is not None:
            text = filled(rule.time.template, cells)
        try:
            return self._times.month(text)
        except RefusedCell:
            return "unknown"

    def _in_event(
        self, rule: Rule, event: Unrecorded, declared: str | None
    ) -> tuple[Key, Decimal | None]:
        month = f"{event.effective_at.astimezone(self._times.zone):%Y-%m}"
        column = rule.money
        if column is None:
            return (event.type, None, month), Decimal(0)
        content: dict[str, Any] = json.loads(event.state)
        money = content.get(column[0])
        if money is None:  # a cancellation, say: counted, without an amount
            return (event.type, declared, month), None
        return (event.type, money["currency"], month), Decimal(money["amount"])
