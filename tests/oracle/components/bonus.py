"""A target amount, paid by attainment of a quota."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracle.components.windowed import Due, due
from tests.oracle.lines import Component, Entitled
from tests.oracle.numbers import exact
from tests.oracle.tables import payout
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """line = round(target x part x p(a) x coefficient)."""
    for each in due(world, month, "bonus"):
        quota = each.aim.part("quotas", each.component["quota"])
        first_day = quota.get("first_day") != "does-not-count"
        yield each.line(each.target(first_day=first_day) * share(each, each.component))


def share(each: Due, card: Component) -> Fraction:
    """p(a) of a = min(measure / quota, most)."""
    attainment = each.aim.attainment(card["quota"])
    if card.get("most") is not None:
        attainment = min(attainment, exact(card["most"]))
    return payout(card["payout"], attainment)
