"""Credited amounts: what each payee is credited for each layer, and what conditions see of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tests.oracle.attribution.crediting import Credit
from tests.oracle.attribution.sources import Source
from tests.oracle.conditions import attribute, holds
from tests.oracle.deals import Deal, Layer, is_first_business, layers_at
from tests.oracle.facts import Fact
from tests.oracle.lines import Because, Component, Entitled, Line, Order, bare_line, references
from tests.oracle.numbers import UNITS, converted
from tests.oracle.world import Terms, World, credits_of, terms_of


@dataclass(frozen=True, eq=False)
class Credited:
    """A payee's part in a layer under the terms that pay them, as at the end of the month."""

    world: World
    deal: Deal
    layer: Layer
    credit: Credit
    terms: Terms
    value: int  # of the layer as it now stands, or below zero of a decrease
    fact: Fact  # what opened the layer, or made the decrease
    is_decrease: bool = False

    @property
    def source(self) -> Source:
        """Whose deal it is."""
        return self.world.source_of(self.deal)

    @property
    def exchange(self) -> Fraction | None:
        """Plan rate or the market's, of the date whose terms hold."""
        rules, version = self.world.rules, self.terms.version
        return rules.exchange_for(version, self.deal.currency, self.terms.dated)

    def in_plan_currency(self, value: int) -> Fraction:
        """Exact minor units of the plan's currency."""
        assert self.exchange is not None
        return converted(value, self.deal.currency, self.terms.version.currency, self.exchange)

    @property
    def share(self) -> Fraction:
        """Class share x share within the class."""
        return self.credit.shares[self.terms.payee]

    @property
    def amount(self) -> Fraction:
        """The credited amount: value(T) x exchange x share of the deal."""
        return self.in_plan_currency(self.value) * self.share

    @property
    def opening(self) -> Fraction:
        """The credited amount that it had at first."""
        value = self.value if self.is_decrease else self.layer.opening
        return self.in_plan_currency(value) * self.share

    @property
    def order(self) -> Order:
        """The instant of the date, then the fact's order; of one layer by class."""
        return self.terms.dated, self.fact.order, self.credit.source.encode(), 0

    @property
    def sight(self) -> dict[str, Any]:
        """What a condition sees: the deal's signing, and the layer's value at its opening."""
        signing = self.deal.signing.data
        lead = self.source.lead
        kinds = self.terms.version.document.get("attributes") or {}
        given = signing.get("attributes") or {}
        kind = self.layer.opened.kind
        amount = None
        if self.exchange is not None:
            units = UNITS[self.terms.version.currency]
            amount = self.in_plan_currency(self.layer.opening) / units
        return {
            "product": list(signing.get("products") or []),
            "customer type": signing.get("customer_type"),
            "term": signing.get("term_months"),
            "class": self.credit.source,
            "role": self.credit.role or None,
            "side": lead.side if lead else None,
            "channel": signing.get("channel"),
            "campaign": signing.get("campaign"),
            "team": signing.get("team"),
            "kind": "upsell" if kind == "reduction" else kind,
            "business": "first"
            if is_first_business(self.world.deals.values(), self.deal)
            else "repeat",
            "amount": amount,
        } | {name: attribute(given.get(name), each) for name, each in kinds.items()}

    def matches(self, part: Component) -> bool:
        """Whether a component or measure counts it: role, class, condition."""
        return (
            part.get("credits") == self.credit.role
            and part.get("source") in {None, self.credit.source}
            and (part.get("where") is None or holds(part["where"], self.sight))
        )

    def components(self, kind: str) -> Iterator[Component]:
        """The components of a kind that pay for it."""
        for component in self.terms.version.components:
            if component["kind"] == kind and self.matches(component):
                yield component

    @property
    def because(self) -> Because:
        """The grounds of the deal, the touches by which the payee is credited, the signing, what
        opened and shrank the layer, and corrections.

        A layer that keeps its opening value names no decrease; a decrease names itself.
        """
        shrunk_by = self.layer.shrunk_by
        if self.is_decrease:
            shrunk_by = [step for step in shrunk_by if step.fact is self.fact]
        elif self.value == self.layer.opening:
            shrunk_by = []
        steps = [self.deal.steps[0], self.layer.opened, *shrunk_by]
        touches = self.credit.touches.get(self.terms.payee, [])
        grounds = [*self.source.grounds, *touches]
        return references(*grounds, *(s.fact for s in steps), *(s.correction for s in steps))

    def line(self, component: Component, amount: int) -> Line:
        """Its line by a component."""
        return replace(
            bare_line(self.terms, component, self.fact, amount),
            deal=self.deal.id,
            lead=self.source.lead.id if self.source.lead else None,
            source=self.credit.source,
            base=self.value,
            role=self.credit.role,
            because=self.because,
        )

    def entitled(self, component: Component, amount: int, **more: Any) -> Entitled:
        """Its line on its way, with attributes of the line that a component adds."""
        return Entitled(
            line=replace(self.line(component, amount), **more),
            terms=self.terms,
            rule=component,
            order=self.order,
            earned_at=self.layer.opened.at,
            deal=self.deal,
        )


@lru_cache(maxsize=64)
def credited(world: World, month: str) -> Sequence[Credited]:
    """Every payee's part in every layer, each by their own terms, in order of effect."""
    found = []
    for deal in world.deals.values():
        for opened in deal.steps:
            for credit in credits_of(world, deal, opened.split):
                for payee in credit.shares:
                    terms = terms_of(world, payee, opened.at, month)
                    found += layers_of(world, deal, credit, terms, opened.fact) if terms else []
    return sorted(found, key=lambda each: each.order)


def layers_of(
    world: World, deal: Deal, credit: Credit, terms: Terms, opening: Fact
) -> list[Credited]:
    """The layer that a fact opened, if it opened one that there is at the end of the month."""
    return [
        Credited(world, deal, layer, credit, terms, layer.value, layer.opened.fact)
        for layer in layers_at(deal, terms.end)
        if layer.opened.fact is opening
    ]


def items(world: World, month: str) -> list[Credited]:
    """The credited layers that have a rate of exchange; under `decreases: current-window` each at
    its opening value for ever, and each decrease an item of its own, dated when it takes effect.
    """
    found: list[Credited] = []
    for each in credited(world, month):
        if each.terms.version.decreases != "current-window":
            found.append(each)
            continue
        found.append(replace(each, value=each.layer.opening))
        for step, taken in each.layer.decreases:
            terms = terms_of(world, each.terms.payee, step.at, month)
            if terms:
                decrease = replace(each, value=-taken, is_decrease=True)
                found.append(replace(decrease, terms=terms, fact=step.fact))
    return [item for item in found if item.exchange is not None]
