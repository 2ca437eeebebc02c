"""Facts in order of effect: by instant and rank, and by names only where those are the same."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import by_effect, in_order_of_effect
from schemas.frames import FACTS

_NAME = st.sampled_from(["a", "b", "ab", "é", "z", "𐀀"])
_FACT = st.tuples(st.integers(0, 3), st.integers(0, 2), _NAME, _NAME, _NAME)
_BY = ("effective_at", "rank", "stream", "source", "id")


def _facts(told: list[tuple[int, int, str, str, str]]) -> pl.DataFrame:
    rows = pl.DataFrame(told, schema={name: FACTS[name] for name in _BY}, orient="row")
    empty = [
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in FACTS.items() if name not in _BY
    ]
    places = pl.int_range(pl.len(), dtype=pl.Int64).alias("position")
    return rows.with_columns(*empty).with_columns(places).select(*FACTS)


@settings(max_examples=200)
@given(st.lists(_FACT, max_size=30), st.integers(0, 9))
def test_facts_stand_as_if_sorted_by_all_five(
    told: list[tuple[int, int, str, str, str]], first: int
) -> None:
    facts = _facts(told)
    ordered = in_order_of_effect(facts, first)
    assert ordered.select(_BY).equals(facts.select(_BY).sort(_BY))
    assert ordered["order"].to_list() == list(range(first, first + len(told)))


@settings(max_examples=100)
@given(st.lists(st.tuples(_FACT, st.booleans()), max_size=30))
def test_facts_that_are_not_kept_are_as_if_never_told(
    told: list[tuple[tuple[int, int, str, str, str], bool]],
) -> None:
    facts = _facts([fact for fact, _ in told])
    kept = pl.Series([keep for _, keep in told], dtype=pl.Boolean)
    assert by_effect(facts, kept).select(_BY).equals(by_effect(facts.filter(kept)).select(_BY))


def test_facts_in_order_are_not_moved() -> None:
    facts = _facts([(0, 0, "a", "a", "a"), (0, 1, "a", "a", "a"), (1, 0, "a", "a", "a")])
    assert by_effect(facts)["position"].to_list() == [0, 1, 2]
