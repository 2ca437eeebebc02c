"""What a measure counts: the value of deals, deals, leads, touches, cash, one change a row.

Only what is dated while the payee is under the plan, between two of its splits, is counted.
"""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from engine.allocation import largest, product_dtype
from engine.attendance import Attendance
from engine.eligibility import eligible
from engine.exchange import exchanged
from engine.ground import Ground, paid_under
from engine.zones import month
from schemas.frames import Schema, empty
from schemas.plans import Measure

CHANGES: Final[Schema] = {
    "payee": pl.String(),
    "dated": pl.Int64(),  # the payout period of the date that is counted
    "period": pl.Int64(),  # that in which the count changed
    "num": pl.Int128(),
    "den": pl.Int128(),
}
"""By how much a count changes at the end of a period: num/den, several rows add up."""
MEASURED: Final[Schema] = {"plan": pl.String(), "measure": pl.String(), **CHANGES}
"""The same for measures, by the versions they are of and their ids."""


def changes(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """The changes (CHANGES) of what a measure of deals, leads or touches counts.

    Money is in minor units of the plan's currency. Raises `AmountTooLarge`.
    """
    of_the_whole = attendance.ground.world.whole.measured
    if of_the_whole is not None:
        mine = (pl.col("plan") == attendance.version.plan.name) & (pl.col("measure") == measure.id)
        told = of_the_whole.filter(mine)
    else:
        told = _COUNTS[measure.of](attendance, measure)
    if told.is_empty():
        return empty(CHANGES)
    product_dtype(largest(told["num"]), told.height)
    return told.group_by("payee", "dated", "period", "den").agg(pl.col("num").sum())


def _value(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """Credited value of layers: what each change of a layer's value is worth to its payees."""
    ground = attendance.ground
    credited = exchanged(_credited(attendance, measure), ground.world.rules)
    moved = credited.filter(pl.col("fx_num").is_not_null()).join(
        _moves(ground, credited), on="layer"
    )
    return _shares(moved, "moved")


def _deals(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """Signed deals, by share, while their signing has a value."""
    signings = attendance.ground.world.signings.select(layer="signing")
    credited = _credited(attendance, measure).join(signings, on="layer", how="semi")
    worth = _moves(attendance.ground, credited).sort("layer", "period")
    stands = (pl.col("moved").cum_sum().over("layer") > 0).cast(pl.Int64)
    counted = worth.with_columns(stands=stands).with_columns(
        moved=pl.col("stands") - pl.col("stands").shift(1).over("layer").fill_null(0)
    )
    one = pl.lit(1, dtype=pl.Int128)
    return _shares(credited.join(counted, on="layer").with_columns(fx_num=one, fx_den=one), "moved")


def _leads(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """Leads of a payee, at their first qualification."""
    assert measure.of == "qualified-leads"
    return _each(attendance, attendance.ground.qualified, "at")


def _touches(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """Touches of the kind that a payee made."""
    world = attendance.ground.world
    made = world.facts.filter(pl.col("type") == "touch-recorded", pl.col("payee").is_not_null())
    if measure.kind is not None:
        made = made.filter(pl.col("kind") == measure.kind)
    return _each(attendance, paid_under(made, world, "effective_at"), "effective_at")


def _cash(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """Payments less refunds, by the share of the signing, at the rate of their own date."""
    ground = attendance.ground
    world, own = ground.world, pl.lit(attendance.version.plan.name)
    signings = world.signings.select(layer="signing")
    signed = ground.credited.join(signings, on="layer", how="semi").with_columns(plan=own)
    shares = eligible(signed, ground, measure, attendance.version).select(
        "deal", "payee", "weight", "whole"
    )
    refund = pl.col("type") == "refund-issued"
    moved = world.facts.filter(refund | (pl.col("type") == "payment-received")).select(
        "deal",
        "currency",
        "effective_at",
        amount=pl.when(refund).then(-pl.col("amount")).otherwise("amount"),
    )
    paid = paid_under(moved.join(shares, on="deal"), world, "effective_at")
    counted = exchanged(
        _of_run(attendance, paid).with_columns(plan=own), world.rules, "effective_at"
    )
    at = month(pl.col("effective_at"), ground.zone)
    return _shares(
        counted.filter(pl.col("fx_num").is_not_null()).with_columns(dated=at, period=at), "amount"
    )


_COUNTS: Final[Mapping[str, Callable[[Attendance, Measure], pl.DataFrame]]] = {
    "value": _value,
    "deals": _deals,
    "qualified-leads": _leads,
    "touches": _touches,
    "cash": _cash,
}


def _credited(attendance: Attendance, measure: Measure) -> pl.DataFrame:
    """The credits (CREDITED) that a measure counts, each with the version that pays it."""
    counts = attendance.names_in_currency if measure.of == "value" else attendance.names
    run = attendance.ground.credited.filter(pl.col("plan").is_in(counts))
    seen = run.with_columns(_plan="plan", plan=pl.lit(attendance.version.plan.name))
    counted = eligible(seen, attendance.ground, measure, attendance.version)
    return counted.with_columns(plan="_plan").drop("_plan")


def _of_run(attendance: Attendance, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("plan").is_in(attendance.names))


def _moves(ground: Ground, credited: pl.DataFrame) -> pl.DataFrame:
    """By how much the value of credited layers moved in each period: `layer, period, moved`."""
    was = pl.col("value").shift(1).over("layer").fill_null(0)
    return (
        ground.world.states.join(credited, on="layer", how="semi")
        .sort("layer", "at", maintain_order=True)
        .with_columns(moved=pl.col("value") - was, period=month(pl.col("at"), ground.zone))
        .group_by("layer", "period")
        .agg(pl.col("moved").sum())
    )


def _shares(rows: pl.DataFrame, amount: str) -> pl.DataFrame:
    """CHANGES of amounts times exchange and the payee's share of the deal."""
    product_dtype(largest(rows[amount]), largest(rows["fx_num"]), largest(rows["weight"]))
    product_dtype(largest(rows["fx_den"]), largest(rows["whole"]))
    wide = pl.col(amount, "weight", "whole").cast(pl.Int128)
    return rows.with_columns(wide).select(
        "payee",
        "dated",
        "period",
        num=pl.col(amount) * pl.col("fx_num") * pl.col("weight"),
        den=pl.col("fx_den") * pl.col("whole"),
    )


def _each(attendance: Attendance, rows: pl.DataFrame, at: str) -> pl.DataFrame:
    """CHANGES of rows that count one each, in the period of their date and for good."""
    dated, one = month(pl.col(at), attendance.ground.zone), pl.lit(1, dtype=pl.Int128)
    counted = _of_run(attendance, rows).filter(pl.col("payee").is_not_null())
    return counted.select("payee", dated=dated, period=dated, num=one, den=one)
