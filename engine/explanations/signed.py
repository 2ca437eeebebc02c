"""What is paid for a signing, an amount or a rate of its value, done again."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import polars as pl

from engine.allocation import rounded
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import applies, coefficient_reasons, scale
from engine.explanations.pricing import divided, division
from engine.explanations.turns import Taker, turn, turn_reason
from engine.explanations.values import Credit, exchanged, worth_reason
from engine.explanations.words import money, percent, rounding, times
from engine.reasons import Reason

Row = dict[str, Any]


def of_signing(asked: Asked, offers: pl.DataFrame, period: int, per: str) -> Worth:
    """What a signing is worth to the payee as at the end of a period, if it is in its turn.

    `offers` are the payee's, of all versions; `per` says over what turns are counted.
    """
    mine = [row for row in offers.to_dicts() if _is_own(asked, row)]
    if not mine:
        return NOTHING
    [own] = mine
    told = _worth(asked, own, period)
    if own["most"] is None or not told.reasons:
        return told
    takers = list(_takers(asked, offers, period))
    number = turn(own["layer"], _window(own), takers)
    stands = any(each.stands for each in takers if each.fact == own["layer"])
    paid = told.amount if stands and number <= own["most"] else 0
    return told.then(paid, *([turn_reason(number, own["most"], per)] if stands else []))


def _is_own(asked: Asked, row: Row) -> bool:
    same = row["plan"] == asked.plan.name and row["source"] == asked.row["source"]
    return bool(same and row["layer"] == asked.fact)


def _window(row: Row) -> tuple[int, int]:
    return row["run"], row["window"]


def _takers(asked: Asked, offers: pl.DataFrame, period: int) -> Iterator[Taker]:
    for row in offers.to_dicts():
        value = Credit(row, asked.books.layers).value(period)
        known = row["unit"] is not None or asked.exchange(row["currency"], row["opened_at"])
        if value is not None and known:
            yield Taker(row["layer"], _window(row), value > 0)


def _worth(asked: Asked, row: Row, period: int) -> Worth:
    credit = Credit(row, asked.books.layers)
    value = credit.value(period)
    fx = Fraction(1) if row["unit"] else asked.exchange(row["currency"], row["opened_at"])
    if value is None or fx is None:
        return NOTHING
    told = worth_reason(credit, value, period)
    if row["unit"] is not None:
        amount = Fraction(row["unit"] if value > 0 else 0)
        product = money(int(amount), asked.currency)
    else:
        rate = Fraction(row["rate_num"], row["rate_den"])
        amount = rate * value * fx
        worth = money(value, row["currency"])
        product = times([percent(rate), worth, exchanged(asked, row["currency"], fx)])
    paid = _alone(asked, credit, amount, product) if applies(asked) else None
    paid = paid or _shared(asked, credit, amount, product)
    return Worth(paid.amount, (told, *paid.reasons))


def _alone(asked: Asked, credit: Credit, amount: Fraction, product: str) -> Worth:
    exact = amount * credit.share * scale(asked)
    whole = rounded(exact, asked.plan.rounding)
    written = times([product, f"{credit.share}, the share of {asked.payee}", percent(scale(asked))])
    told = Reason(f"{written} = {rounding(exact, asked.plan.rounding, whole, asked.currency)}")
    return Worth(whole, (*coefficient_reasons(asked), told))


def _shared(asked: Asked, credit: Credit, amount: Fraction, product: str) -> Worth:
    exact = amount * credit.class_share
    whole = rounded(exact, asked.plan.rounding)
    of_class = "" if credit.class_share == 1 else f"{credit.class_share}, the class's share"
    rounded_to = rounding(exact, asked.plan.rounding, whole, asked.currency)
    members = credit.members().select("payee", "weight").iter_rows()
    class_weight = credit.row["class_weight"]
    dealt = divided(whole, {name: Fraction(weight, class_weight) for name, weight in members})
    told = Reason(f"{times([product, of_class])} = {rounded_to}")
    return Worth(dealt[asked.payee], (told, *division(dealt, asked.currency)))
