"""A condition as a tree of frozen parts, each printing as the text it is read from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from schemas.expressions.vocabulary import CHOICES, Kind

Operator = Literal["+", "-", "*", "/"]
_BINDS: Final[dict[Operator, int]] = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as it was written: `100000.00`, `20%`."""

    written: str

    @property
    def value(self) -> Fraction:
        """What it means: 1/5 for `20%`."""
        if self.written.endswith("%"):
            return Fraction(self.written[:-1]) / 100
        return Fraction(self.written)

    def __str__(self) -> str:
        return self.written


@dataclass(frozen=True, slots=True)
class Field:
    """A field or a declared attribute of the deal."""

    name: str
    kind: Kind

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign turned."""

    number: "Number"

    def __str__(self) -> str:
        return f"-{_closed(self.number, 4)}"


@dataclass(frozen=True, slots=True)
class Computed:
    """Two numbers brought together. `column` is where the operator stands in the text."""

    left: "Number"
    operator: Operator
    right: "Number"
    column: int = field(default=1, compare=False, repr=False)

    def __str__(self) -> str:
        binds = _BINDS[self.operator]
        return f"{_closed(self.left, binds)} {self.operator} {_closed(self.right, binds + 1)}"


Number: TypeAlias = Constant | Field | Negative | Computed
Value: TypeAlias = Number | str | date | bool


class Relation(StrEnum):
    """How a number stands to another; dates say the same in words of their own."""

    AT_LEAST = "at least"
    MORE_THAN = "more than"
    AT_MOST = "at most"
    LESS_THAN = "less than"


NUMBER_WORDS: Final = {each: each.value for each in Relation}
DATE_WORDS: Final = {
    Relation.AT_LEAST: "on or after",
    Relation.MORE_THAN: "after",
    Relation.AT_MOST: "on or before",
    Relation.LESS_THAN: "before",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A field has a value."""

    field: Field

    def __str__(self) -> str:
        return f"{self.field} is known"


@dataclass(frozen=True, slots=True)
class Is:
    """A field or a number is one of some values."""

    left: Number
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.left} is {self.listed()}"

    def listed(self) -> str:
        """The values as they are asked for."""
        written = ", ".join(value_text(self.left, value) for value in self.values)
        return written if len(self.values) == 1 else f"one of {written}"


@dataclass(frozen=True, slots=True)
class Compares:
    """A number or a date stands in a relation to another."""

    left: Number
    relation: Relation
    right: Number | date

    def __str__(self) -> str:
        words = DATE_WORDS[self.relation] if isinstance(self.right, date) else self.relation
        return f"{self.left} is {words} {self.right}"


@dataclass(frozen=True, slots=True)
class Within:
    """A number or a date lies in [low, high)."""

    left: Number
    low: Number | date
    high: Number | date

    def __str__(self) -> str:
        return f"{self.left} is from {self.low} up to {self.high}"


@dataclass(frozen=True, slots=True)
class Not:
    """The plain complement: it holds exactly where its part does not."""

    part: "Condition"

    def __str__(self) -> str:
        match self.part:
            case Known(named):
                return f"{named} is not known"
            case Is() as part:
                return f"{part.left} is not {part.listed()}"
            case _:
                return f"not ({self.part})"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " and ".join(_grouped(part, (All, AnyOf)) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " or ".join(_grouped(part, AnyOf) for part in self.parts)


Comparison: TypeAlias = Known | Is | Compares | Within
Condition: TypeAlias = Comparison | Not | All | AnyOf


def value_text(left: Number, value: Value) -> str:
    """A value as it stands in the text of a condition about `left`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            bare = isinstance(left, Field) and value in CHOICES.get(left.name, ())
            return value if bare else '"' + value.replace('"', '""') + '"'
        case _:
            return str(value)


def _grouped(part: Condition, loose: type[AnyOf] | tuple[type[All], type[AnyOf]]) -> str:
    return f"({part})" if isinstance(part, loose) else str(part)


def _closed(number: Number, binds: int) -> str:
    match number:
        case Computed(operator=operator) if _BINDS[operator] < binds:
            return f"({number})"
        case Negative() if binds > _BINDS["*"] + 1:  # only one sign may stand before a number
            return f"({number})"
        case _:
            return str(number)


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The comparisons that a condition is made of."""
    match condition:
        case Not(part):
            yield from comparisons(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case _:
            yield condition


def numbers(comparison: Comparison) -> Iterator[Number]:
    """The fields and numbers that a comparison compares."""
    match comparison:
        case Known(named):
            yield named
        case Is(left, values):
            yield left
            yield from (value for value in values if isinstance(value, Number))
        case Compares(left, _, right):
            yield left
            yield from (() if isinstance(right, date) else (right,))
        case Within(left, low, high):
            yield left
            yield from (value for value in (low, high) if not isinstance(value, date))


def parts_of(number: Number) -> Iterator[Number]:
    """A number and all that it is computed from."""
    yield number
    match number:
        case Negative(inner):
            yield from parts_of(inner)
        case Computed(left, _, right):
            yield from parts_of(left)
            yield from parts_of(right)
        case _:
            pass


def read_by(condition: Condition) -> frozenset[Field]:
    """The fields that a condition reads, with their kinds."""
    return frozenset(
        part
        for comparison in comparisons(condition)
        for number in numbers(comparison)
        for part in parts_of(number)
        if isinstance(part, Field)
    )


def fields(condition: Condition) -> frozenset[str]:
    """The names that a condition reads."""
    return frozenset(each.name for each in read_by(condition))


def constant(number: Number) -> Fraction | None:
    """The value of a number that reads no field, if it has one."""
    match number:
        case Constant():
            return number.value
        case Field():
            return None
        case Negative(inner):
            value = constant(inner)
            return None if value is None else -value
        case Computed(left, operator, right):
            return _computed(constant(left), operator, constant(right))


def _computed(left: Fraction | None, operator: Operator, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
