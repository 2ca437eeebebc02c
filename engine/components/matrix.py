"""Matrix commission: a rate looked up by two figures or words of the signing, or by attainment.

The rate of a layer is looked up once; where attainment is one of the two it is looked up again in
every period in which the payee's attainment comes to another row, and each line is for the payee.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from engine.eligibility import seen_by_conditions
from engine.ground import Ground
from engine.matching import matches
from engine.measures import attained
from engine.moments import told_at
from engine.pricing import PART, as_lines, each_by_itself, offered, priced
from engine.rulebook import Version
from engine.valued import Valued, worth_of_layers
from engine.windows import window_number
from schemas.currencies import DIGITS
from schemas.expressions import FIELDS, Condition, Kind
from schemas.expressions.nodes import Compares, Constant, Field, Is, Relation
from schemas.frames import ENTITLED, empty
from schemas.plans import Axis, Matrix, MatrixCommission
from schemas.rates import rate_text

Parts = Sequence[tuple[Version, MatrixCommission]]

_ATTAINMENT: Final = "attainment"
_OTHERS: Final = "*"
_STEP: Final = ("deal", "layer", "source", "role", "payee", *PART)
_AXES: Final = ("row", "column")


def entitlements(ground: Ground) -> pl.DataFrame:
    """What matrix components entitle to (ENTITLED), per period of change."""
    worth = worth_of_layers(ground)
    of = Valued(credited=ground.credited, members=ground.credited, values=worth)
    return matrix_lines(of, list(ground.parts(MatrixCommission)), ground)


def matrix_lines(of: Valued, parts: Parts, ground: Ground) -> pl.DataFrame:
    """What some matrix components pay for what is valued (ENTITLED)."""
    offers = offered(of.credited, parts, ground)
    found = [empty(ENTITLED)]
    for version, part in parts:
        here = (pl.col("plan") == version.plan.name) & (pl.col("component") == part.id)
        mine = offers.filter(here)
        if mine.is_empty():
            continue
        placed = _placed(mine, part.table, version, ground)
        if part.quota is None:
            found.append(priced(placed.join(_rates(part.table), on=_AXES), of, ground))
        else:
            rows = _by_attainment(placed.join(of.values, on=of.by), part, version, ground)
            rated = rows.join(_rates(part.table), on=_AXES)
            found.append(as_lines(each_by_itself(rated, ground), ground.world))
    return pl.concat(found)


def _rates(table: Matrix) -> pl.DataFrame:
    """The rates of a matrix: `row, column, rate, num, den`."""
    cells = [
        (row, column, rate_text(rate), rate.numerator, rate.denominator)
        for row, rates in enumerate(table.rates)
        for column, rate in enumerate(rates)
    ]
    schema = {
        **dict.fromkeys(_AXES, pl.Int64()),
        "rate": pl.String(),
        "num": pl.Int128(),
        "den": pl.Int128(),
    }
    return pl.DataFrame(cells, schema=schema, orient="row")


def _placed(offers: pl.DataFrame, table: Matrix, version: Version, ground: Ground) -> pl.DataFrame:
    """Offers with their place on each axis, null by attainment; a word of no row is left out."""
    seen = seen_by_conditions(offers, ground.world, version)
    told = offers
    for name, axis in zip(_AXES, (table.rows, table.columns), strict=True):
        if axis.by == _ATTAINMENT:
            told = told.with_columns(pl.lit(None, dtype=pl.Int64).alias(name))
        else:
            told = told.with_columns(_places(seen, axis, version).alias(name))
    known = [
        name
        for name, axis in zip(_AXES, (table.rows, table.columns), strict=True)
        if axis.by != _ATTAINMENT
    ]
    return told.drop_nulls(known)


def _places(seen: pl.DataFrame, axis: Axis, version: Version) -> pl.Series:
    """The number of the row of an axis that each deal is in, null for none.

    Asked as conditions are: a figure is in the last row at or below it, a missing one in the first;
    words are tried in order, and `*` is everything else.
    """
    digits = DIGITS[version.plan.currency]
    others = _others(axis)
    found = pl.Series("place", [others], dtype=pl.Int64).new_from_index(0, seen.height)
    for place, condition in _questions(axis, version):
        held = matches(seen, condition, digits)
        found = pl.select(pl.when(held).then(pl.lit(place)).otherwise(found)).to_series()
    return found.cast(pl.Int64)


def _others(axis: Axis) -> int | None:
    """The row of what no question holds for."""
    if axis.words is None:
        return 0
    return axis.words.index(_OTHERS) if _OTHERS in axis.words else None


def _questions(axis: Axis, version: Version) -> Iterator[tuple[int, Condition]]:
    """What is asked of a deal, row by row, the one that decides last."""
    declared = version.plan.attributes.get(axis.by)
    kind = FIELDS[axis.by] if declared is None else Kind(declared)
    field = Field(axis.by, kind)
    for place, bound in list(enumerate(axis.starts or ()))[1:]:
        yield place, Compares(field, Relation.AT_LEAST, Constant(str(bound)))
    for place, word in reversed(list(enumerate(axis.words or ()))):
        if word != _OTHERS:
            yield place, Is(field, (word,))


def _by_attainment(
    rows: pl.DataFrame, part: MatrixCommission, version: Version, ground: Ground
) -> pl.DataFrame:
    """Rows with their place by attainment, told again whenever that becomes another."""
    axes = zip(_AXES, (part.table.rows, part.table.columns), strict=True)
    per = next(quota.per for quota in version.plan.quotas if quota.id == part.quota)
    windowed = rows.with_columns(window=window_number(pl.col("dated"), per, version.plan))
    reached = attained(ground, version, part.quota or "", per)
    named = [(name, axis) for name, axis in axes if axis.by == _ATTAINMENT]
    places = reached.select(
        "payee", "window", "period", **{f"_{name}": _reached(axis) for name, axis in named}
    ).sort("period")
    moments = (
        windowed.select(*_STEP, "window", "dated")
        .unique()
        .join(places.select("payee", "window", "period"), on=["payee", "window"])
    )
    told = told_at(windowed, moments.filter(pl.col("period") > pl.col("dated")), _STEP)
    looked_up = told.sort("period").join_asof(
        places, on="period", by=["payee", "window"], strategy="backward", check_sortedness=False
    )
    return looked_up.with_columns(
        pl.col(f"_{name}").fill_null(0).alias(name) for name, _ in named
    ).drop(*(f"_{name}" for name, _ in named))


def _reached(axis: Axis) -> pl.Expr:
    """The row of the attainment `num / den`."""
    place = pl.lit(0, dtype=pl.Int64)
    for number, bound in list(enumerate(axis.starts or ()))[1:]:
        held = pl.col("num") * bound.denominator >= pl.col("den") * bound.numerator
        place = pl.when(held).then(pl.lit(number, dtype=pl.Int64)).otherwise(place)
    return place
