"""An amount for a deal, shared equally by those who worked together on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from tests.oracle.deals import Deal
from tests.oracle.facts import Fact
from tests.oracle.lines import Component, Entitled, bare_line, references
from tests.oracle.metrics import coefficient
from tests.oracle.months import end_of
from tests.oracle.numbers import divided, minor, rounded
from tests.oracle.world import Terms, World, terms_of

Occasion = tuple[Fact, Deal]


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """Each occasion, each component on it, each member as their own plan says."""
    for version in world.rules.published:
        awards = [part for part in version.components if part["kind"] == "award"]
        for component in awards:
            for occasion in occasions(world, component, end_of(month, version.zone)):
                for payee in members(occasion[0], component):
                    terms = terms_of(world, payee, occasion[0].at, month)
                    if terms is not None and terms.version is version:
                        yield from lines(world, terms, component, occasion)


def occasions(world: World, component: Component, end: datetime) -> list[Occasion]:
    """What earns an award: joint signings, or referrals."""
    return referrals(world, end) if component["on"] == "referral-made" else joint_signings(world)


def joint_signings(world: World) -> list[Occasion]:
    """The first joint signing of each deal that counts."""
    first: dict[str, Occasion] = {}
    for fact in world.of("joint-signing-confirmed"):
        deal = world.deals.get(fact.data["deal"])
        if deal is not None and world.counts(fact, deal):
            first.setdefault(deal.id, (fact, deal))
    return list(first.values())


def members(fact: Fact, component: Component) -> list[str]:
    """Who shares: the payees of a joint signing; both sides of a referral, or the referrer.

    Somebody who refers to themselves earns nothing.
    """
    if fact.type == "joint-signing-confirmed":
        return sorted(set(fact.data["payees"]))
    by, to = fact.data["by"], fact.data["to"]
    if by == to:
        return []
    return [by] if component.get("shared") == "referrer" else sorted([by, to])


def referrals(world: World, end: datetime) -> list[Occasion]:
    """The referral of each deal: the first that names it; else its lead; else its customer.

    One that does not count is as if it had not been made.
    """
    facts = [f for f in world.of("referral-made") if f.at < end]
    by_lead = firsts(world, facts, "lead", lambda deal: lead_id(world, deal))
    by_customer = firsts(world, facts, "customer", lambda deal: deal.customer)
    found = []
    for deal in world.deals.values():
        named = [f for f in facts if f.data.get("deal") == deal.id and world.counts(f, deal)]
        its = [*named[:1], *by_lead.get(deal.id, []), *by_customer.get(deal.id, [])]
        found += [(fact, deal) for fact in its[:1]]
    return sorted(found, key=lambda pair: (pair[0].order, pair[1].signing.order))


def lead_id(world: World, deal: Deal) -> str | None:
    """The lead that a deal names, else the one that decided it."""
    lead = world.lead_of(deal)
    return lead.id if lead else None


def firsts(
    world: World, facts: Sequence[Fact], name: str, own: Callable[[Deal], str | None]
) -> dict[str, list[Fact]]:
    """Deal -> the first referral of its lead or customer, of which it is the first deal since.

    Whether a referral counts is asked of that deal; if not, the next of the lead or customer is
    the first, with its own first deal since.
    """
    found: dict[str, list[Fact]] = {}
    seen = set()
    for fact in facts:
        about = fact.data.get(name)
        if about is not None and about not in seen:
            deals = [d for d in world.deals.values() if own(d) == about]
            later = [d for d in deals if d.signing.at >= fact.at]
            deal = min(later, key=lambda d: d.signing.order, default=None)
            if deal is not None and world.counts(fact, deal):
                seen.add(about)
                found.setdefault(deal.id, []).append(fact)
    return found


def lines(
    world: World, terms: Terms, component: Component, occasion: Occasion
) -> Iterator[Entitled]:
    """A payee's equal part; it entitles to nothing unless the deal has a positive value at T."""
    fact, deal = occasion
    if max(fact.at, deal.signing.at) >= terms.end:
        return
    equal = dict.fromkeys(members(fact, component), Fraction(1))
    scaled = coefficient(world, terms, component["id"])
    amount = divided(minor(component["amount"]), equal)[terms.payee]
    if scaled is not None:
        exactly = minor(component["amount"]) * scaled / len(equal)
        amount = rounded(exactly, terms.version.rounding)
    if deal.value_at(terms.end) <= 0:
        amount = 0
    line = replace(
        bare_line(terms, component, fact, amount),
        deal=deal.id,
        because=references(deal.signing, fact),
    )
    order = (fact.at, fact.order, deal.id.encode(), 0)
    yield Entitled(
        line=line, terms=terms, rule=component, order=order, earned_at=fact.at, deal=deal
    )
