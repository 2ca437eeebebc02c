"""The crediting bench: its journeys are the same for a seed, and look like journeys."""

import polars as pl

from bench.crediting import crediting_row
from bench.touches import journeys
from schemas.frames import JOURNEYS, TOUCHES, checked


def test_journeys_are_the_same_for_the_same_seed() -> None:
    told, touches = journeys(500)
    again, touched_again = journeys(500)
    assert told.equals(again)
    assert touches.equals(touched_again)
    assert not journeys(500, seed=8)[1].equals(touches)


def test_every_journey_has_touches_and_some_convert() -> None:
    told, touches = journeys(2_000)
    checked(told, JOURNEYS)
    checked(touches, TOUCHES)
    assert set(touches["journey"]) == set(told["journey"])
    assert 4 < touches.height / told.height < 5
    assert 0.05 < told["converted"].sum() / told.height < 0.2
    values = told.filter("converted")["value"]
    assert values.null_count() == 0
    assert told.filter(~pl.col("converted"))["value"].null_count() == told.height - len(values)


def test_ours_is_measured_where_the_peers_are_not_installed() -> None:
    row = crediting_row(2_000, rounds=1, peers=False)
    assert row["journeys"] == 2_000
    models = ("closure", "position", "markov", "markov_1000")
    assert all(row[f"{model}_wall_s"] > 0 for model in models)
