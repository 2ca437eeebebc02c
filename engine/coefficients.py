"""Coefficients: what a component is multiplied by for a payee, read from a reported metric.

A coefficient is a term: it is read in the month of the date that pays, from the figures as now
known, so that a figure reported late scales the lines of the month it is for.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from engine.allocation import INT64_BOUND, AmountTooLarge
from engine.ground import Ground
from engine.people import Figure
from engine.zones import period_end
from schemas.plans import Coefficient

_KEY: Final = ["plan", "component", "payee", "dated"]
_TERMS: Final = {
    "plan": pl.String(),
    "component": pl.String(),
    "payee": pl.String(),
    "dated": pl.Int64(),
    "coef_num": pl.Int64(),
    "coef_den": pl.Int64(),
}


def coefficients(ground: Ground, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows (`plan, component, payee, dated`) with `coef_num / coef_den`, 1/1 where none applies.

    The product of all coefficients on the component. Rows keep their order. Raises
    `AmountTooLarge` where the exact product has more digits than 64 bits hold.
    """
    scaled = [
        (version.plan.name, name)
        for version in ground.versions
        for part in version.plan.coefficients
        for name in part.applies_to
    ]
    if not scaled:
        one = pl.lit(1, dtype=pl.Int64)
        return rows.with_columns(coef_num=one, coef_den=one)
    schema = {"plan": pl.String(), "component": pl.String()}
    wanted = (
        rows.join(pl.DataFrame(scaled, schema=schema, orient="row").unique(), on=_KEY[:2])
        .select(_KEY)
        .unique()
    )
    told = pl.DataFrame(
        [(*key, *_whole(coefficient(ground, *key))) for key in wanted.iter_rows()],
        schema=_TERMS,
        orient="row",
    )
    return rows.join(told, on=_KEY, how="left", maintain_order="left").with_columns(
        pl.col("coef_num", "coef_den").fill_null(1)
    )


def coefficient(ground: Ground, plan: str, component: str, payee: str, month: int) -> Fraction:
    """What a component of a version (by name) is multiplied by for a payee in a month."""
    product = Fraction(1)
    for part in ground.world.rules.named[plan].plan.coefficients:
        if component in part.applies_to:
            figures = ground.world.people.figures.get((payee, part.metric), ())
            product *= _times(part, figure_of_month(figures, month, ground.zone))
    return product


def figure_of_month(figures: Sequence[Figure], month: int, zone: ZoneInfo) -> Fraction | None:
    """The figure that holds for a month: the last reported for it, else in force at its end."""
    reported = [told.figure for told in figures if told.period == month]
    if reported:
        return reported[-1]
    end = period_end(month, zone)
    in_force = [told.figure for told in figures if told.period is None and told.at < end]
    return in_force[-1] if in_force else None


def _times(part: Coefficient, figure: Fraction | None) -> Fraction:
    """`times` of the row that holds the figure; one below zero is in the first."""
    held = part.missing if figure is None else figure
    reached = [row.times for row in part.rows if row.starts <= held]
    return reached[-1] if reached else part.rows[0].times


def _whole(product: Fraction) -> tuple[int, int]:
    bound = max(product.numerator, product.denominator)
    if bound >= INT64_BOUND:
        raise AmountTooLarge(bound)
    return product.numerator, product.denominator
