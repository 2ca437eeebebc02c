"""A matrix commission's line: the two places that were looked up, and the rate there."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from engine.eligibility import seen_by_conditions
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.pricing import Terms, priced
from engine.explanations.targets import attained, attainments, quota_reason
from engine.explanations.values import Credit, credits_of
from engine.explanations.words import percent
from engine.reasons import Reason
from schemas.currencies import DIGITS
from schemas.plans import Axis, MatrixCommission
from schemas.rates import figure_text

_OTHERS = "*"


def worth(asked: Asked, period: int) -> Worth:
    """The commission at the rate that is looked up, as at the end of a period."""
    part = asked.part
    assert isinstance(part, MatrixCommission)
    for credit in credits_of(asked, [asked.books.layers]):
        found = looked_up(asked, part, credit, period)
        if found is None:
            return NOTHING
        terms = Terms(part.id, found.rate, alone=part.quota is not None)
        told = priced(asked, credit, terms, period)
        return Worth(told.amount, (*found.reasons, *told.reasons))
    return NOTHING


@dataclass(frozen=True, slots=True)
class Found:
    """The rate that a matrix has for a layer, and how it was looked up."""

    rate: Fraction
    reasons: tuple[Reason, ...]


def looked_up(asked: Asked, part: MatrixCommission, credit: Credit, period: int) -> Found | None:
    """The rate for a layer as at the end of a period, None where a word has no row."""
    row = pl.DataFrame([credit.row], schema=credit.of.credited.schema)
    [seen] = seen_by_conditions(row, asked.world, asked.version).iter_rows(named=True)
    reasons: list[Reason] = []
    places: list[int] = []
    for axis in (part.table.rows, part.table.columns):
        by_attainment = axis.by == "attainment"
        found = _by_attainment(asked, part, axis, period) if by_attainment else None
        place, reason = found or _place(asked, axis, seen)
        if place is None:
            return None
        places.append(place)
        reasons.append(reason)
    rate = part.table.rates[places[0]][places[1]]
    return Found(rate, (*reasons, Reason(f"The rate at both places is {percent(rate)}")))


def _by_attainment(
    asked: Asked, part: MatrixCommission, axis: Axis, period: int
) -> tuple[int, Reason]:
    quota = next(each for each in asked.plan.quotas if each.id == part.quota)
    of, window = attainments(asked, quota.id, quota.per), asked.window(quota.per)
    reached = attained(of, asked.payee, window, period)
    place = _last_at_or_below(axis, reached)
    told = quota_reason(of, asked.payee, window, period)
    return place, Reason(f"attainment {percent(reached)}: {_row_name(axis, place)}", (), (told,))


def _place(asked: Asked, axis: Axis, seen: Mapping[str, Any]) -> tuple[int | None, Reason]:
    if axis.words is not None:
        return _word(axis, axis.words, seen)
    number = _number(asked, axis.by, seen)
    place = 0 if number is None else _last_at_or_below(axis, number)
    told = "not known" if number is None else figure_text(number)
    return place, Reason(f"{axis.by} {told}: {_row_name(axis, place)}")


def _word(axis: Axis, words: list[str], seen: Mapping[str, Any]) -> tuple[int | None, Reason]:
    """The first row that one of the deal's words is, else that of all others, if there is one."""
    if axis.by == "product":
        products: list[str | None] = seen["products"] or []
        told = [word for word in products if word is not None]
    else:
        column = "customer_type" if axis.by == "customer type" else f"attr_{axis.by}"
        column = axis.by if axis.by in ("channel", "campaign", "team", "kind") else column
        told = [] if seen[column] is None else [str(seen[column])]
    others = words.index(_OTHERS) if _OTHERS in words else None
    found = (place for place, word in enumerate(words) if word != _OTHERS and word in told)
    place = next(found, others)
    said = ", ".join(told) or "not known"
    row = "no row" if place is None else _row_name(axis, place)
    return place, Reason(f"{axis.by} {said}: {row}")


def _number(asked: Asked, by: str, seen: Mapping[str, Any]) -> Fraction | None:
    if by == "amount":
        if seen["amount_num"] is None:
            return None
        minor = Fraction(seen["amount_num"], seen["amount_den"])
        return minor / Fraction(10 ** DIGITS[asked.currency])
    if by == "term":
        return None if seen["term_months"] is None else Fraction(seen["term_months"])
    return read_number(seen[f"attr_{by}"], percents=asked.plan.attributes[by] == "rate")


def read_number(text: str | None, *, percents: bool) -> Fraction | None:
    """The number that the text of an attribute writes, None where it writes none.

    >>> read_number("20%", percents=True), read_number("high", percents=True)
    (Fraction(1, 5), None)
    """
    if text is None or (text.endswith("%") and not percents):
        return None
    told = text.removesuffix("%")
    try:
        return Fraction(told) / (100 if told != text else 1)
    except ValueError:
        return None


def _last_at_or_below(axis: Axis, number: Fraction) -> int:
    reached = [place for place, start in enumerate(axis.starts or ()) if start <= number]
    return reached[-1] if reached else 0


def _row_name(axis: Axis, place: int) -> str:
    if axis.words is not None:
        return "all others" if axis.words[place] == _OTHERS else f"the row {axis.words[place]}"
    starts = axis.starts or []
    ends = f" up to {figure_text(starts[place + 1])}" if place + 1 < len(starts) else ""
    return f"the row from {figure_text(starts[place])}{ends}"
