"""Leads and deals: the steps of a contract, and its layers at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.facts import Fact, Ref
from tests.oracle.numbers import exact, minor

VERDICTS = {"lead-qualified", "lead-disqualified", "lead-recycled"}


@dataclass(frozen=True, eq=False)
class Lead:
    """The first live `lead-created` of a lead, and what was said of it since."""

    id: str
    created: Fact
    verdicts: Sequence[Fact]

    @property
    def customer(self) -> str:
        return str(self.created.data["customer"])

    @property
    def payee(self) -> str | None:
        return self.created.data.get("by")

    @property
    def side(self) -> str:
        return self.created.data.get("side") or "marketing"

    @property
    def qualification(self) -> Fact | None:
        return next((fact for fact in self.verdicts if fact.type == "lead-qualified"), None)

    def is_disqualified_at(self, signing: Fact) -> bool:
        """Whether the last that was said of it before a signing is a disqualification."""
        said = [fact.type for fact in self.verdicts if fact.order < signing.order]
        return bool(said) and said[-1] == "lead-disqualified"


@dataclass(frozen=True, eq=False)
class Step:
    """The signing or an amendment, with the value it has after corrections."""

    fact: Fact
    kind: str
    at: datetime  # never before the signing
    value: int
    split: Mapping[str, Fraction]
    correction: Fact | None


@dataclass(eq=False)
class Layer:
    """A part of a contract's value: opened by one step, shrunk by others."""

    opened: Step
    value: int
    opening: int
    decreases: list[tuple[Step, int]] = field(default_factory=list)  # what took how much, in order

    @property
    def shrunk_by(self) -> list[Step]:
        return [step for step, _ in self.decreases]


@dataclass(frozen=True, eq=False)
class Deal:
    """A signed deal: its steps, and the lead that it names, if that is known."""

    id: str
    signing: Fact
    steps: Sequence[Step]
    named: Lead | None

    @property
    def currency(self) -> str:
        return str(self.signing.data["value"]["currency"])

    @property
    def customer(self) -> str:
        """The deal's customer, else that of the lead it names, else it is its own."""
        return str(self.signing.data["customer"])

    @property
    def signers(self) -> Mapping[str, Fraction]:
        """Who signed, with the share of each."""
        return self.steps[0].split

    def value_at(self, end: datetime) -> int:
        """What its layers come to just before an instant."""
        return sum(layer.value for layer in layers_at(self, end))

    @property
    def is_void_from_the_start(self) -> bool:
        """Whether a cancellation is effective at or before the signing."""
        return self.is_cancelled_by(self.signing.at)

    def is_cancelled_by(self, at: datetime) -> bool:
        """Whether a cancellation is effective at or before an instant."""
        return any(step.kind == "cancellation" and step.fact.at <= at for step in self.steps)


def leads_of(facts: Sequence[Fact]) -> dict[str, Lead]:
    """Known leads by id, in order of effect."""
    leads: dict[str, Lead] = {}
    for fact in facts:
        name = fact.data.get("lead")
        if fact.type == "lead-created" and name not in leads:
            said = [f for f in facts if f.type in VERDICTS and f.data["lead"] == name]
            leads[str(name)] = Lead(str(name), fact, said)
    return leads


def deals_of(facts: Sequence[Fact], leads: Mapping[str, Lead]) -> dict[str, Deal]:
    """Deals with a live signing, by id; of two signings the first in order of effect counts."""
    deals: dict[str, Deal] = {}
    for fact in facts:
        if fact.type == "deal-signed" and fact.data["deal"] not in deals:
            name = str(fact.data["deal"])
            amendments = [
                f for f in facts if f.type == "contract-amended" and f.data["deal"] == name
            ]
            named = leads.get(fact.data.get("lead") or "")
            deals[name] = Deal(name, fact, steps_of(fact, amendments), named)
    return deals


def is_first_business(deals: Iterable[Deal], deal: Deal) -> bool:
    """No other deal of the same customer has a signing that counts earlier in order of effect."""
    return not any(
        other.customer == deal.customer and other.signing.order < deal.signing.order
        for other in deals
    )


def steps_of(signing: Fact, amendments: Sequence[Fact]) -> list[Step]:
    """The signing, then the amendments in order of effect; corrections are already inside.

    An amendment in another currency than the signing's has no effect.
    """
    currency = signing.data["value"]["currency"]
    usable = [
        fact
        for fact in amendments
        if kind_of(fact) == "cancellation" or fact.data["value"]["currency"] == currency
    ]
    corrections = corrections_of(signing, usable)
    steps = []
    for fact in (signing, *usable):
        kind = kind_of(fact)
        if kind != "correction":
            correction = corrections.get(fact.ref)
            valued = correction or fact
            value = 0 if kind == "cancellation" else minor(valued.data["value"])
            own = kind in {"upsell", "renewal"} and "signed_by" in fact.data
            split = split_of((fact if own else signing).data["signed_by"])
            steps.append(Step(fact, kind, max(fact.at, signing.at), value, split, correction))
    return steps


def corrections_of(signing: Fact, amendments: Sequence[Fact]) -> dict[Ref, Fact]:
    """Value fact -> the correction that decides its value: the last in order of effect."""
    values = [f for f in (signing, *amendments) if kind_of(f) not in {"correction", "cancellation"}]
    decided: dict[Ref, Fact] = {}
    latest = signing
    for fact in amendments:
        if fact in values:
            latest = fact
        elif kind_of(fact) == "correction":
            named = fact.data.get("corrects")
            decided[(named["source"], named["id"]) if named else latest.ref] = fact
    return {fact.ref: decided[fact.ref] for fact in values if fact.ref in decided}


def kind_of(fact: Fact) -> str:
    return "signing" if fact.type == "deal-signed" else str(fact.data["kind"])


def split_of(signed_by: Sequence[Mapping[str, Any]]) -> dict[str, Fraction]:
    """Payee -> share of a signing."""
    return {row["payee"]: exact(row["share"]) for row in signed_by}


def layers_at(deal: Deal, end: datetime) -> list[Layer]:
    """The layers as they stand just before an instant, empty ones too."""
    earlier_terms: list[Layer] = []
    term: list[Layer] = []
    cancelled = False
    for step in deal.steps:
        if step.at >= end:
            break
        if step.kind in {"signing", "renewal"}:
            earlier_terms += term
            term = [Layer(step, step.value, step.value)]
            cancelled = False
        elif not cancelled:
            apply(step, term)
            cancelled = step.kind == "cancellation"
    return earlier_terms + term


def apply(step: Step, term: list[Layer]) -> None:
    """The running value becomes the step's: an increase opens a layer, a decrease takes newest."""
    increase = step.value - sum(layer.value for layer in term)
    if increase > 0:
        term.append(Layer(step, increase, increase))
    for layer in reversed(term):
        taken = min(layer.value, max(0, -increase))
        if taken:
            layer.value -= taken
            layer.decreases.append((step, taken))
            increase += taken
