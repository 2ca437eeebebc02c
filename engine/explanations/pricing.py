"""A rate of what a layer is worth, done again: as a whole that is divided, or payee by payee."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.allocation import allocate, rounded
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import coefficient_reasons, scale_of
from engine.explanations.values import Credit, exchanged, worth_reason
from engine.explanations.words import exact_money, percent, rounding, times
from engine.reasons import Reason
from schemas.values import amount_text


@dataclass(frozen=True, slots=True)
class Terms:
    """The component whose rate it is, the rate, and whether each payee has one of their own."""

    component: str
    rate: Fraction
    alone: bool


def priced(asked: Asked, credit: Credit, terms: Terms, period: int) -> Worth:
    """A rate of what a credit is worth as at the end of a period."""
    value = credit.value(period)
    if value is None:
        return NOTHING
    told = of_value(asked, credit, terms, Fraction(value))
    return Worth(told.amount, (worth_reason(credit, value, period), *told.reasons))


def of_value(asked: Asked, credit: Credit, terms: Terms, value: Fraction) -> Worth:
    """A rate of some value in minor units of the layer's currency."""
    fx = asked.exchange(credit.row["currency"], credit.row["opened_at"])
    if fx is None:
        return NOTHING
    scaled = any(terms.component in each.applies_to for each in asked.plan.coefficients)
    if scaled or terms.alone:
        return _alone(asked, credit, terms, value * fx)
    return _shared(asked, credit, terms, value * fx)


def _alone(asked: Asked, credit: Credit, terms: Terms, value: Fraction) -> Worth:
    scale = scale_of(asked, asked.version, terms.component, asked.dated)
    exact = terms.rate * scale * value * credit.share
    whole = rounded(exact, asked.plan.rounding)
    of_payee = "" if credit.share == 1 else f"{credit.share}, the share of {asked.payee}"
    by = "" if scale == 1 else f"{percent(scale)}, the coefficient"
    product = times([percent(terms.rate), _worth(asked, credit, value), of_payee, by])
    told = Reason(f"{product} = {rounding(exact, asked.plan.rounding, whole, asked.currency)}")
    factors = coefficient_reasons(asked, terms.component)
    return Worth(whole * credit.of.sign, (*factors, told))


def _shared(asked: Asked, credit: Credit, terms: Terms, value: Fraction) -> Worth:
    exact = terms.rate * value * credit.class_share
    whole = rounded(exact, asked.plan.rounding)
    of_class = "" if credit.class_share == 1 else f"{credit.class_share}, the class's share"
    product = times([percent(terms.rate), _worth(asked, credit, value), of_class])
    told = Reason(f"{product} = {rounding(exact, asked.plan.rounding, whole, asked.currency)}")
    members = credit.members()
    dealt = divided(
        whole,
        {
            payee: Fraction(weight, credit.row["class_weight"])
            for payee, weight in members.select("payee", "weight").iter_rows()
        },
    )
    return Worth(dealt[asked.payee] * credit.of.sign, (told, *division(dealt, asked.currency)))


def _worth(asked: Asked, credit: Credit, value: Fraction) -> str:
    """The value in its own currency, with the rate of exchange where there is one."""
    currency = credit.row["currency"]
    fx = asked.exchange(currency, credit.row["opened_at"]) or Fraction(1)
    own = value / fx
    return times([exact_money(own, currency), exchanged(asked, currency, fx)])


def divided(whole: int, shares: Mapping[str, Fraction]) -> Mapping[str, int]:
    """Payee to their part of a whole, by largest remainder; of one below zero as its opposite."""
    sign = -1 if whole < 0 else 1
    parts = allocate(abs(whole), list(shares.values()), list(shares))
    return {payee: part * sign for payee, part in zip(shares, parts, strict=True)}


def division(dealt: Mapping[str, int], currency: str) -> tuple[Reason, ...]:
    """How a whole was divided, where more than one has a part of it."""
    if len(dealt) == 1:
        return ()
    parts = ", ".join(f"{payee} {amount_text(part, currency)}" for payee, part in dealt.items())
    return (Reason(f"Divided by largest remainder: {parts}"),)
