"""Amounts as people write them, read by the declared format and by no other.

`1.234` is a thousand to one reader and a bit more than one to another, so nothing is guessed: a
mapping declares the separators, and what does not follow them is refused.
"""

import re
from functools import lru_cache
from re import Pattern
from typing import Literal

from evenhand.importers.cells import Typed
from evenhand.importers.errors import RefusedCell
from schemas.currencies import DIGITS

Decimal = Literal[".", ","]
Thousands = Literal["", ".", ",", " ", "'", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")
"""What makes a spreadsheet compute a cell. In an id or an amount it is never meant."""

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?\Z", re.ASCII)


def plain_amount(cell: str, column: str, currency: str, separators: tuple[str, str]) -> str:
    """The amount of a cell in the spelling of the wire; `separators` are decimal and thousands.

    Digits are kept as they stand. Only zeros at the end that the currency has no place for are
    dropped, which is exact: `4821.0` yen are `4821`. Raises `RefusedCell`.
    """
    if isinstance(cell, Typed) or separators == (".", ""):
        text = str(cell) if _PLAIN.match(cell) else None
    else:
        decimal, thousands = separators
        text = None
        if _written_with(decimal, thousands).match(cell):
            bare = cell.replace(thousands, "") if thousands else cell
            text = bare.replace(decimal, ".")
    if text is None:
        raise _refused(cell, column)
    if currency not in DIGITS:
        reason = f"{currency!r} is not a currency" if currency else "the amount has no currency"
        raise RefusedCell("unknown-currency", column, reason)
    return _without_empty_places(text, DIGITS[currency])


def _refused(cell: str, column: str) -> RefusedCell:
    if not cell:
        return RefusedCell("missing-field", column, "there is no amount")
    if cell.startswith(FORMULA_STARTS):
        return RefusedCell("formula", column, f"{_shown(cell)} is a formula, not an amount")
    return RefusedCell("bad-amount", column, f"{_shown(cell)} is not an amount as declared")


def _without_empty_places(text: str, digits: int) -> str:
    whole, point, decimals = text.partition(".")
    kept = decimals[:digits] + decimals[digits:].rstrip("0")
    return whole + (point + kept if kept else "")


@lru_cache(maxsize=64)
def _written_with(decimal: str, thousands: str) -> Pattern[str]:
    """Digits with the declared separators: groups of three all through, or no groups at all."""
    groups = rf"[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    return re.compile(rf"-?(?:{groups}0|[1-9][0-9]*)(?:{re.escape(decimal)}[0-9]+)?\Z", re.ASCII)


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:40] + "...")  # noqa: PLR2004 - to be readable
