"""Conversions of a whole log, added up by month, for the gates of each part of it."""

from dataclasses import replace

from bench.generator import records
from engine.conversions import added_up, conversions
from engine.earned import earned, named
from engine.world import world


def test_conversions_added_up_added_up_open_the_same_gates() -> None:
    told = world(records(2_000))
    each = conversions(told)
    few = added_up(each, told.rules.named.values())
    assert few["many"].sum() == each.height > few.height
    of_the_whole = replace(told, whole=replace(told.whole, conversions=few))
    assert named(earned(of_the_whole), told).equals(named(earned(told), told))
