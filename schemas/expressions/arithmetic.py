"""Numbers of a condition: read from the tree, each with its kind; what may be computed with what.

Money counts in major units, so that a bare number is an amount beside money, and a count beside a
count; `None` is the kind of such a number. A rate is written with its percent sign, or is zero.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NoReturn, cast

from lark import Token, Tree

from schemas.expressions.findings import BadCondition, Finding, closest, quoted
from schemas.expressions.grammar import DEPTH_MAX, too_deep
from schemas.expressions.nodes import (
    Computed,
    Constant,
    Field,
    Negative,
    Number,
    Operator,
    constant,
)
from schemas.expressions.vocabulary import KIND_SAID, NUMERIC, Kind
from schemas.rates import rate_text

Piece = Tree[Token] | Token
_WRITTEN: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?%?", re.ASCII)
_CONSTANT_MAX: Final = 10**22


@dataclass(frozen=True, slots=True)
class Typed:
    """A number with its kind and the depth of what it is computed from."""

    number: Number
    kind: Kind | None
    depth: int = 1

    def __str__(self) -> str:
        return KIND_SAID[self.kind] if self.kind else f"a bare number ({self.number})"


def wrong(at: Piece, found: str, expected: str, suggestion: str | None = None) -> NoReturn:
    """Refuse a piece of the text. Raises `BadCondition`."""
    raise BadCondition(
        [Finding(column=column_of(at), found=found, expected=expected, suggestion=suggestion)]
    )


def column_of(at: Piece) -> int:
    """Where a piece begins, counted from 1."""
    start = at.start_pos if isinstance(at, Token) else at.meta.start_pos
    return (start or 0) + 1


def named(token: Token, known: Mapping[str, Kind]) -> Field:
    """The field that a word names. Raises `BadCondition`."""
    name = " ".join(token.lower().split())
    if name in known:
        return Field(name, known[name])
    spaced = "-" in name and name.split("-")[0] in known
    meant = quoted(name.replace("-", " - ")) if spaced else closest(name, known)
    expected = "a field" if meant else f"a field ({', '.join(known)})"
    wrong(token, quoted(str(token)), expected, meant)


def number(piece: Piece, known: Mapping[str, Kind]) -> Typed:
    """What a piece of the tree computes. Raises `BadCondition`."""
    typed = _number(piece, known)
    if typed.depth > DEPTH_MAX:
        raise BadCondition([too_deep(column_of(piece))])
    value = constant(typed.number)
    if value and max(abs(value.numerator), value.denominator) >= _CONSTANT_MAX:
        wrong(piece, "a number of more than 22 digits", "a smaller one")
    return typed


def _number(piece: Piece, known: Mapping[str, Kind]) -> Typed:
    match piece:
        case Token(type="NUMBER"):
            return _constant(piece)
        case Token(type="NAME"):
            field = named(piece, known)
            if field.kind not in NUMERIC:
                wrong(
                    piece, f"{field}, which is {KIND_SAID[field.kind]}", "a number to compute with"
                )
            return Typed(field, field.kind)
        case Token():
            wrong(piece, quoted(str(piece)), "a number")
        case Tree(data="negative", children=[_, inner]):
            typed = number(inner, known)
            return Typed(Negative(typed.number), typed.kind, typed.depth + 1)
        case Tree(data="sum" | "product", children=[first, *rest]):
            typed = number(first, known)
            for operator, right in zip(rest[::2], rest[1::2], strict=True):
                typed = _joined(typed, cast("Token", operator), number(right, known))
            return typed
        case _:
            raise AssertionError(f"the grammar has no {piece.data} here")


def _constant(token: Token) -> Typed:
    if not _WRITTEN.fullmatch(token):
        wrong(
            token,
            quoted(str(token)),
            "a number without leading zeros, at most 15 digits before and 6 after the point",
        )
    return Typed(Constant(str(token)), Kind.RATE if token.endswith("%") else None)


def _joined(left: Typed, sign: Token, right: Typed) -> Typed:
    operator = cast("Operator", str(sign))
    computed = Computed(left.number, operator, right.number, column_of(sign))
    kind = _sum(left, sign, right) if operator in "+-" else _product(left, sign, right)
    depth = max(left.depth, right.depth) + 1
    if depth > DEPTH_MAX:
        raise BadCondition([too_deep(column_of(sign))])
    return Typed(computed, kind, depth)


def _sum(left: Typed, sign: Token, right: Typed) -> Kind | None:
    if left.kind == right.kind:
        return left.kind
    kinds = {left.kind, right.kind}
    if None in kinds and Kind.RATE not in kinds:
        return left.kind or right.kind
    wrong(sign, f"{left} {sign} {right}", "two of a kind (a rate is written 100%)")


def _product(left: Typed, sign: Token, right: Typed) -> Kind | None:
    kinds = (left.kind, right.kind)
    if sign == "*":
        if kinds == (Kind.MONEY, Kind.MONEY):
            wrong(sign, "money * money", "money multiplied by a number or a rate")
        return next((kind for kind in (Kind.MONEY, Kind.RATE, Kind.NUMBER) if kind in kinds), None)
    match kinds:
        case (Kind.NUMBER | Kind.RATE, Kind.MONEY):
            wrong(sign, f"{left} / money", "money divided by money, or by a number")
        case (Kind.RATE, Kind.RATE) | (_, Kind.MONEY) | (None, Kind.NUMBER | Kind.RATE):
            return Kind.NUMBER
        case (Kind.NUMBER, Kind.RATE):
            return Kind.NUMBER
        case _:
            return left.kind


def agree(left: Typed, right: Typed, at: Piece) -> None:
    """Refuse a comparison of what cannot be compared. Raises `BadCondition`."""
    if left.kind == right.kind:
        return
    bare = left if left.kind is None else right
    other = right if bare is left else left
    if bare.kind is not None:
        wrong(at, f"{right} compared with {left}", str(left))
    if other.kind is Kind.RATE and constant(bare.number) != 0:
        value = constant(bare.number) or Fraction(0)
        meant = rate_text(value if abs(value) < 1 else value / 100)
        wrong(at, str(bare), "a rate with its percent sign, such as 20%", meant)
