"""Credit as rows to print: fractions and amounts as exact text."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Final

import polars as pl

from engine.crediting_models.totals import Totals
from schemas.values import amount_text

SHOWN_MAX: Final = 15
"""A fraction of more signs is shown in decimals in tables for people, and marked so."""
_DECIMALS: Final = 6

Row = Mapping[str, str]


class Of(StrEnum):
    """What models are compared by."""

    CONVERSIONS = "conversions"
    SHARES = "shares"
    MONEY = "money"


def touch_rows(credit: pl.DataFrame) -> list[Row]:
    """A row a touch: its share of one such journey, and its part of the value of one."""
    return [
        {
            "journey": row["journey"],
            "place": str(row["place"]),
            "channel": row["channel"],
            "share": str(Fraction(row["num"], row["den"])),
            "amount": "" if row["part"] is None else amount_text(row["part"], row["currency"]),
            "currency": row["currency"] or "",
        }
        for row in credit.iter_rows(named=True)
    ]


def channel_rows(totals: Totals) -> list[Row]:
    """A row a channel: its conversions, its share of all, and its money in each currency."""
    shares, currencies = totals.shares, _currencies(totals)
    return [
        {
            "channel": channel,
            "conversions": str(part),
            "share": str(shares[channel]),
            **{code: _amount(totals, channel, code) for code in currencies},
        }
        for channel, part in sorted(totals.conversions.items())
    ]


def side_by_side(totals: Mapping[str, Totals], of: Of) -> list[Row]:
    """A row a channel (and currency, for money), a column a model."""
    channels = sorted({channel for each in totals.values() for channel in each.conversions})
    match of:
        case Of.CONVERSIONS:
            parts = {name: each.conversions for name, each in totals.items()}
        case Of.SHARES:
            parts = {name: each.shares for name, each in totals.items()}
        case Of.MONEY:
            return _money_side_by_side(totals, channels)
    return [
        {
            "channel": channel,
            **{name: str(each.get(channel, Fraction(0))) for name, each in parts.items()},
        }
        for channel in channels
    ]


def shortened(cell: str) -> str:
    """A cell for people: a long fraction in decimals that are marked as rounded.

    >>> shortened("7/15"), shortened("1000000000/3000000001")
    ('7/15', '~0.333333')
    """
    numerator, slash, denominator = cell.partition("/")
    if len(cell) <= SHOWN_MAX or not (slash and denominator.isdigit()):
        return cell
    if not numerator.removeprefix("-").isdigit():
        return cell
    rounded = round(Fraction(cell) * 10**_DECIMALS)
    sign, digits = "-" if rounded < 0 else "", str(abs(rounded)).rjust(_DECIMALS + 1, "0")
    return f"~{sign}{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}"


def _money_side_by_side(totals: Mapping[str, Totals], channels: list[str]) -> list[Row]:
    currencies = sorted({code for each in totals.values() for code in _currencies(each)})
    return [
        {
            "channel": channel,
            "currency": code,
            **{name: _amount(each, channel, code) for name, each in totals.items()},
        }
        for channel in channels
        for code in currencies
    ]


def _currencies(totals: Totals) -> list[str]:
    return sorted({currency for _, currency in totals.money})


def _amount(totals: Totals, channel: str, currency: str) -> str:
    return amount_text(totals.money.get((channel, currency), 0), currency)
