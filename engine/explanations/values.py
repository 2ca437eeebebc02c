"""What a line is for: a layer of a deal, or a decrease of one, and what it is worth when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from engine.explanations.asked import Asked
from engine.explanations.words import money, month_name
from engine.reasons import Reason
from engine.valued import Valued
from schemas.currencies import DIGITS

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Credit:
    """A payee's credit of a layer, or of a decrease of one (a row of CREDITED)."""

    row: Row
    of: Valued

    def value(self, period: int) -> int | None:
        """What it is worth as at the end of a period, None before it is there at all."""
        told = self.of.values.filter(
            pl.col("layer") == self.row["layer"], pl.col("period") <= period
        ).sort("period")
        return None if told.is_empty() else int(told["value"][-1])

    def members(self) -> pl.DataFrame:
        """Everybody credited for it in the role and class, by payee."""
        names = ("layer", "source", "role")
        same = (pl.col(name) == self.row[name] for name in names)
        return self.of.members.filter(*same).sort("payee")

    @property
    def share(self) -> Fraction:
        """The payee's share of the deal."""
        return Fraction(self.row["weight"], self.row["whole"])

    @property
    def class_share(self) -> Fraction:
        """The share of the deal that the class has."""
        return Fraction(self.row["class_weight"], self.row["whole"])


def credits_of(asked: Asked, of: Sequence[Valued] | None = None) -> Iterator[Credit]:
    """The credits that a line is for: of the layer its fact opened, or of those it shrank."""
    row = asked.row
    for each in asked.books.valued if of is None else of:
        fact = "fact" if "fact" in each.credited.columns else "layer"
        mine = each.credited.filter(
            pl.col(fact) == asked.fact,
            pl.col("payee") == row["payee"],
            pl.col("plan") == row["plan"],
            pl.col("source") == row["source"],
            pl.col("role") == getattr(asked.part, "credits", row["role"]),
        ).sort("layer")
        for credit in mine.iter_rows(named=True):
            yield Credit(credit, each)


def worth_reason(credit: Credit, value: int, period: int) -> Reason:
    """What the layer is worth, or by how much it shrank."""
    worth = money(value, credit.row["currency"])
    if credit.of.sign < 0:
        return Reason(f"The contract shrank by {worth}, which counts by itself")
    return Reason(f"The layer is worth {worth} as at the end of {month_name(period)}")


def exchanged(asked: Asked, currency: str, minor: Fraction) -> str:
    """The rate of exchange as a factor: for one unit, not for a minor one."""
    if currency == asked.currency:
        return ""
    per_unit = minor * Fraction(10) ** (DIGITS[currency] - DIGITS[asked.currency])
    which = "at the plan's rate" if asked.plan.exchange is not None else "at the layer's date"
    return f"{per_unit} {asked.currency} for 1 {currency} {which}"
