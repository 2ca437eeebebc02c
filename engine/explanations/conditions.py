"""Which comparison of a condition a deal fails, as a sentence."""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from engine.eligibility import condition_of, seen_by_conditions
from engine.matching import COLUMNS, matches
from engine.rulebook import Version
from engine.world import World
from schemas.currencies import DIGITS
from schemas.expressions import Condition, Kind, said
from schemas.expressions.nodes import All, Field, read_by
from schemas.rates import figure_text


def unmet(text: str, rows: pl.DataFrame, world: World, version: Version) -> list[str]:
    """The conjuncts of a condition that a credit (one row of CREDITED) fails, with what it has."""
    condition = condition_of(text, tuple(version.plan.attributes.items()))
    seen = seen_by_conditions(rows, world, version)
    digits = DIGITS[version.plan.currency]
    return [
        f"{said(part, 'en')} ({_known(part, seen, version)})"
        for part in _conjuncts(condition)
        if not matches(seen, part, digits)[0]
    ]


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    match condition:
        case All(parts):
            for part in parts:
                yield from _conjuncts(part)
        case _:
            yield condition


def _known(part: Condition, seen: pl.DataFrame, version: Version) -> str:
    """The values of the fields that a comparison reads."""
    fields = sorted(read_by(part), key=lambda field: field.name)
    return ", ".join(
        f"{field} is {_value(field, seen, version) or 'not known'}" for field in fields
    )


def _value(field: Field, seen: pl.DataFrame, version: Version) -> str:
    if field.kind is Kind.MONEY:
        [(num, den)] = seen.select("amount_num", "amount_den").iter_rows()
        whole = 10 ** DIGITS[version.plan.currency] * (den or 1)
        return "" if num is None else figure_text(Fraction(num, whole))
    if field.name == "business":
        return "first" if seen["first"][0] else "repeat"
    column = COLUMNS.get(field.name, f"attr_{field.name}")
    value = seen[column][0]
    if isinstance(value, pl.Series):
        return ", ".join(value.drop_nulls().to_list())
    return "" if value is None else str(value)
