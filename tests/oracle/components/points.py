"""Points for a valid lead, once, at its first qualification."""

from collections.abc import Iterator
from dataclasses import replace

from tests.oracle.deals import Lead
from tests.oracle.facts import Fact
from tests.oracle.lines import Component, Entitled, bare_line, references
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import exact, minor, rounded
from tests.oracle.world import Terms, World, terms_of


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """The first live qualification of a known lead earns its points, for the finder on its side."""
    for lead, fact, terms in qualifications(world, month):
        for component in terms.version.components:
            if component["kind"] == "points" and component["credits"] == lead.side:
                worth = exact(component["points"]) * minor(component["value"])
                scaled = coefficient(world, terms, component["id"])
                exactly = worth * (1 if scaled is None else scaled)
                amount = rounded(exactly, terms.version.rounding)
                yield of_lead(lead, fact, terms, component, amount)


def qualifications(world: World, month: str) -> Iterator[tuple[Lead, Fact, Terms]]:
    """The first live qualifications by the end of the month, with the terms of the finder."""
    for lead in world.leads.values():
        fact, payee = lead.qualification, lead.payee
        terms = terms_of(world, payee, fact.at, month) if fact and payee else None
        if fact is not None and terms is not None and fact.at < terms.end:
            yield lead, fact, terms


def of_lead(lead: Lead, fact: Fact, terms: Terms, component: Component, amount: int) -> Entitled:
    """A line for the qualification of a lead."""
    line = replace(
        bare_line(terms, component, fact, amount),
        lead=lead.id,
        role=component["credits"],
        because=references(lead.created, fact),
    )
    order = (fact.at, fact.order, b"", 0)
    return Entitled(line=line, terms=terms, rule=component, order=order, earned_at=fact.at)
