"""A rate for the managers above a payee who is credited, by who reports to whom at the sale."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod

from tests.oracle.attribution.crediting import Credit
from tests.oracle.credited import Credited, layers_of
from tests.oracle.deals import Deal, Step
from tests.oracle.lines import Component, Entitled
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import exact, rounded
from tests.oracle.people import managers_above
from tests.oracle.world import World, credits_of, terms_of

Levels = Mapping[int, Fraction]  # how far above -> share of those below whose way leads here


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """For each layer of a role and class, each manager above: rounded by itself."""
    for deal in world.deals.values():
        for opened in deal.steps:
            for credit in credits_of(world, deal, opened.split):
                for manager, levels in met(world, credit, opened).items():
                    yield from lines(world, month, Above(deal, opened, credit, manager, levels))


class Above:
    """A manager above the payees credited in a role and class of a layer."""

    def __init__(
        self, deal: Deal, opened: Step, credit: Credit, manager: str, levels: Levels
    ) -> None:
        self.deal, self.opened, self.credit = deal, opened, credit
        self.manager, self.levels = manager, levels


def met(world: World, credit: Credit, opened: Step) -> dict[str, dict[int, Fraction]]:
    """Manager -> level -> the shares of those whose way leads there; nobody credited themselves."""
    found: dict[str, dict[int, Fraction]] = {}
    for payee, share in credit.shares.items():
        for level, manager in enumerate(managers_above(world, payee, opened.at), start=1):
            if manager not in credit.shares:
                shares = found.setdefault(manager, {})
                shares[level] = shares.get(level, Fraction(0)) + share
    assert all(sum(shares.values()) <= credit.class_share for shares in found.values())
    return found


def lines(world: World, month: str, above: Above) -> Iterator[Entitled]:
    """The manager's own plan and version at the layer's date pay."""
    terms = terms_of(world, above.manager, above.opened.at, month)
    if terms is None:
        return
    for item in layers_of(world, above.deal, above.credit, terms, above.opened.fact):
        for component in item.components("override") if item.exchange is not None else ():
            amount = paid(item, component, above.levels)
            yield item.entitled(component, amount, role=None, share=sum(above.levels.values()))


def paid(item: Credited, component: Component, levels: Levels) -> int:
    """gross: sum of rate_k x amount_k; net: each of what the levels below have left."""
    rates = {level["above"]: exact(level["rate"]) for level in component["levels"]}
    scaled = coefficient(item.world, item.terms, component["id"])
    total = sum(
        (
            rates[k] * left_by(component, rates, k) * share
            for k, share in levels.items()
            if k in rates
        ),
        Fraction(0),
    )
    exactly = total * item.in_plan_currency(item.value) * (1 if scaled is None else scaled)
    return rounded(exactly, item.terms.version.rounding)


def left_by(component: Component, rates: Mapping[int, Fraction], level: int) -> Fraction:
    """net: (1 - rate_(k-1)) x ... x (1 - rate_1) x (1 - `below`, 0 if absent); gross: 1."""
    if component["basis"] == "gross":
        return Fraction(1)
    below = [rates[k] for k in range(1, level)] + [exact(component.get("below") or "0")]
    return prod((1 - rate for rate in below), start=Fraction(1))
