"""Figures as an explanation says them: amounts with their currency, shares, attainments."""

from collections.abc import Iterable
from fractions import Fraction

from schemas.calendar import PayoutPeriod
from schemas.rates import figure_text, rate_text
from schemas.values import amount_text


def money(minor: int, currency: str) -> str:
    """An amount of minor units: `12.34 EUR`."""
    return f"{amount_text(minor, currency)} {currency}"


def exact_money(minor: Fraction, currency: str) -> str:
    """An exact amount: in minor units, and with the fraction of one where there is one.

    >>> exact_money(Fraction(151, 2), "EUR")
    '0.75 EUR and 1/2 of a minor unit'
    """
    floor, rest = divmod(minor.numerator, minor.denominator)
    tail = f" and {rest}/{minor.denominator} of a minor unit" if rest else ""
    return f"{money(floor, currency)}{tail}"


def figure(value: Fraction, currency: str | None) -> str:
    """What a measure counts: money in minor units of a currency, else a number."""
    return figure_text(value) if currency is None else exact_money(value, currency)


def times(factors: Iterable[str]) -> str:
    """A product as it is written, those factors left out that are empty."""
    return " x ".join(factor for factor in factors if factor)


def percent(rate: Fraction) -> str:
    """A rate or an attainment: `80%`, `1/3`."""
    return rate_text(rate)


def listed(names: Iterable[str]) -> str:
    """Names in a row: `mia, sam`; `nobody` for none."""
    return ", ".join(names) or "nobody"


def month_name(period: int) -> str:
    """The name of a payout period: `2026-03`."""
    return str(PayoutPeriod(period))


def rounding(exact: Fraction, mode: str, whole: int, currency: str) -> str:
    """How an exact amount became whole minor units."""
    return f"{exact_money(exact, currency)}, rounded {mode} to {money(whole, currency)}"
