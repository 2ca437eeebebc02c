"""Proofs that nothing is divided by zero: each divisor is a number, or is asked about beside it.

A divisor that reads a field is guarded by a comparison in the same conjunction, at any level above
the division, that cannot hold when the divisor is zero: `term is more than 0 and amount / term is
at least 100.00`.
"""

from collections.abc import Iterator
from fractions import Fraction

from schemas.expressions.findings import Finding, quoted
from schemas.expressions.nodes import (
    All,
    AnyOf,
    Compares,
    Computed,
    Condition,
    Field,
    Is,
    Known,
    Negative,
    Not,
    Number,
    Relation,
    Within,
    constant,
    numbers,
    parts_of,
)

Guards = frozenset[Number]
_NONE: Guards = frozenset()


def divisions(condition: Condition, guards: Guards = _NONE) -> Iterator[Finding]:
    """Divisions by zero, and by what may be zero."""
    match condition:
        case All(parts):
            proven = [_proven(part) for part in parts]
            for i, part in enumerate(parts):
                beside = (each for j, each in enumerate(proven) if j != i)
                yield from divisions(part, guards.union(*beside))
        case AnyOf(parts):
            for part in parts:
                yield from divisions(part, guards)
        case Not(part):
            yield from divisions(part, guards)
        case _:
            for number in numbers(condition):
                yield from _within(number, guards)


def _within(number: Number, guards: Guards) -> Iterator[Finding]:
    for part in parts_of(number):
        match part:
            case Computed(operator="/", right=divisor, column=column):
                if not _is_never_zero(divisor, guards):
                    yield _finding(divisor, column)
            case _:
                pass


def _finding(divisor: Number, column: int) -> Finding:
    if constant(divisor) == 0:
        return Finding(column=column, found="a division by zero", expected="another divisor")
    return Finding(
        column=column,
        found=f"a division by {quoted(str(divisor))}, which may be zero",
        expected=f"a condition beside it, as in: {divisor} is more than 0 and …",
    )


def _is_never_zero(number: Number, guards: Guards) -> bool:
    if number in guards:
        return True
    match number:
        case Negative(inner):
            return _is_never_zero(inner, guards)
        case Computed(left, "*" | "/", right):
            return _is_never_zero(left, guards) and _is_never_zero(right, guards)
        case _:
            return bool(constant(number))


def _proven(condition: Condition) -> Guards:
    """Numbers that are not zero, or are missing, wherever the condition holds."""
    match condition:
        case All(parts):
            return _NONE.union(*map(_proven, parts))
        case AnyOf(parts):
            first, *others = map(_proven, parts)
            return first.intersection(*others)
        case Not(Is(left, values)):
            return frozenset({left}) if 0 in _constants(*values) else _NONE
        case Is(left, values):
            known = _constants(*values)
            return frozenset({left}) if all(known) else _NONE
        case Compares(left, relation, right):
            return _apart(left, relation, right)
        case Within(left, low, high):
            return _apart(left, Relation.AT_LEAST, low) | _apart(left, Relation.LESS_THAN, high)
        case Known() | Not():
            return _NONE


def _constants(*values: object) -> list[Fraction | None]:
    return [
        constant(value) if isinstance(value, Number) and not isinstance(value, Field) else None
        for value in values
    ]


_TURNED = {
    Relation.AT_LEAST: Relation.AT_MOST,
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.MORE_THAN: Relation.LESS_THAN,
    Relation.LESS_THAN: Relation.MORE_THAN,
}


def _apart(left: Number, relation: Relation, right: object) -> Guards:
    """The one of two numbers that the other, a constant, keeps away from zero."""
    [low], [bound] = _constants(left), _constants(right)
    if low is not None and isinstance(right, Number):
        return _apart(right, _TURNED[relation], left) if bound is None else _NONE
    apart = (
        bound is not None
        and {
            Relation.AT_LEAST: bound > 0,
            Relation.MORE_THAN: bound >= 0,
            Relation.AT_MOST: bound < 0,
            Relation.LESS_THAN: bound <= 0,
        }[relation]
    )
    return frozenset({left}) if apart else _NONE
