"""From the text of a condition to the condition, or to everything that is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from lark import Token, Tree

from schemas.expressions.arithmetic import Piece, Typed, agree, named, number, wrong
from schemas.expressions.findings import BadCondition, Finding, closest, quoted
from schemas.expressions.grammar import DEPTH_MAX, too_deep, tree_of
from schemas.expressions.nodes import (
    DATE_WORDS,
    NUMBER_WORDS,
    All,
    AnyOf,
    Compares,
    Comparison,
    Condition,
    Field,
    Is,
    Known,
    Not,
    Number,
    Relation,
    Value,
    Within,
    constant,
    read_by,
)
from schemas.expressions.proofs import divisions
from schemas.expressions.vocabulary import (
    ATTRIBUTE_KINDS,
    CHOICES,
    FIELDS,
    KIND_SAID,
    NAME_MAX,
    NAME_PATTERN,
    NUMERIC,
    WORDS,
    YEAR_MIN,
    Kind,
)

_NAME = re.compile(NAME_PATTERN.replace("$", r"\Z"), re.ASCII)


def parsed(text: str, attributes: Mapping[str, Kind]) -> Condition:
    """The condition that a text says about deals with these declared attributes.

    Raises `BadCondition` with all that is wrong: the first place that does not follow the grammar,
    or every comparison that cannot be meant.
    """
    if refused := [name for name in attributes if not may_be_declared(name, attributes[name])]:
        raise BadCondition([_undeclarable(name) for name in refused])
    reader = _Reader({**FIELDS, **attributes})
    condition = reader.condition(tree_of(text))
    if condition is not None and not reader.findings and _depth(condition) > DEPTH_MAX:
        reader.findings.append(too_deep(1))
    if condition is not None and not reader.findings:
        reader.findings.extend(divisions(condition))
    if condition is None or reader.findings:
        raise BadCondition(sorted(reader.findings, key=lambda finding: finding.column))
    return condition


def may_be_declared(name: str, kind: Kind) -> bool:
    """Whether an attribute may have this name and kind: no name of ours, no word, no money."""
    return (
        kind in ATTRIBUTE_KINDS
        and len(name) <= NAME_MAX
        and bool(_NAME.match(name))
        and name not in WORDS
        and name not in FIELDS
    )


def _undeclarable(name: str) -> Finding:
    return Finding(
        column=1,
        found=f"an attribute called {quoted(name)}",
        expected="attributes of kind text, number, rate, date or yes-no, in lower case, up to 64 "
        "characters, not called like a field or a word of the language",
    )


def _depth(condition: Condition) -> int:
    match condition:
        case Not(part):
            return 1 + _depth(part)
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts))
        case _:
            return 1


class _Reader:
    """Reads a tree, and goes on to the next comparison after one that is wrong."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self.known = known
        self.findings: list[Finding] = []

    def condition(self, piece: Piece) -> Condition | None:
        """What a piece says, or nothing where a finding says why."""
        assert isinstance(piece, Tree), "the grammar has no condition of one word"
        match piece.data:
            case "any" | "all":
                parts = [self.condition(child) for child in piece.children]
                whole = tuple(part for part in parts if part is not None)
                return (AnyOf if piece.data == "any" else All)(whole) if whole else None
            case "negation":
                [inner] = piece.children
                part = self.condition(inner)
                return None if part is None else Not(part)
            case _:
                return self._comparison(piece)

    def _comparison(self, piece: Tree[Token]) -> Condition | None:
        left, test = piece.children
        try:
            asked = self._asked(left, test)
            if not read_by(asked):
                wrong(left, quoted(str(asked)), "a comparison that reads a field of the deal")
        except BadCondition as bad:
            self.findings.extend(bad.findings)
            return None
        return Not(asked) if piece.data == "denial" else asked

    def _asked(self, left: Piece, test: Piece) -> Comparison:
        one = named(left, self.known) if isinstance(left, Token) and left.type == "NAME" else None
        if isinstance(test, Tree) and test.data == "known":
            if one is None:
                wrong(left, "a computation", "a field, which is known or is not")
            return Known(one)
        if one is None or one.kind in NUMERIC:
            return self._of_numbers(left, test)
        return _of_dates(one, test) if one.kind is Kind.DATE else self._of_words(one, test)

    def _of_numbers(self, left: Piece, test: Piece) -> Comparison:
        typed = number(left, self.known)
        match test:
            case Tree(data="related", children=[words, right]):
                relation = _relation(words, NUMBER_WORDS)
                return Compares(typed.number, relation, self._like(typed, right))
            case Tree(data="within", children=[low, high]):
                first, second = self._like(typed, low), self._like(typed, high)
                return _within(typed.number, first, second, test)
            case _:
                return Is(typed.number, tuple(self._like(typed, each) for each in _values(test)))

    def _like(self, left: Typed, piece: Piece) -> Number:
        """A number that may be compared with the left one."""
        if isinstance(piece, Token) and piece.type not in ("NUMBER", "NAME"):
            wrong(piece, quoted(str(piece)), KIND_SAID[left.kind] if left.kind else "a number")
        typed = number(piece, self.known)
        agree(left, typed, piece)
        return typed.number

    def _of_words(self, field: Field, test: Piece) -> Comparison:
        if isinstance(test, Tree) and test.data in ("related", "within"):
            wrong(
                test,
                f"a comparison of size, and {field} is {KIND_SAID[field.kind]}",
                '"is" or "is not"',
            )
        return Is(field, tuple(_word(field, each) for each in _values(test)))


def _values(test: Piece) -> list[Piece]:
    return list(test.children) if isinstance(test, Tree) and test.data == "one_of" else [test]


def _word(field: Field, piece: Piece) -> Value:
    """What a field of words is to be. Raises `BadCondition`."""
    if field.kind is Kind.YES_NO:
        if isinstance(piece, Token) and piece.type in ("YES", "NO"):
            return piece.type == "YES"
        wrong(piece, _shown(piece), "yes or no")
    if choices := CHOICES.get(field.name):
        word = piece.strip('"').lower() if isinstance(piece, Token) else ""
        if word in choices:
            return word
        wrong(piece, _shown(piece), f"one of {', '.join(choices)}", closest(word, choices))
    text = piece[1:-1] if isinstance(piece, Token) and piece.type == "TEXT" else ""
    if not text:
        bare = isinstance(piece, Token) and piece.type == "NAME"
        meant = f'"{piece}" in quotes' if bare else None
        wrong(piece, _shown(piece), 'a text in quotes, as in "Cloud"', meant)
    return text.replace('""', '"')


def _shown(piece: Piece) -> str:
    return quoted(str(piece)) if isinstance(piece, Token) else "a computation"


def _of_dates(field: Field, test: Piece) -> Comparison:
    match test:
        case Tree(data="related", children=[words, right]):
            return Compares(field, _relation(words, DATE_WORDS), _day(right))
        case Tree(data="within", children=[low, high]):
            return _within(field, _day(low), _day(high), test)
        case _:
            return Is(field, tuple(map(_day, _values(test))))


def _relation(words: Piece, said: Mapping[Relation, str]) -> Relation:
    """The relation that words mean, if they are the words for what is compared."""
    asked = " ".join(str(words).lower().split())
    meant = next(each for each in Relation if asked in (NUMBER_WORDS[each], DATE_WORDS[each]))
    if said[meant] != asked:
        wrong(words, quoted(asked), ", ".join(said.values()), quoted(said[meant]))
    return meant


def _within(left: Number, low: Number | date, high: Number | date, at: Piece) -> Within:
    first = low if isinstance(low, date) else constant(low)
    last = high if isinstance(high, date) else constant(high)
    match first, last:
        case (date(), date()) if first >= last:
            empty = True
        case (Fraction(), Fraction()) if first >= last:
            empty = True
        case _:
            empty = False
    if empty:
        wrong(at, f"from {low} up to {high}, which holds nothing", "the smaller first")
    return Within(left, low, high)


def _day(piece: Piece) -> date:
    expected = "a date such as 2026-04-01"
    if not isinstance(piece, Token) or piece.type != "DAY":
        wrong(piece, _shown(piece), expected)
    try:
        day = date.fromisoformat(piece)
    except ValueError:
        wrong(piece, f"{piece}, a day that no calendar has", expected)
    if day.year < YEAR_MIN:
        wrong(piece, str(piece), f"a year from {YEAR_MIN} on")
    return day
