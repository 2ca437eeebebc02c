"""A target amount, paid by several attainments, each with its weight."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracle.components.bonus import share
from tests.oracle.components.windowed import Due, due
from tests.oracle.lines import Component, Entitled
from tests.oracle.numbers import exact
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """round(target x part x coefficient x sum of weight x p(a))."""
    for each in due(world, month, "scorecard"):
        weighed = sum((weighted(each, card) for card in each.component["cards"]), Fraction(0))
        yield each.line(each.target() * weighed)


def weighted(each: Due, card: Component) -> Fraction:
    """weight x p(a); 0 when what the card needs attains less than `at_least`."""
    needs = card.get("needs")
    if needs is not None and each.aim.attainment(needs) < exact(card["at_least"]):
        return Fraction(0)
    return exact(card["weight"]) * share(each, card)
