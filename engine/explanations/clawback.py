"""A clawback's line: how much of the term was served, and what of the commission is kept."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl

from engine.attendance import local_day
from engine.eligibility import satisfying
from engine.explanations.asked import Asked, Worth
from engine.explanations.matrix import looked_up
from engine.explanations.pricing import Terms, of_value
from engine.explanations.values import Credit
from engine.explanations.words import exact_money, money
from engine.reasons import Reason
from engine.valued import decreases
from engine.zones import period_end
from schemas.plans import Clawback, Commission, MatrixCommission


def pieces(asked: Asked, period: int) -> Iterator[tuple[Asked, Worth]]:
    """What is kept of each commission before its gates, as at the end of a period."""
    part = asked.part
    assert isinstance(part, Clawback)
    for other in asked.plan.components:
        if isinstance(other, Commission | MatrixCommission) and other.id in part.applies_to:
            of_other = replace(asked, part=other, rule=other.id)
            for credit in _credits(of_other, other):
                yield of_other, _of_commission(of_other, part, credit, period)


def _credits(asked: Asked, part: Commission | MatrixCommission) -> Iterator[Credit]:
    """The credit of the layer that the commission pays for, if it does."""
    of = asked.books.layers
    if part.source not in (None, asked.row["source"]):
        return
    mine = of.credited.filter(
        pl.col("layer") == asked.fact,
        pl.col("payee") == asked.payee,
        pl.col("plan") == asked.plan.name,
        pl.col("source") == asked.row["source"],
        pl.col("role") == part.credits,
    )
    held = satisfying(mine, asked.ground, part, asked.version)
    for row in held.iter_rows(named=True):
        yield Credit(row, of)


def _of_commission(asked: Asked, rule: Clawback, credit: Credit, period: int) -> Worth:
    """The commission's rate on the value that is kept."""
    part = asked.part
    value, reasons = _kept_value(asked, rule, credit, period)
    if not reasons:
        return Worth(0)
    if isinstance(part, MatrixCommission):
        found = looked_up(asked, part, credit, period)
        if found is None:
            return Worth(0)
        rate, reasons = found.rate, (*reasons, *found.reasons)
    else:
        assert isinstance(part, Commission)
        rate = part.rate
    alone = isinstance(part, MatrixCommission) and part.quota is not None
    told = of_value(asked, credit, Terms(part.id, rate, alone), value)
    return Worth(told.amount, (*reasons, *told.reasons))


def _kept_value(
    asked: Asked, rule: Clawback, credit: Credit, period: int
) -> tuple[Fraction, tuple[Reason, ...]]:
    """K: by how much the layer shrank, each time the part of it that was served."""
    shrunk = decreases(asked.world).filter(
        pl.col("layer") == asked.fact, pl.col("at") < period_end(period, asked.zone)
    )
    starts = local_day(int(credit.row["opened_at"]), asked.zone)
    term = _term(asked, rule, starts)
    if term is None:
        return Fraction(0), ()
    total, reasons = Fraction(0), list[Reason]()
    for row in shrunk.sort("at", maintain_order=True).iter_rows(named=True):
        day = local_day(row["at"], asked.zone)
        served = _served(rule, starts, day)
        value = row["value"] * _keep(rule, served, term)
        total += value
        currency = credit.row["currency"]
        reasons.append(
            Reason(
                f"Of the {money(row['value'], currency)} by which it shrank on {day}, "
                f"{served} of {term} {rule.unit} were served: {exact_money(value, currency)} "
                "is kept",
                (asked.books.named(row["fact"]),),
            )
        )
    return total, tuple(reasons)


def _keep(rule: Clawback, served: int, term: int) -> Fraction:
    """The part that is kept: all of it after the term, before it none or what was served."""
    if served >= term:
        return Fraction(1)
    return Fraction(served, term) if rule.takes == "unserved" else Fraction(0)


def _served(rule: Clawback, starts: date, day: date) -> int:
    if rule.unit == "days":
        return (day - starts).days + (rule.first_day == "counts")
    months = (day.year - starts.year) * 12 + day.month - starts.month
    return months - (months_later(starts, months) > day)


def _term(asked: Asked, rule: Clawback, starts: date) -> int | None:
    """How long must be served; None where neither the rule nor the deal says."""
    if rule.within is not None:
        return rule.within
    told = asked.world.details.filter(pl.col("deal") == asked.row["deal"])["term_months"]
    months = None if told.is_empty() else told[0]
    if months is None or rule.unit == "months":
        return months
    return (months_later(starts, months) - starts).days


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last.

    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
