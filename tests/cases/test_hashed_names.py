"""Cases of names by their hashes, stretch by stretch: the same as of all names at once."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.cases import CaseStore, made
from evenhand.cases.store import MADE
from evenhand.runs.errors import OtherHashes
from evenhand.runs.stores import Folder
from replay.cases import cases
from replay.hashed_names import CasesOfNames, HashedNames, hashed
from schemas.frames import READ, empty

PAIR = st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))
STRETCHES = st.lists(st.lists(PAIR, max_size=6), min_size=1, max_size=5)


def edges_of(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    schema = {"one": pl.String(), "other": pl.String()}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def told(stretches: list[list[tuple[str, str]]]) -> CasesOfNames:
    named = HashedNames()
    for pairs in stretches:
        named.join(edges_of(pairs))
    return named.cases()


def of(names: list[str | None], known: CasesOfNames) -> list[int | None]:
    """The cases of names, one by one."""
    texts = pl.DataFrame({"name": names}, {"name": pl.String()})
    return known.of(texts.select(hashed(pl.col("name"))).to_series()).to_list()


@given(stretches=STRETCHES)
def test_stretch_by_stretch_the_same_names_are_of_one_case(
    stretches: list[list[tuple[str, str]]],
) -> None:
    at_once = cases(edges_of([pair for pairs in stretches for pair in pairs]))
    known = told(stretches)
    names = at_once["name"].to_list()
    pairs = set(zip(of(names, known), at_once["case"].to_list(), strict=True))
    assert len(pairs) == known.count == at_once["case"].n_unique()
    assert {case for case, _ in pairs} == set(range(known.count))


@given(stretches=STRETCHES)
def test_the_same_stretches_have_the_same_numbers(
    stretches: list[list[tuple[str, str]]],
) -> None:
    assert told(stretches).names.equals(told(stretches).names)


def test_who_is_first_in_the_log_is_first_among_cases() -> None:
    known = told([[("z", "z")], [("m", "m")], [("a", "z")]])
    assert of(["z", "m", "a"], known) == [0, 1, 0]


def test_the_cases_of_some_names_are_looked_up_and_nobody_has_none() -> None:
    known = told([[("b", "a")], [("c", "c"), ("d", "b")]])
    c, d, a, again, nobody = of(["c", "d", "a", "d", None], known)
    assert a == d == again != c
    assert nobody is None


def test_what_another_version_of_polars_hashed_is_refused(tmp_path: Path) -> None:
    store = made(lambda: [empty(READ)], Folder(tmp_path), "store")
    file = Path(store.place) / MADE
    file.write_text(json.dumps({**json.loads(file.read_text()), "probe": 1}))
    with pytest.raises(OtherHashes, match="another version of polars"):
        CaseStore.at(store.place)
