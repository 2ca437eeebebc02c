"""Conditions of every shape, as the reader would make them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from schemas.expressions import (
    CHOICES,
    FIELDS,
    Condition,
    Kind,
)
from schemas.expressions.nodes import (
    All,
    AnyOf,
    Compares,
    Computed,
    Constant,
    Field,
    Is,
    Known,
    Negative,
    Not,
    Number,
    Relation,
    Within,
    read_by,
)

ATTRIBUTES = {
    "region": Kind.TEXT,
    "margin": Kind.RATE,
    "seats": Kind.NUMBER,
    "start": Kind.DATE,
    "strategic": Kind.YES_NO,
}
KNOWN = {**FIELDS, **ATTRIBUTES}


def _named(*kinds: Kind) -> st.SearchStrategy[Field]:
    return st.sampled_from([Field(name, kind) for name, kind in KNOWN.items() if kind in kinds])


def _constants(mark: str) -> st.SearchStrategy[Number]:
    written = st.from_regex(r"(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?", fullmatch=True)
    positive = st.builds(lambda text: Constant(text + mark), written)
    return positive | st.builds(Negative, positive)


def _reads(number: Number) -> bool:
    return bool(read_by(Is(number, ())))


def _computed(of: st.SearchStrategy[Number], by: st.SearchStrategy[Number]) -> Any:
    divisors = st.sampled_from([Constant("3"), Constant("0.7"), Negative(Constant("2"))])
    return st.one_of(
        st.builds(Negative, of),
        st.builds(Computed, of, st.sampled_from(["+", "-"]), of),
        st.builds(Computed, of.filter(_reads), st.just("*"), by),
        st.builds(Computed, of, st.just("/"), divisors),
    )


_BARE = _constants("")
_RATES = st.recursive(
    _named(Kind.RATE) | _constants("%"), lambda of: _computed(of, _BARE), max_leaves=2
)
_COUNTS = st.recursive(_named(Kind.NUMBER) | _BARE, lambda of: _computed(of, _BARE), max_leaves=2)
_MONEY = st.recursive(
    _named(Kind.MONEY) | _BARE, lambda of: _computed(of, _RATES | _COUNTS), max_leaves=3
)
_DAYS = st.sampled_from([date(2026, 3, 31), date(2026, 4, 1), date(2027, 1, 1)])
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=9
) | st.sampled_from(["A", "B", '"', "' OR 1=1; --"])


@st.composite
def _of_numbers(draw: st.DrawFn) -> Condition:
    numbers = draw(st.sampled_from([_RATES, _COUNTS, _MONEY]))
    left = draw(numbers.filter(_reads))
    if draw(st.booleans()):
        return Is(left, tuple(draw(st.lists(numbers, min_size=1, max_size=3))))
    if draw(st.booleans()):
        return Compares(left, draw(st.sampled_from(Relation)), draw(numbers))
    return Within(left, draw(numbers), draw(numbers.filter(_reads)))


@st.composite
def _of_words(draw: st.DrawFn) -> Condition:
    field = draw(_named(Kind.TEXT))
    words = st.sampled_from(CHOICES[field.name]) if field.name in CHOICES else TEXTS
    return Is(field, tuple(draw(st.lists(words, min_size=1, max_size=3))))


_ATOMS = st.one_of(
    _of_numbers(),
    _of_words(),
    st.builds(Known, _named(*Kind)),
    st.builds(Is, _named(Kind.YES_NO), st.booleans().map(lambda value: (value,))),
    st.builds(Is, _named(Kind.DATE), st.lists(_DAYS, min_size=1, max_size=2).map(tuple)),
    st.builds(Compares, _named(Kind.DATE), st.sampled_from(Relation), _DAYS),
    st.builds(Within, _named(Kind.DATE), st.just(date(2026, 1, 1)), _DAYS),
)


def _guarded(part: Condition, divisor: Field) -> Condition:
    guard = Compares(divisor, Relation.MORE_THAN, Constant("0"))
    share = Computed(Field("amount", Kind.MONEY), "/", divisor)
    return All((guard, part, Compares(share, Relation.LESS_THAN, Constant("70"))))


def _parts(of: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(of, min_size=2, max_size=3).map(tuple)
    guarded = st.builds(_guarded, of, _named(Kind.NUMBER))
    return st.builds(Not, of) | st.builds(All, several) | st.builds(AnyOf, several) | guarded


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_ATOMS, _parts, max_leaves=6)
