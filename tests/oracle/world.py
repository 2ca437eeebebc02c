"""Everything that is known, arranged: rules, leads, deals, joint signings; and gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.deals import Deal, Lead, deals_of, leads_of
from tests.oracle.facts import Fact, Record, standing
from tests.oracle.months import MONTHS_IN, end_of, month_of, months_later, window_of
from tests.oracle.numbers import exact
from tests.oracle.plans import Rules, Version, rules_of


@dataclass(frozen=True, eq=False)
class World:
    """The facts that stand, by what they are about."""

    facts: Sequence[Fact]
    rules: Rules
    leads: Mapping[str, Lead]
    deals: Mapping[str, Deal]

    @property
    def joint_signings(self) -> list[Fact]:
        """The first of each deal, in order of effect."""
        first: dict[str, Fact] = {}
        for fact in self.facts:
            if fact.type == "joint-signing-confirmed":
                first.setdefault(fact.data["deal"], fact)
        return list(first.values())

    def first_signing(self, lead: Lead) -> Fact | None:
        """The first signing of a counting deal that names the lead, or that it decided unnamed."""
        signings = []
        for deal in self.deals.values():
            named = deal.signing.data.get("lead")
            its = named == lead.id or (not named and deal.deciding is lead)
            if its and not deal.is_void_from_the_start:
                signings.append(deal.signing)
        return min(signings, key=lambda fact: fact.order, default=None)


@dataclass(frozen=True)
class Credit:
    """A role in a class of a deal: the class share, and each payee's share of the whole deal."""

    role: str
    source: str
    class_share: Fraction
    shares: Mapping[str, Fraction]


@dataclass(frozen=True)
class Terms:
    """Who is paid, under which version, for what date; and the month at whose end we stand."""

    payee: str
    version: Version
    dated: datetime
    month: str

    @property
    def end(self) -> datetime:
        return end_of(self.month, self.version.zone)


def terms_of(world: World, payee: str, dated: datetime, month: str) -> Terms | None:
    """The terms a payee has at a date; without a version in effect there are none."""
    version = world.rules.version_for(payee, dated)
    return Terms(payee, version, dated, month) if version else None


def world_of(records: Sequence[Record]) -> World:
    """What the records say, all of them used."""
    facts = standing(records)
    rules = rules_of(facts)
    leads = leads_of(facts)
    return World(facts, rules, leads, deals_of(facts, leads, rules.zone))


def credits_of(deal: Deal, split: Mapping[str, Fraction]) -> list[Credit]:
    """Who is credited for a layer with this signing split, in which role and class."""
    if deal.source != "marketing":
        return [Credit("sales", deal.source, Fraction(1), split)]
    payee = deal.deciding.payee if deal.deciding else None
    marketing = {payee: Fraction(1)} if payee else {}
    both = {p: min(marketing[p], split[p]) for p in marketing if p in split}
    overlap = sum(both.values(), Fraction(0))
    rest = 1 - overlap
    return [
        Credit("sales", "self", overlap, both),
        Credit("marketing", "marketing", rest, without(marketing, both)),
        Credit("sales", "marketing", rest, without(split, both)),
    ]


def without(shares: Mapping[str, Fraction], taken: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """What is left of each share; nobody is left with nothing."""
    left = {payee: share - taken.get(payee, 0) for payee, share in shares.items()}
    return {payee: share for payee, share in left.items() if share > 0}


def gates_open(world: World, terms: Terms, component: str) -> bool:
    """Whether every gate of a component is open."""
    gates = [gate for gate in terms.version.gates if component in gate["applies_to"]]
    return all(is_open(world, terms, gate) for gate in gates)


def is_open(world: World, terms: Terms, gate: Mapping[str, Any]) -> bool:
    """Lost: only the window of the date counts. Deferred: a later one, up to now, opens it too.

    A later window does so by a conversion it reached, not by having no qualifications.
    """
    kind = gate["window"]
    own = window_of(month_of(terms.dated, terms.version.zone), kind)
    last = window_of(terms.month, kind) if gate["missed"] == "deferred" else own
    windows = [own]
    while windows[-1] < last:
        windows.append(months_later(windows[-1], MONTHS_IN[kind]))
    strict = {**gate, "zero_qualified": "closed"}
    return is_met(world, terms, gate, own) or any(
        is_met(world, terms, strict, window) for window in windows[1:]
    )


def is_met(world: World, terms: Terms, gate: Mapping[str, Any], window: str) -> bool:
    """Leads first signed in the window over leads qualified in it, as at the end of the month."""
    zone = terms.version.zone

    def counts(fact: Fact | None) -> bool:
        return (
            fact is not None
            and window_of(month_of(fact.at, zone), gate["window"]) == window
            and fact.at < end_of(terms.month, zone)
            and fact.at >= world.rules.windows_from(terms.version)
        )

    own = [x for x in world.leads.values() if x.payee == terms.payee and x.side == "marketing"]
    qualified = sum(counts(lead.qualification) for lead in own)
    signed = sum(counts(world.first_signing(lead)) for lead in own)
    if qualified == 0:
        return bool(gate["zero_qualified"] == "open")
    conversion, threshold = Fraction(signed, qualified), exact(gate["threshold"])
    return conversion > threshold or (bool(gate["inclusive"]) and conversion == threshold)
