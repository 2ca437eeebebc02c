"""Shapley values of channels: each game against its definition over every set."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crediting_models import games
from engine.crediting_models.pools import CurrenciesMixed, pool
from engine.crediting_models.shapley import closure, closure_by, exact_set, ordered
from engine.crediting_models.worth import NegativeWorth, NothingToShare, shares
from tests.engine.pooling import frames, many_paths, path, pooled, valued
from tests.oracle import pooled_models as oracle
from tests.oracle.pooled_models import Path

ELEVEN = [
    *path("A>B>C", won=4),
    *path("A>B", won=4),
    *path("A", won=1),
    *path("A>A", won=1),
    *path("B>C", won=1, lost=2),
    *path("C", lost=3),
]
moderate = settings(max_examples=100)


def test_a_conversion_is_split_equally_over_its_distinct_channels() -> None:
    worth = closure(pooled([*path("A>B>A", won=2), *path("B", won=1, lost=7)]))
    assert worth == {"A": 1, "B": 2}


@moderate
@given(many_paths())
def test_the_closure_game_has_the_values_of_its_definition(paths: list[Path]) -> None:
    names = oracle.channels_of(paths)
    assert closure(pooled(paths)) == oracle.shapley(names, oracle.closure(paths))


@moderate
@given(many_paths(), st.lists(st.integers(-500, 10**12), min_size=1, max_size=5))
def test_so_has_it_when_conversions_count_by_their_value(
    paths: list[Path], values: list[int]
) -> None:
    worth = valued(paths, values)
    names = oracle.channels_of(worth)
    assert closure(pooled(worth, "value")) == oracle.shapley(names, oracle.closure(worth))


@moderate
@given(many_paths())
def test_the_game_of_exact_sets_has_the_values_of_its_definition(paths: list[Path]) -> None:
    names = oracle.channels_of(paths)
    assert exact_set(pooled(paths)) == oracle.shapley(names, oracle.exact_set(paths))


@moderate
@given(many_paths())
def test_the_games_of_rates_have_the_values_of_their_definitions(paths: list[Path]) -> None:
    names, journeys = oracle.channels_of(paths), pooled(paths)
    assert games.closure_rate(journeys) == oracle.shapley(names, oracle.closure_rate(paths))
    assert games.exact_rate(journeys) == oracle.shapley(names, oracle.exact_rate(paths))


@moderate
@given(many_paths())
def test_the_ordered_game_splits_a_channel_over_its_places(paths: list[Path]) -> None:
    journeys = pooled(paths)
    by_place = ordered(journeys)
    assert by_place == oracle.ordered(paths)
    assert sum(by_place.values()) == sum(closure(journeys).values())


@moderate
@given(st.lists(st.integers(-(10**15), 10**15), min_size=15, max_size=15))
def test_any_game_has_the_values_that_its_dividends_have(worth: list[int]) -> None:
    game = [0, *worth]
    names = "ABCD"
    sets = {
        frozenset(name for i, name in enumerate(names) if mask >> i & 1): Fraction(of)
        for mask, of in enumerate(game)
    }
    expected = oracle.dividends(names, sets.__getitem__)
    assert games.values(names, pl.Series(game)) == expected
    assert games.values_of_rates(names, [Fraction(of) for of in game]) == expected
    assert sum(expected.values()) == game[-1]


def test_sets_summed_by_the_transform_give_the_closed_form() -> None:
    journeys = pooled(ELEVEN)
    game = games.with_subsets(games.of_sets(journeys, "won"))
    assert game[-1] == 11
    assert games.values(journeys.channels, game) == closure(journeys)


def test_exact_sets_share_what_all_channels_won_together_and_no_more() -> None:
    assert sum(exact_set(pooled(ELEVEN)).values()) == 4
    assert sum(closure(pooled(ELEVEN)).values()) == 11


@moderate
@given(many_paths(), st.randoms(use_true_random=False))
def test_repeated_touches_and_their_order_move_nothing_in_the_closure_game(
    paths: list[Path], dice: st.DataObject
) -> None:
    again = [
        Path(tuple(dice.sample(p.channels * 2, len(p.channels) * 2)), p.converted, p.count)  # type: ignore[attr-defined]
        for p in paths
    ]
    assert closure(pooled(again)) == closure(pooled(paths))


@moderate
@given(many_paths())
def test_splitting_a_row_of_journeys_moves_nothing(paths: list[Path]) -> None:
    single = [Path(p.channels, p.converted) for p in paths for _ in range(p.count)]
    assert closure(pooled(single)) == closure(pooled(paths))
    assert exact_set(pooled(single)) == exact_set(pooled(paths))


def test_touches_may_come_in_any_order_of_rows() -> None:
    journeys, touches = frames(ELEVEN)
    mixed = touches.sort(pl.col("channel"), pl.col("journey"), descending=True)
    assert closure(pool(journeys, mixed)) == closure(pool(journeys, touches))
    assert ordered(pool(journeys, mixed)) == ordered(pool(journeys, touches))


def test_customers_of_each_type_have_values_of_their_own() -> None:
    journeys, touches = frames(ELEVEN)
    kinds = pl.Series(["new", "new", "old", "old", "old", "old", "new"])[: journeys.height]
    typed = journeys.with_columns(customer_type=kinds)
    apart = closure_by(pool(typed, touches), "customer_type")
    for kind, worth in apart.items():
        assert worth == closure(pool(typed.filter(customer_type=kind), touches))
    assert sum(sum(worth.values()) for worth in apart.values()) == 11


def test_a_channel_without_a_conversion_is_worth_nothing() -> None:
    assert closure(pooled(ELEVEN + path("D>C", lost=8)))["D"] == 0


def test_a_negative_value_is_refused_or_counts_as_nothing_as_the_model_says() -> None:
    lonely = exact_set(pooled([*path("A", won=5), *path("A>B", won=1)]))
    assert lonely == {"A": 3, "B": -2}
    with pytest.raises(NegativeWorth, match="B is worth -2"):
        shares(lonely)
    assert shares(lonely, "floor") == {"A": 1, "B": 0}


def test_nothing_cannot_be_shared() -> None:
    with pytest.raises(NothingToShare):
        shares(closure(pooled(path("A>B", lost=3))))


def test_values_in_two_currencies_are_not_added() -> None:
    journeys, touches = frames(ELEVEN)
    mixed = journeys.with_columns(currency=pl.Series(["EUR", "CNY"] * 4)[: journeys.height])
    with pytest.raises(CurrenciesMixed, match="CNY and EUR"):
        pool(mixed, touches, "value")
    assert sum(closure(pool(mixed, touches)).values()) == 11


def test_more_channels_than_sets_can_be_listed_for_are_refused() -> None:
    crowd = pooled([*path(">".join(f"c{i}" for i in range(21)), won=21)])
    assert set(closure(crowd).values()) == {1}
    with pytest.raises(games.TooManyChannels, match=r"21 channels .* up to 20"):
        games.of_sets(crowd, "won")
    with pytest.raises(games.TooManyChannels, match="up to 12"):
        games.closure_rate(crowd)


def test_twenty_channels_are_valued_exactly() -> None:
    names = [f"c{i}" for i in range(20)]
    sizes = pl.select(pl.int_range(2**20, dtype=pl.UInt32).bitwise_count_ones()).to_series()
    worth = games.values(names, sizes.cast(pl.Int64) * 3)
    assert set(worth.values()) == {3}
