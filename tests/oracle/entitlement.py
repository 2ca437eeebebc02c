"""What each line would be if every contract had always stood as at the end of one month."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.oracle.deals import Deal, Layer, layers_at
from tests.oracle.facts import Fact, Ref
from tests.oracle.months import month_of, window_of
from tests.oracle.numbers import converted, divided, exact, minor, rounded
from tests.oracle.world import Credit, Terms, World, credits_of, gates_open, terms_of

Because = tuple[Ref, ...]


@dataclass(frozen=True)
class Key:
    """What makes a line itself, in the order lines are sorted."""

    payee: str
    period: str
    subject: str
    fact: Ref
    component: str
    source: str | None
    plan: str
    currency: str

    @property
    def order(self) -> tuple[bytes, ...]:
        texts = (self.payee, self.period, self.subject, *self.fact, self.component)
        return tuple(t.encode() for t in (*texts, self.source or "", self.plan, self.currency))


@dataclass(frozen=True, kw_only=True)
class Line:
    """An amount with its key and its reasons. `base` is in the deal's currency."""

    payee: str
    period: str
    deal: str | None = None
    lead: str | None = None
    fact: Ref
    component: str
    source: str | None = None
    plan: str
    currency: str
    amount: int
    share: Fraction | None = None
    base: int | None = None
    rate: Fraction | None = None
    role: str | None = None
    because: Because = ()

    @property
    def key(self) -> Key:
        return Key(
            self.payee,
            self.period,
            f"deal/{self.deal}" if self.deal else f"lead/{self.lead}",
            self.fact,
            self.component,
            self.source,
            self.plan,
            self.currency,
        )


def entitlements(world: World, month: str) -> Iterator[Line]:
    """Every line as at the end of a month, those of nothing too."""
    for deal in world.deals.values():
        yield from commission_lines(world, deal, month)
    yield from points_lines(world, month)
    yield from award_lines(world, month)


def references(*facts: Fact | None) -> Because:
    """The facts, and the corrections that decided what they say; sorted by bytes, unique."""
    refs = {fact.ref for fact in facts if fact} | {
        fact.corrected_by for fact in facts if fact and fact.corrected_by
    }
    return tuple(sorted(refs, key=lambda ref: (ref[0].encode(), ref[1].encode())))


def commission_lines(world: World, deal: Deal, month: str) -> Iterator[Line]:
    """Each layer, each role and class credited, each payee in it, each component that matches."""
    for opened in deal.steps:
        for credit in credits_of(deal, opened.split):
            for payee in credit.shares:
                terms = terms_of(world, payee, opened.at, month)
                for layer in layers_at(deal, terms.end) if terms else []:
                    if terms and layer.opened is opened:
                        yield from layer_lines(world, deal, layer, credit, terms)


def layer_lines(
    world: World, deal: Deal, layer: Layer, credit: Credit, terms: Terms
) -> Iterator[Line]:
    """A payee's lines of one layer in one role and class: the whole, divided, gated."""
    version = terms.version
    exchange = world.rules.exchange(deal.currency, version.currency, terms.dated)
    if exchange is None:
        return
    value = converted(layer.value, deal.currency, version.currency, exchange)
    for component in version.components:
        wanted = ("commission", credit.role, credit.source)
        if (component["kind"], component.get("credits"), component.get("source")) != wanted:
            continue
        rate = exact(component["rate"])
        whole = rounded(rate * value * credit.class_share, version.rounding)
        part = divided(whole, credit.shares)[terms.payee]
        yield Line(
            payee=terms.payee,
            period=terms.month,
            deal=deal.id,
            lead=deal.deciding.id if deal.deciding else None,
            fact=layer.opened.fact.ref,
            component=component["id"],
            source=credit.source,
            plan=version.name,
            currency=version.currency,
            amount=part if gates_open(world, terms, component["id"]) else 0,
            share=credit.shares[terms.payee],
            base=layer.value,
            rate=rate,
            role=credit.role,
            because=reasons(deal, layer),
        )


def reasons(deal: Deal, layer: Layer) -> Because:
    """The deciding lead, the signing, and what opened and shrank the layer, with corrections."""
    steps = [deal.steps[0], layer.opened, *layer.shrunk_by]
    lead = deal.deciding.created if deal.deciding else None
    corrections = [step.correction for step in steps]
    return references(lead, *(step.fact for step in steps), *corrections)


def points_lines(world: World, month: str) -> Iterator[Line]:
    """The first live qualification of a known lead earns its points, once."""
    for lead in world.leads.values():
        fact, payee = lead.qualification, lead.payee
        terms = terms_of(world, payee, fact.at, month) if fact and payee else None
        if fact is None or terms is None or fact.at >= terms.end:
            continue
        version = terms.version
        for component in version.components:
            if component["kind"] != "points" or component["credits"] != lead.side:
                continue
            worth = exact(component["points"]) * minor(component["value"])
            yield Line(
                payee=terms.payee,
                period=month,
                lead=lead.id,
                fact=fact.ref,
                component=component["id"],
                plan=version.name,
                currency=component["value"]["currency"],
                amount=rounded(worth, version.rounding),
                role=component["credits"],
                because=references(lead.created, fact),
            )


def award_lines(world: World, month: str) -> Iterator[Line]:
    """A payee's awards in order of effect, each cut to what the cap of its window leaves."""
    so_far: Counter[tuple[str, str, str, str]] = Counter()
    for fact in world.joint_signings:
        deal = world.deals.get(fact.data["deal"])
        for payee in sorted(set(fact.data["payees"])) if deal else []:
            terms = terms_of(world, payee, fact.at, month)
            if deal is None or terms is None or max(fact.at, deal.signing.at) >= terms.end:
                continue
            has_value = sum(layer.value for layer in layers_at(deal, terms.end)) > 0
            for line, cap in uncapped_awards(fact, deal, terms):
                amount = line.amount if has_value else 0
                if cap is not None:
                    window = window_of(month_of(fact.at, terms.version.zone), cap["per"])
                    version = terms.version
                    run = f"{version.plan} {version.zone} {world.rules.windows_from(version)}"
                    counter = (payee, f"{run} {line.currency}", line.component, window)
                    before, most = so_far[counter], minor(cap["amount"])
                    so_far[counter] += amount
                    amount = min(before + amount, most) - min(before, most)
                yield replace(line, amount=amount)


def uncapped_awards(
    fact: Fact, deal: Deal, terms: Terms
) -> Iterator[tuple[Line, Mapping[str, Any] | None]]:
    """A payee's equal part of each award for a joint signing, with the cap that holds for it."""
    equal = {payee: Fraction(1) for payee in fact.data["payees"]}
    for component in terms.version.components:
        if component["kind"] == "award" and component["on"] == fact.type:
            line = Line(
                payee=terms.payee,
                period=terms.month,
                deal=deal.id,
                fact=fact.ref,
                component=component["id"],
                plan=terms.version.name,
                currency=component["amount"]["currency"],
                amount=divided(minor(component["amount"]), equal)[terms.payee],
                because=references(deal.signing, fact),
            )
            yield line, component.get("cap")
