"""Everything that is known, arranged: rules, leads, deals, joint signings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

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

    @property
    def joint_signings(self) -> list[Fact]:
        """The first of each deal, in order of effect."""
        first: dict[str, Fact] = {}
        for fact in self.facts:
            if fact.type == "joint-signing-confirmed":
                first.setdefault(fact.data["deal"], fact)
        return list(first.values())

    def lead_of(self, deal: Deal) -> Lead | None:
        """The lead that a deal names, else the one that decided its source."""
        return deal.named or (None if deal.signing.data.get("lead") else deal.deciding)

    def first_signing(self, lead: Lead) -> Fact | None:
        """The first signing of a counting deal that names the lead, or that it decided unnamed."""
        signings = []
        for deal in self.deals.values():
            named = deal.signing.data.get("lead")
            its = named == lead.id or (not named and deal.deciding is lead)
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
