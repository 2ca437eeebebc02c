"""Everything that is known, arranged: rules, leads, deals, and whose deals they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.attribution.awards import counts
from tests.oracle.attribution.crediting import Credit, credits_in
from tests.oracle.attribution.identities import identities_of, renamed
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.policies import policies_of
from tests.oracle.attribution.rulings import rulings_of
from tests.oracle.attribution.sources import Source, sources_of
from tests.oracle.deals import Deal, Lead, deals_of, leads_of
from tests.oracle.facts import Fact, Record, standing
from tests.oracle.months import end_of
from tests.oracle.plans import Rules, Version, rules_of


@dataclass(frozen=True, eq=False)
class World:
    """The facts that stand, by what they are about."""

    facts: Sequence[Fact]
    rules: Rules
    leads: Mapping[str, Lead]
    deals: Mapping[str, Deal]
    known: Known
    sources: Mapping[str, Source]

    def source_of(self, deal: Deal) -> Source:
        return self.sources[deal.id]

    def counts(self, fact: Fact, deal: Deal) -> bool:
        """Whether the policy in force at the signing lets it earn an award for the deal."""
        return counts(self.known, self.source_of(deal), deal, fact)

    def lead_of(self, deal: Deal) -> Lead | None:
        """The lead that a deal names, else the one that decided its source."""
        return deal.named or (None if deal.signing.data.get("lead") else self.source_of(deal).lead)

    def first_signing(self, lead: Lead) -> Fact | None:
        """The first signing of a counting deal that names the lead, or that it decided unnamed."""
        signings = []
        for deal in self.deals.values():
            named = deal.signing.data.get("lead")
            its = named == lead.id or (not named and self.source_of(deal).lead is lead)
            if its and not deal.is_void_from_the_start:
                signings.append(deal.signing)
        return min(signings, key=lambda fact: fact.order, default=None)

    def of(self, type_: str, payee: str | None = None) -> list[Fact]:
        """The facts of a type, of one payee's if named, in order of effect."""
        return [
            fact
            for fact in self.facts
            if fact.type == type_ and payee in {None, fact.data.get("payee")}
        ]


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
    standing_facts = standing(records)
    policies = policies_of(standing_facts, rules_of(standing_facts).zone)
    facts = renamed(standing_facts, identities_of(standing_facts, policies))
    leads = leads_of(facts)
    deals = deals_of(facts, leads)
    known = Known(facts, leads, deals, policies, rulings_of(facts))
    return World(facts, rules_of(facts), leads, deals, known, sources_of(known))


def credits_of(world: World, deal: Deal, split: Mapping[str, Fraction]) -> list[Credit]:
    """Who is credited for a layer with this signing split, in which role and class."""
    return credits_in(world.known, deal, world.source_of(deal), split)
