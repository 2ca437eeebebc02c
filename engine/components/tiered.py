"""Tiered commission: a rate that depends on how much a payee was credited in a window.

With A(i) the sum up to and with the i-th step of a window, its slice is F(A(i)) - F(A(i-1)) times
its coefficient; G(i) sums the slices, and the line is round(G(i)) - round(G(i-1)), so that a payee
has round(G(n)) for the window.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import polars as pl

from engine.allocation import largest, product_dtype, rounded_quotients
from engine.epochs import epochs, in_epochs, portions
from engine.ground import Ground
from engine.measures import attained
from engine.pricing import as_lines, exact
from engine.rate_tables import amount_at, marginal, place_at, rate_at, rate_of
from engine.rulebook import Version
from engine.tier_steps import Parts, in_windows, steps_and_worths
from schemas.frames import ENTITLED, empty
from schemas.plans import Tiered

_SUM: Final = ["group", "since"]
_IN_ORDER: Final = [*_SUM, "opened_at", "fact", "source", "opener"]
_SUMMED: Final = (
    *("step", "group", "plan", "component", "payee", "window", "dated", "opened_at", "fact"),
    *("source", "opener", "sign", "rounding", "per_minor", "unit", "bound_unit", "share_units"),
    *("open_units", "rate_parts", "coef_num", "coef_den", "coef_unit"),
)
"""What of a step is in every sum that it is a part of; the rest is said of what changed."""
_NO_TURNS: Final = {"group": pl.Int64(), "period": pl.Int64()}
_ONE: Final = pl.lit(1, dtype=pl.Int128)


def entitlements(ground: Ground) -> pl.DataFrame:
    """What tiered components entitle to (ENTITLED), per period of change."""
    parts = list(ground.parts(Tiered))
    steps, worths = steps_and_worths(ground, parts)
    if steps.is_empty():
        return empty(ENTITLED)
    return as_lines(paid(steps, worths, ground, parts), ground.world)


def paid(steps: pl.DataFrame, worths: pl.DataFrame, ground: Ground, parts: Parts) -> pl.DataFrame:
    """Steps, all of a payee and some at least, with what each is paid as `part` and its `base`.

    A row for each period in which that changed. Some windows are summed at a time: whenever one is
    summed again, all its steps have a row, nearly all as they were.
    """
    told = in_windows(steps, ground, parts)
    turns = [pl.DataFrame(schema=_NO_TURNS), *_turns(told, worths, ground, parts)]
    numbered = worths.with_row_index("row")
    summed, short = told.select(_SUMMED), numbered.drop("because")
    found = [
        _changes(_rounded(pl.concat(list(_slices(_summed(rows), ground, parts)))))
        for some in portions(summed, epochs(told, worths, pl.concat(turns)))
        for rows in [in_epochs(summed.join(some, on="group", how="semi"), short, some)]
    ]
    moved = pl.concat(found)
    because, rate = numbered["because"].gather(moved["row"]), pl.lit(None, dtype=pl.String)
    return moved.with_columns(because, rate=rate).join(told, on="step", maintain_order="left")


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that are not as those before them of their step: `step, row, period, part, base`."""
    told = rows.select("step", "row", "period", "part", "base").sort("step", "period")
    again = (pl.col(name) == pl.col(name).shift(1) for name in ("step", "row", "part"))
    return told.filter(pl.all_horizontal(again).fill_null(value=False).not_())


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in order with what their window adds up to: by units, and by deals.

    `x` is a step's own amount as at the end of the epoch, `upto` the sum up to and with it, `total`
    that of the window; `opened_before` the sum of the opening amounts before it. `nth` counts the
    steps above zero up to and with it, `many` all of them, `nth_opened` those before by opening.
    """
    steepest = rows.group_by(_SUM).len()["len"].max()
    many = int(str(steepest or 1))
    x = exact(rows, ["worth", "per_minor"]) * pl.col("sign")
    told = rows.with_columns(x=x).sort(_IN_ORDER)
    product_dtype(largest(told["x"]), many, 4)
    product_dtype(largest(told["open_units"]), many, 4)
    counts = (pl.col("x") > 0).cast(pl.Int64)
    opened = (pl.col("open_units") > 0).cast(pl.Int64)
    return told.with_columns(
        upto=pl.col("x").cum_sum().over(_SUM),
        total=pl.col("x").sum().over(_SUM),
        opened_before=pl.col("open_units").cum_sum().over(_SUM) - pl.col("open_units"),
        nth=counts.cum_sum().over(_SUM),
        many=counts.sum().over(_SUM),
        nth_opened=opened.cum_sum().over(_SUM) - opened + counts,
    )


def _slices(rows: pl.DataFrame, ground: Ground, parts: Parts) -> Iterator[pl.DataFrame]:
    """Rows with `slice`: what each adds to the payout of its window, in units and rate parts."""
    for version, part in parts:
        here = (pl.col("plan") == version.plan.name) & (pl.col("component") == part.id)
        told = rows.filter(here)
        if told.is_empty():
            continue
        dearest = max(_numerator(rate, told) for rate in _rates(part))
        highest = max((row.starts.numerator for row in part.table.rows), default=0)
        summed = max(
            largest(told[name]) for name in ("upto", "total", "opened_before", "share_units")
        )
        product_dtype(max(summed, 1), dearest, 4)
        product_dtype(largest(told["bound_unit"]), highest, 4)
        yield _sliced(told, ground, version, part).select(*rows.columns, "slice")


def _sliced(rows: pl.DataFrame, ground: Ground, version: Version, part: Tiered) -> pl.DataFrame:
    """Rows of one component of a version with their `slice`, by the table's own way."""
    table, scale = part.table, int(str(rows["rate_parts"][0]))
    by_slice = version.plan.decreases == "own-slice"
    if table.by == "deals":
        before = "nth_opened" if by_slice else "nth"
        reached = pl.col("many" if table.mode == "retroactive" else before) - 1
        if table.rows[0].amount is not None:
            each = amount_at(reached, _ONE, table) * pl.col("share_units") * pl.col("rate_parts")
            return rows.with_columns(slice=pl.when(pl.col("x") > 0).then(each).otherwise(_ONE * 0))
        return rows.with_columns(slice=rate_at(reached, _ONE, table, scale) * pl.col("x"))
    if table.mode == "retroactive":
        if version.plan.goes_by_measure(part):
            told = _with_attainment(rows, ground, version, part)
            return told.with_columns(
                slice=rate_at(pl.col("num"), pl.col("den"), table, scale) * pl.col("x")
            )
        rate = rate_at(pl.col("total").abs(), pl.col("bound_unit"), table, scale)
        rate = (
            pl.when(pl.col("bound_unit") == 0).then(_aimless(version, part, scale)).otherwise(rate)
        )
        return rows.with_columns(slice=rate * pl.col("x"))
    start = pl.col("opened_before") if by_slice else pl.col("upto") - pl.col("x")
    unit = pl.col("bound_unit")
    adds = marginal(start + pl.col("x"), unit, table, scale) - marginal(start, unit, table, scale)
    aimless = _aimless(version, part, scale) * pl.col("x")
    return rows.with_columns(slice=pl.when(unit == 0).then(aimless).otherwise(adds))


def _aimless(version: Version, part: Tiered, scale: int) -> pl.Expr:
    """The rate of everything where the quota is 0: the row that holds 100 %, or the first."""
    zero = {quota.id: quota.zero for quota in version.plan.quotas}.get(part.quota or "")
    rate = rate_of(Fraction(1 if zero == "reached" else 0), part.table)
    return pl.lit(int(rate * scale), dtype=pl.Int128)


def _with_attainment(
    rows: pl.DataFrame, ground: Ground, version: Version, part: Tiered
) -> pl.DataFrame:
    """Rows with `num / den`, the attainment of their window as at the end of their epoch."""
    told = attained(ground, version, part.quota or "", part.window)
    nothing = pl.lit(0, dtype=pl.Int128)
    return (
        rows.with_columns(_last=pl.col("until") - 1)
        .sort("_last")
        .join_asof(
            told.sort("period"),
            left_on="_last",
            right_on="period",
            by=["payee", "window"],
            strategy="backward",
            check_sortedness=False,
            suffix="_told",
        )
        .with_columns(pl.col("num").fill_null(nothing), pl.col("den").fill_null(_ONE))
    )


def _turns(
    steps: pl.DataFrame, worths: pl.DataFrame, ground: Ground, parts: Parts
) -> Iterator[pl.DataFrame]:
    """The periods in which the row that prices a whole window becomes another."""
    for version, part in parts:
        here = (pl.col("plan") == version.plan.name) & (pl.col("component") == part.id)
        mine = steps.filter(here)
        if part.table.mode == "marginal" or mine.is_empty():
            continue
        if version.plan.goes_by_measure(part):
            figures = attained(ground, version, part.quota or "", part.window).join(
                mine.select("payee", "window", "group").unique(), on=["payee", "window"]
            )
        else:
            figures = _totals(steps, worths, mine, by=part.table.by)
        place = place_at(pl.col("num"), pl.col("den"), part.table)
        places = figures.sort("group", "period").select("group", "period", place=place)
        turned = pl.col("place") != pl.col("place").shift(1).over("group")
        yield places.filter(turned.fill_null(value=False)).select("group", "period")


def _totals(
    steps: pl.DataFrame, worths: pl.DataFrame, mine: pl.DataFrame, *, by: str
) -> pl.DataFrame:
    """What windows add up to as at the ends of periods: `group, period, num, den`."""
    units = mine.select("group", "bound_unit").unique("group")
    told = steps.select("step", "group", "per_minor", "sign").join(units, on="group")
    rows = told.join(worths, on="step").sort("step", "period")
    counted = rows.with_columns(x=exact(rows, ["worth", "per_minor"]) * pl.col("sign"))
    figure = (pl.col("x") > 0).cast(pl.Int128) if by == "deals" else pl.col("x")
    change = (figure - figure.shift(1).over("step").fill_null(_ONE * 0)).alias("change")
    sums = (
        counted.with_columns(change)
        .group_by("group", "period")
        .agg(pl.col("change").sum(), pl.col("bound_unit").first())
        .sort("group", "period")
    )
    total = pl.col("change").cum_sum().over("group")
    if by == "deals":
        return sums.select("group", "period", num=total - 1, den=_ONE)
    return sums.select("group", "period", num=total.abs(), den="bound_unit")


def _rounded(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `part`, what each adds to the rounded payout of its window, and their `base`."""
    ordered = rows.with_columns(_times=pl.col("coef_unit") // pl.col("coef_den").cast(pl.Int128))
    many = int(str(ordered.group_by(_SUM).len()["len"].max()))
    exactly = ordered.with_columns(
        _slice=exact(ordered, ["slice", "coef_num", "_times"]),
        _den=exact(ordered, ["unit", "rate_parts", "coef_unit"]),
    ).sort(_IN_ORDER)
    product_dtype(largest(exactly["_slice"]), many, 4)
    product_dtype(largest(exactly["_den"]), 4)
    upto = pl.col("_slice").cum_sum().over(_SUM)
    summed = exactly.with_columns(_upto=upto, _before=upto - pl.col("_slice"))
    worth = rounded_quotients(summed, "_upto", "_den")
    part = worth - rounded_quotients(summed, "_before", "_den")
    return summed.with_columns(part=part, base=pl.col("worth") * pl.col("sign"))


def _rates(part: Tiered) -> list[Fraction]:
    """What the rows pay: rates, or amounts for each deal."""
    return [
        row.rate if row.rate is not None else Fraction(row.amount.minor if row.amount else 0)
        for row in part.table.rows
    ]


def _numerator(rate: Fraction, rows: pl.DataFrame) -> int:
    return max(1, int(rate * int(str(rows["rate_parts"][0]))))
