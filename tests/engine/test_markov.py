"""Removal effects of channels: against chains in fractions, solved once for each removal."""

from fractions import Fraction
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.touches import journeys as drawn
from engine.crediting_models import certified, markov
from engine.crediting_models.chains import Chain, TooManyStates, chain
from engine.crediting_models.elimination import solved
from engine.crediting_models.markov import removal_effects
from engine.crediting_models.pooled import channel_shares
from engine.crediting_models.pools import pool
from engine.crediting_models.worth import shares
from schemas.crediting import CREDITING_MODEL, Markov
from tests.engine.pooling import frames, many_paths, path, pooled, valued
from tests.oracle import pooled_models as oracle
from tests.oracle.pooled_models import Path

THREE_PATHS = [*path("A>B>C", won=1), *path("A", lost=1), *path("B>C", lost=1)]
MIXED = [
    *path("A>B>A>C", won=3, lost=2),
    *path("B>B", won=1),
    *path("C>A", won=2, lost=5),
    *path("C", won=1),
    *path("D", lost=4),
]
moderate = settings(max_examples=100)


def test_the_textbook_example_of_three_paths_loses_a_half_without_its_first_channel() -> None:
    assert removal_effects(pooled(THREE_PATHS)) == {"A": Fraction(1, 2), "B": 1, "C": 1}


@moderate
@given(many_paths("ABCD"), st.integers(1, 3))
def test_effects_are_those_of_chains_solved_without_each_channel(
    paths: list[Path], order: int
) -> None:
    assert removal_effects(pooled(paths), order) == oracle.removal_effects(paths, order)


@moderate
@given(many_paths("ABCD"), st.lists(st.integers(0, 10**12), min_size=1, max_size=4))
def test_so_are_they_when_conversions_count_by_their_value(
    paths: list[Path], values: list[int]
) -> None:
    worth = valued(paths, values)
    assert removal_effects(pooled(worth, "value")) == oracle.removal_effects(worth, 1)


@moderate
@given(many_paths())
def test_one_elimination_finds_what_a_loop_of_removals_finds(paths: list[Path]) -> None:
    assume(any(p.converted and p.channels for p in paths))
    assert removal_effects(pooled(paths)) == markov.by_removal(chain(pooled(paths)))


@moderate
@given(many_paths(), st.integers(1, 3))
def test_the_chance_of_conversion_is_conversions_over_journeys(
    paths: list[Path], order: int
) -> None:
    journeys = chain(pooled(paths), order)
    every = sum(journeys.starts)
    reached, whole = solved(markov.balance(journeys), [[won] for won in journeys.won])
    chance = sum(start * x for start, (x,) in zip(journeys.starts, reached, strict=True))
    assert chance == whole * sum(journeys.won)
    assert every == sum(p.count for p in oracle.touched(paths))


@moderate
@given(many_paths())
def test_a_state_is_visited_as_often_as_it_occurs(paths: list[Path]) -> None:
    journeys = chain(pooled(paths))
    for state, visits in zip(journeys.states, journeys.visits, strict=True):
        name = journeys.channels[state[0]]
        assert Fraction(visits, sum(journeys.starts)) == oracle.visits(paths, (name,))


@moderate
@given(many_paths())
def test_staying_with_a_channel_changes_nothing_at_order_one(paths: list[Path]) -> None:
    once = [Path(_without_stays(p.channels), p.converted, p.count) for p in paths]
    assert removal_effects(pooled(once)) == removal_effects(pooled(paths))


def _without_stays(channels: tuple[str, ...]) -> tuple[str, ...]:
    moved = tuple(b for a, b in pairwise(channels) if a != b)
    return channels[:1] + moved


@moderate
@given(many_paths(), st.integers(2, 9))
def test_more_journeys_of_the_same_kinds_change_nothing(paths: list[Path], times: int) -> None:
    more = [Path(p.channels, p.converted, p.count * times) for p in reversed(paths)]
    assert removal_effects(pooled(more)) == removal_effects(pooled(paths))


def test_a_channel_without_a_conversion_has_no_effect_at_any_order() -> None:
    for order in (1, 2, 3):
        assert removal_effects(pooled(MIXED), order)["D"] == 0


def test_without_conversions_nothing_has_an_effect() -> None:
    assert removal_effects(pooled(path("A>B", lost=2))) == {"A": 0, "B": 0}


def test_touches_may_come_in_any_order_of_rows() -> None:
    journeys, touches = frames(MIXED)
    mixed = touches.sort("place", "channel", descending=True)
    assert removal_effects(pool(journeys, mixed), 2) == removal_effects(pooled(MIXED), 2)


def test_a_model_that_is_written_down_gives_shares_that_sum_to_one() -> None:
    written = {
        "model": "markov",
        "order": 1,
        "removal": "null-redirect",
        "value_weighted": False,
        "use": "aggregate",
    }
    model = CREDITING_MODEL.validate_python(written)
    assert isinstance(model, Markov)
    journeys, touches = frames(MIXED)
    found = channel_shares(touches, journeys, model)
    assert found == shares(oracle.removal_effects(MIXED, 1))
    assert sum(found.values()) == 1


@moderate
@given(many_paths(), st.integers(1, 3))
def test_guesses_that_are_proven_are_right_to_the_last_digit(paths: list[Path], order: int) -> None:
    assume(any(p.converted and p.channels for p in paths))
    journeys = chain(pooled(paths), order)
    expected = {
        name: Fraction(round(effect * certified.QUANTUM), certified.QUANTUM)
        for name, effect in oracle.removal_effects(paths, order).items()
    }
    assert certified.by_removal(journeys) == expected
    if order == 1:
        assert certified.of_visits(journeys) == expected


def test_a_large_chain_is_proven_equal_to_its_exact_solution() -> None:
    journeys, touches = drawn(4_000, channels=70)
    large = chain(pool(journeys, touches))
    assert len(large.states) == 70 > markov.EXACT_STATES
    exact = {
        name: Fraction(round(effect * certified.QUANTUM), certified.QUANTUM)
        for name, effect in markov.of_visits(large).items()
    }
    assert removal_effects(pool(journeys, touches)) == exact


def test_journeys_that_hardly_ever_end_are_not_solved_unsurely() -> None:
    endless = Chain(
        channels=("A", "B"),
        states=((0,), (1,)),
        moves=pl.DataFrame({"from": [0, 1], "to": [1, 0], "count": [10**12 - 1, 10**12 - 1]}),
        visits=(10**12, 10**12),
        starts=(1, 1),
        won=(1, 1),
    )
    with pytest.raises(certified.ChainTooLong, match="2 states"):
        certified.of_visits(endless)


def test_too_much_memory_is_refused() -> None:
    journeys, touches = drawn(3_000, channels=70)
    with pytest.raises(TooManyStates, match="Lower the order"):
        chain(pool(journeys, touches), 3)
