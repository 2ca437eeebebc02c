"""An amount for each event of a kind: a touch, a lead qualified, a deal signed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tests.oracle.components.points import of_lead, qualifications
from tests.oracle.credited import Credited, credited
from tests.oracle.facts import Fact
from tests.oracle.limits import run_of
from tests.oracle.lines import Component, Entitled, bare_line, references
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import divided, minor, rounded
from tests.oracle.world import Terms, World, terms_of


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """All payments of each kind, within the limit per payee and window."""
    every = [*touches(world, month), *leads(world, month), *deals(world, month)]
    yield from within_limit(world, sorted(every, key=lambda each: each.order))


def within_limit(world: World, every: Sequence[Entitled]) -> Iterator[Entitled]:
    """Payments are counted in order of effect; those after the limit earn nothing.

    What is worth nothing is not counted; a deal counts once, whatever its classes.
    """
    counted: dict[tuple[Any, ...], list[Any]] = {}
    for each in every:
        limit = each.rule.get("limit")
        if limit is not None and each.line.base != 0:
            run = (each.rule["on"], *run_of(world, each, limit["per"]))
            paid = counted.setdefault(run, [])
            if each.line.fact not in paid:
                paid.append(each.line.fact)
            if paid.index(each.line.fact) >= limit["count"]:
                yield replace(each, line=replace(each.line, amount=0))
                continue
        yield each


def flats(terms: Terms, on: str) -> list[Component]:
    """The flat components of a version for a kind of fact."""
    flat = [c for c in terms.version.components if c["kind"] == "flat"]
    return [component for component in flat if component["on"] == on]


def worth(world: World, terms: Terms, component: Component) -> int:
    """The amount, times the coefficient."""
    scaled = coefficient(world, terms, component["id"])
    exactly = minor(component["amount"]) * (Fraction(1) if scaled is None else scaled)
    return rounded(exactly, terms.version.rounding)


def leads(world: World, month: str) -> Iterator[Entitled]:
    """As points, for the finder on that side."""
    for lead, fact, terms in qualifications(world, month):
        for component in flats(terms, "lead-qualified"):
            if component["credits"] == lead.side:
                yield of_lead(lead, fact, terms, component, worth(world, terms, component))


def touches(world: World, month: str) -> Iterator[Entitled]:
    """Each live touch for its `by`; `once`: the first of that payee per lead or customer."""
    seen: set[tuple[Any, ...]] = set()
    for fact in world.of("touch-recorded"):
        payee = fact.data.get("by")
        terms = terms_of(world, payee, fact.at, month) if payee else None
        if terms is None or fact.at >= terms.end:
            continue
        for component in flats(terms, "touch-recorded"):
            if component.get("of") not in {None, fact.data["kind"]}:
                continue
            once = component.get("once") or "each"
            about = touched(world, fact, once)
            run = (payee, terms.version.plan, terms.version.currency, component["id"], once, about)
            if once != "each" and (about is None or run in seen):
                continue
            seen.add(run)
            yield of_touch(world, fact, terms, component)


def touched(world: World, fact: Fact, once: str) -> str | None:
    """The lead of a touch, or its customer: its own, else its lead's."""
    lead = fact.data.get("lead")
    if once == "lead":
        return str(lead) if lead else None
    known = world.leads.get(lead or "")
    own = fact.data.get("customer") or (known.created.data.get("customer") if known else None)
    return str(own) if own else None


def of_touch(world: World, fact: Fact, terms: Terms, component: Component) -> Entitled:
    """A touch's line, about its lead, else its customer."""
    lead = fact.data.get("lead")
    line = replace(
        bare_line(terms, component, fact, worth(world, terms, component)),
        lead=lead,
        about=None if lead else f"customer/{fact.data['customer']}",
        because=references(fact),
    )
    order = (fact.at, fact.order, b"", 0)
    return Entitled(line=line, terms=terms, rule=component, order=order, earned_at=fact.at)


def deals(world: World, month: str) -> Iterator[Entitled]:
    """Each signing layer with a value as at T."""
    for item in credited(world, month):
        if item.layer.opened.kind == "signing":
            for component in item.components("flat"):
                if component["on"] == "deal-signed":
                    yield item.entitled(component, part(item, component))


def part(item: Credited, component: Component) -> int:
    """whole = round(amount x class share), divided by largest remainder; of no value nothing.

    With a coefficient each is rounded by itself.
    """
    amount, mode = minor(component["amount"]), item.terms.version.rounding
    if item.value == 0:
        return 0
    scaled = coefficient(item.world, item.terms, component["id"])
    if scaled is not None:
        return rounded(amount * scaled * item.share, mode)
    whole = rounded(amount * item.credit.class_share, mode)
    return divided(whole, item.credit.shares)[item.terms.payee]
