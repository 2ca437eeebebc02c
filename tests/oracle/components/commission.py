"""A rate on the value of deals, for the payees credited in one role."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracle.credited import Credited, items
from tests.oracle.lines import Entitled
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import divided, exact, rounded
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """Each credited layer, each component that matches."""
    for item in items(world, month):
        for component in item.components("commission"):
            rate = exact(component["rate"])
            amount = priced(item, component["id"], rate, item.value)
            yield item.entitled(component, amount, rate=rate, share=item.share)


def priced(item: Credited, component: str, rate: Fraction, value: Fraction | int) -> int:
    """The payee's part at one rate for everybody: the whole is rounded, then divided.

    With a coefficient it depends on the payee: round(rate x coefficient x credited amount).
    """
    mode = item.terms.version.rounding
    of_deal = item.in_plan_currency(1) * value
    scaled = coefficient(item.world, item.terms, component)
    if scaled is not None:
        return rounded(rate * scaled * of_deal * item.share, mode)
    whole = rounded(rate * of_deal * item.credit.class_share, mode)
    return divided(whole, item.credit.shares)[item.terms.payee]
