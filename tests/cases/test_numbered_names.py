"""Cases of many names, numbered stretch by stretch: the same as of all names at once."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from replay.cases import cases
from replay.numbered_names import NumberedNames

PAIR = st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))
STRETCHES = st.lists(st.lists(PAIR, max_size=6), min_size=1, max_size=5)


def edges_of(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    schema = {"one": pl.String(), "other": pl.String()}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def numbered(stretches: list[list[tuple[str, str]]]) -> NumberedNames:
    named = NumberedNames()
    for pairs in stretches:
        named.join(edges_of(pairs))
    return named


def groups(names: pl.DataFrame) -> set[frozenset[str]]:
    found = names.group_by("case").agg("name")["name"].to_list()
    return {frozenset(group) for group in found}


@given(stretches=STRETCHES)
def test_stretch_by_stretch_the_same_names_are_of_one_case(
    stretches: list[list[tuple[str, str]]],
) -> None:
    at_once = cases(edges_of([pair for pairs in stretches for pair in pairs]))
    told = numbered(stretches).cases()
    assert groups(told.names) == groups(at_once)
    assert told.count == at_once["case"].n_unique()
    assert sorted(set(told.names["case"])) == list(range(told.count))


@given(stretches=STRETCHES)
def test_the_same_stretches_have_the_same_numbers(
    stretches: list[list[tuple[str, str]]],
) -> None:
    assert numbered(stretches).cases().names.equals(numbered(stretches).cases().names)


def test_the_cases_of_some_names_are_looked_up() -> None:
    told = numbered([[("b", "a")], [("c", "c"), ("d", "b")]]).cases()
    some = pl.Series(["c", "d", "a", "d", None])
    found = dict(told.of(some).iter_rows())
    assert found["a"] == found["d"] != found["c"]
    assert len(found) == 3
