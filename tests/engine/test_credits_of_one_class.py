"""Deals of one class and one finder are credited as by the way that takes every deal."""

import polars as pl

from bench.generator import records
from engine.crediting import credited
from engine.layers import splits
from engine.mixed_credits import mixed_credits
from engine.world import world
from schemas.frames import CREDITS


def test_the_short_way_credits_as_the_long_one_does() -> None:
    told = world(records(5000))
    short = credited(told.sources, told.classes, told.sides, splits(told.steps))
    whole = pl.col("signed_by").list.eval(pl.element().struct.field("den")).list.max().fill_null(1)
    wholes = splits(told.steps).with_columns(whole=whole)  # here each den divides the greatest
    signers = wholes.explode("signed_by").unnest("signed_by").drop_nulls("payee")
    weighed = signers.with_columns(weight=pl.col("num") * (pl.col("whole") // pl.col("den")))
    long = mixed_credits(told.sources, told.classes, told.sides, (wholes, weighed))
    assert short.height > 0
    assert short.sort(*CREDITS).equals(long.sort(*CREDITS))
    assert set(short["source"]) >= {"self", "marketing"}
