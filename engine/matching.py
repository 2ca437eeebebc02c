"""Which deals a condition holds for: vectorised, exact, and true or false for every row.

Numbers are rationals of integers, compared by cross multiplication in 64 bits where the bound is
proven on the data, else in 128 where that is, else refused. Money counts in major units. A missing
value makes every comparison with it false, and `not` is the plain complement of what it denies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from engine.allocation import largest, product_dtype
from schemas.expressions.nodes import (
    All,
    AnyOf,
    Compares,
    Comparison,
    Computed,
    Condition,
    Constant,
    Field,
    Is,
    Known,
    Negative,
    Not,
    Number,
    Relation,
    Value,
    Within,
    constant,
    read_by,
)
from schemas.expressions.vocabulary import NUMERIC, Kind

COLUMNS: Final[Mapping[str, str]] = {
    "product": "products",
    "customer type": "customer_type",
    "class": "source",
    "role": "role",
    "side": "side",
    "channel": "channel",
    "campaign": "campaign",
    "team": "team",
    "kind": "kind",
    "business": "first",
    "term": "term_months",
}
"""The columns of the fields of a deal; `amount` has two, an attribute `attr_` and its name."""

_DECIMAL: Final = r"^(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,6}))?(%?)$"
_FRACTION: Final = r"^(-?(?:0|[1-9][0-9]{0,6}))/([1-9][0-9]{0,6})$"
_DAY: Final = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"

Ratio = tuple[pl.Expr, pl.Expr]
"""A numerator and a denominator above zero, both missing where the number is."""
Bounds = tuple[int, int]
"""What a numerator and a denominator are at most, by their absolute values, and at least 1."""


def matches(frame: pl.DataFrame, condition: Condition, digits: int) -> pl.Series:
    """Whether the condition holds, row by row; Boolean, never null.

    `digits` are those of the plan's currency, in whose minor units `amount_num` / `amount_den` is.
    Denominators are above zero. Columns that the condition does not read may be absent. Raises
    `AmountTooLarge` where 128 bits cannot hold what is to be compared.
    """
    columns: dict[str, pl.Expr] = {}
    bounds: dict[str, Bounds] = {}
    for field in read_by(condition):
        if field.kind in NUMERIC:
            columns[_num(field)], columns[_den(field)] = _ratio(frame, field, digits)
        else:
            columns[field.name] = _column(field)
    rows = frame.select(**columns)
    for field in read_by(condition):
        if field.kind in NUMERIC:
            most = largest(rows[_num(field)]), largest(rows[_den(field)])
            bounds[field.name] = (max(1, most[0]), max(1, most[1]))
    return rows.select(matched=_Asked(bounds).condition(condition)).to_series()


def _num(field: Field) -> str:
    return f"{field.name} num"


def _den(field: Field) -> str:
    return f"{field.name} den"


def _column(field: Field) -> pl.Expr:
    """The values of a field that is no number, missing where they do not read as its kind."""
    column = pl.col(COLUMNS.get(field.name, f"attr_{field.name}"))
    match field.kind:
        case Kind.DATE:
            day = column.str.to_date("%Y-%m-%d", strict=False)
            return pl.when(column.str.contains(_DAY)).then(day)
        case Kind.YES_NO:
            return pl.when(column.is_in(["yes", "no"])).then(column == "yes")
        case _:
            return column


def _ratio(frame: pl.DataFrame, field: Field, digits: int) -> Ratio:
    """The exact values of a field that is a number."""
    if field.kind is Kind.MONEY:
        product_dtype(largest(frame["amount_den"]), 10**digits)
        num, den = pl.col("amount_num").cast(pl.Int128), pl.col("amount_den").cast(pl.Int128)
        return num, den * pl.lit(10**digits, dtype=pl.Int128)
    if field.name in COLUMNS:
        return pl.col(COLUMNS[field.name]).cast(pl.Int64), pl.lit(1, dtype=pl.Int64)
    return _read(pl.col(f"attr_{field.name}"), percent=field.kind is Kind.RATE)


def _read(text: pl.Expr, *, percent: bool) -> Ratio:
    """The numbers that texts write: `-12`, `0.25`, `1/4`, and `25%` for a rate."""
    groups = text.str.extract_groups(_DECIMAL)
    sign, whole, decimals, mark = (groups.struct.field(str(group)) for group in range(1, 5))
    decimals = decimals.fill_null("")
    readable = pl.lit(value=True) if percent else mark == ""
    written = pl.when(readable).then(pl.concat_str(sign, whole, decimals))
    places = decimals.str.len_bytes() + mark.str.len_bytes() * 2
    fraction = text.str.extract_groups(_FRACTION).struct
    num = pl.coalesce(written, fraction.field("1")).cast(pl.Int64)
    scale = pl.lit(10, dtype=pl.Int64).pow(places)
    return num, pl.coalesce(fraction.field("2").cast(pl.Int64), scale)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A condition in the making, over columns whose bounds are known."""

    bounds: Mapping[str, Bounds]

    def condition(self, condition: Condition) -> pl.Expr:
        """Where a condition holds, true or false."""
        match condition:
            case Not(part):
                return ~self.condition(part)
            case All(parts):
                return pl.all_horizontal(map(self.condition, parts))
            case AnyOf(parts):
                return pl.any_horizontal(map(self.condition, parts))
            case _:
                return self._comparison(condition).fill_null(value=False)

    def _comparison(self, asked: Comparison) -> pl.Expr:
        match asked:
            case Known(field):
                return _known(field)
            case Is(Field() as field, values) if field.kind not in NUMERIC:
                return _is_one_of(field, values)
            case Is(left, values):
                return pl.any_horizontal(self._compared(left, None, value) for value in values)
            case Compares(left, relation, right):
                return self._compared(left, relation, right)
            case Within(left, low, high):
                above = self._compared(left, Relation.AT_LEAST, low)
                return above & self._compared(left, Relation.LESS_THAN, high)

    def _compared(self, left: Number, relation: Relation | None, right: Value) -> pl.Expr:
        """A comparison in full; without a relation, of equals."""
        if isinstance(left, Field) and isinstance(right, date):
            return _related(pl.col(left.name), relation, pl.lit(right))
        assert isinstance(right, Number), "the reader compares numbers with numbers"
        (num, den), (other_num, other_den) = self._most(left), self._most(right)
        dtype = product_dtype(max(num * other_den, other_num * den))
        (num_, den_), (other_num_, other_den_) = self._parts(left, dtype), self._parts(right, dtype)
        return _related(num_ * other_den_, relation, other_num_ * den_)

    def _most(self, number: Number) -> Bounds:
        """The bounds of a number, each at least those of all it is computed from."""
        if (value := constant(number)) is not None:
            return max(1, abs(value.numerator)), value.denominator
        match number:
            case Field(name):
                return self.bounds[name]
            case Negative(inner):
                return self._most(inner)
            case Computed(left, operator, right):
                (num, den), (other_num, other_den) = self._most(left), self._most(right)
            case Constant():
                raise AssertionError("a constant is one")
        match operator:
            case "+" | "-":
                return num * other_den + other_num * den, den * other_den
            case "*":
                return num * other_num, den * other_den
            case "/":
                return num * other_den, den * other_num

    def _parts(self, number: Number, dtype: pl.DataType) -> Ratio:
        if (value := constant(number)) is not None:
            return _literal(value, dtype)
        match number:
            case Field():
                return pl.col(_num(number)).cast(dtype), pl.col(_den(number)).cast(dtype)
            case Negative(inner):
                num, den = self._parts(inner, dtype)
                return 0 - num, den
            case Computed(left, operator, right):
                (num, den), other = self._parts(left, dtype), self._parts(right, dtype)
            case Constant():
                raise AssertionError("a constant is one")
        match operator:
            case "+":
                return num * other[1] + other[0] * den, den * other[1]
            case "-":
                return num * other[1] - other[0] * den, den * other[1]
            case "*":
                return num * other[0], den * other[1]
            case "/":
                return _divided((num, den), other)


def _literal(value: Fraction, dtype: pl.DataType) -> Ratio:
    return pl.lit(value.numerator, dtype=dtype), pl.lit(value.denominator, dtype=dtype)


def _divided(left: Ratio, right: Ratio) -> Ratio:
    """A quotient with its denominator above zero; missing where the divisor is zero."""
    below = right[0] < 0  # and not `-`, which Polars lacks for 128 bits
    num = left[0] * pl.when(below).then(0 - right[1]).otherwise(right[1])
    den = left[1] * pl.when(below).then(0 - right[0]).otherwise(right[0])
    return num, pl.when(den != 0).then(den)


def _related(left: pl.Expr, relation: Relation | None, right: pl.Expr) -> pl.Expr:
    match relation:
        case None:
            return left == right
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE_THAN:
            return left > right
        case Relation.AT_MOST:
            return left <= right
        case Relation.LESS_THAN:
            return left < right


def _known(field: Field) -> pl.Expr:
    if field.kind in NUMERIC:
        return pl.col(_num(field)).is_not_null() & pl.col(_den(field)).is_not_null()
    if field.name == "product":
        return pl.col(field.name).list.drop_nulls().list.len() > 0
    return pl.col(field.name).is_not_null()


def _is_one_of(field: Field, values: Iterable[Value]) -> pl.Expr:
    column = pl.col(field.name)
    if field.name == "product":
        return pl.any_horizontal(column.list.contains(pl.lit(value)) for value in values)
    if field.name == "business":
        return column.is_in([value == "first" for value in values])
    return column.is_in(list(values))
