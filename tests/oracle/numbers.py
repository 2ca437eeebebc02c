"""Exact numbers: shares and rates as fractions, money as minor units, and the one rounding."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

# Minor units in one unit of a currency.
UNITS = {"CNY": 100, "USD": 100, "EUR": 100, "HKD": 100, "GBP": 100, "JPY": 1, "KWD": 1000}
HALF = Fraction(1, 2)


def exact(text: object) -> Fraction:
    """A rate or share as written in plans and facts: `4%`, `1/3`, `0.6`, `1`."""
    written = str(text)
    if written.endswith("%"):
        return Fraction(written[:-1]) / 100
    return Fraction(written)


def minor(money: Mapping[str, Any]) -> int:
    """Money as written, in minor units of its currency."""
    units = Fraction(money["amount"]) * UNITS[money["currency"]]
    assert units.denominator == 1, money
    return units.numerator


def converted(units: int, base: str, quote: str, rate: Fraction) -> Fraction:
    """Minor units of `base` as exact minor units of `quote`; one unit of base = `rate` of quote."""
    return Fraction(units, UNITS[base]) * rate * UNITS[quote]


def rounded(amount: Fraction, mode: str) -> int:
    """The nearest integer; a tie goes to even, away from zero (up) or towards zero (down)."""
    low = floor(amount)
    rest = amount - low
    if rest != HALF:
        return low + (1 if rest > HALF else 0)
    if mode == "half-even":
        return low + low % 2
    if mode == "half-up":
        return low + 1 if amount > 0 else low
    assert mode == "half-down", mode
    return low if amount > 0 else low + 1


def divided(whole: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Parts of a whole by largest remainder; they sum to the whole.

    Left-over units go by remainder descending, share descending, payee id ascending.
    A whole below zero is divided as its opposite is.
    """
    if whole < 0:
        return {payee: -part for payee, part in divided(-whole, shares).items()}
    total = sum(shares.values(), Fraction(0))
    quotas = {payee: whole * share / total for payee, share in shares.items()}
    parts = {payee: floor(quota) for payee, quota in quotas.items()}
    in_line = sorted(
        shares, key=lambda payee: (parts[payee] - quotas[payee], -shares[payee], payee.encode())
    )
    for payee in in_line[: whole - sum(parts.values())]:
        parts[payee] += 1
    return parts
