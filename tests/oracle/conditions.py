"""Conditions on a deal: a reader and an evaluator of their own, for all forms but computing."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

Facts = Mapping[str, Any]  # field -> its value; a missing one is None or absent
Test = Callable[[Facts], bool]

TOKEN = re.compile(r'"(?:[^"]|"")*"|\d{4}-\d\d-\d\d|\d+(?:\.\d+)?%?|[A-Za-z][\w-]*|[(),]')
RELATIONS: dict[tuple[str, ...], Callable[[Any, Any], bool]] = {
    ("at", "least"): ge,
    ("more", "than"): gt,
    ("at", "most"): le,
    ("less", "than"): lt,
    ("on", "or", "after"): ge,
    ("after",): gt,
    ("on", "or", "before"): le,
    ("before",): lt,
}


def holds(text: str, facts: Facts) -> bool:
    """Whether a condition holds of a deal."""
    return Reader(TOKEN.findall(text)).condition()(facts)


class Reader:
    """Reads tokens from the left: `and` binds closer than `or`."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def takes(self, *words: str) -> bool:
        """Whether these words come next; if so they are passed."""
        found = tuple(self.tokens[: len(words)]) == words
        if found:
            del self.tokens[: len(words)]
        return found

    def condition(self) -> Test:
        tests = [self.chain()]
        while self.takes("or"):
            tests.append(self.chain())
        return lambda facts: any(test(facts) for test in tests)

    def chain(self) -> Test:
        tests = [self.single()]
        while self.takes("and"):
            tests.append(self.single())
        return lambda facts: all(test(facts) for test in tests)

    def single(self) -> Test:
        negated = self.takes("not")
        if self.takes("("):
            inner = self.condition()
            assert self.takes(")"), self.tokens
        else:
            inner = self.comparison()
        return (lambda facts: not inner(facts)) if negated else inner

    def comparison(self) -> Test:
        field = self.tokens.pop(0)
        while not self.takes("is"):
            field += f" {self.tokens.pop(0)}"
        if self.takes("not"):
            equal = self.equality(field)
            return lambda facts: not equal(facts)
        for words, relation in RELATIONS.items():
            if self.takes(*words):
                return compared(field, relation, self.value())
        if self.takes("from"):
            above = compared(field, ge, self.value())
            assert self.takes("up", "to"), self.tokens
            below = compared(field, lt, self.value())
            return lambda facts: above(facts) and below(facts)
        return self.equality(field)

    def equality(self, field: str) -> Test:
        if self.takes("known"):
            return lambda facts: bool(known(facts, field))
        if not self.takes("one", "of"):
            values = [self.value()]
        else:
            values = [self.value()]
            while self.takes(","):
                values.append(self.value())
        return lambda facts: any(value in values for value in known(facts, field))

    def value(self) -> Any:
        """A quoted or bare word, a date, a number, yes or no."""
        token = self.tokens.pop(0)
        if token.startswith('"'):
            return token[1:-1].replace('""', '"')
        if re.fullmatch(r"\d{4}-\d\d-\d\d", token):
            return date.fromisoformat(token)
        if token[0].isdigit():
            return Fraction(token[:-1]) / 100 if token.endswith("%") else Fraction(token)
        return {"yes": True, "no": False}.get(token, token)


def known(facts: Facts, field: str) -> list[Any]:
    """The values of a field: those of a list, the one of another, none when it is missing."""
    value = facts.get(field)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def compared(field: str, relation: Callable[[Any, Any], bool], value: Any) -> Test:
    """A comparison with a missing value is false."""
    return lambda facts: any(relation(each, value) for each in known(facts, field))


def attribute(text: str | None, kind: str) -> Any:
    """A deal's attribute as its kind; a text that does not read as it counts as missing."""
    if text is None or kind == "text":
        return text
    try:
        match kind:
            case "yes-no":
                return {"yes": True, "no": False}[text]
            case "date":
                return date.fromisoformat(text)
            case "rate" if text.endswith("%"):
                return Fraction(text[:-1]) / 100
            case _:
                return Fraction(text)
    except (ValueError, KeyError, ZeroDivisionError):
        return None
