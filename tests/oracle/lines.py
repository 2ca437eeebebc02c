"""Lines: an amount with its key and its reasons; and a line on its way to becoming one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.deals import Deal
from tests.oracle.facts import Fact, Ref
from tests.oracle.world import Terms

Because = tuple[Ref, ...]
Component = Mapping[str, Any]
Order = tuple[datetime, Any, bytes, int]


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
    about: str | None = None  # customer/<id> or window/<name>, when it is neither deal nor lead
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
    def subject(self) -> str:
        return self.about or (f"deal/{self.deal}" if self.deal else f"lead/{self.lead}")

    @property
    def key(self) -> Key:
        return Key(
            self.payee,
            self.period,
            self.subject,
            self.fact,
            self.component,
            self.source,
            self.plan,
            self.currency,
        )


@dataclass(frozen=True, kw_only=True)
class Entitled:
    """A line with what gates, caps, instalments and leaving look at.

    `rule` is the component whose gates, cap and instalments hold; of a clawback its commission.
    `earned_at` is the date of what was done for it: of a decrease that of the layer it shrinks.
    """

    line: Line
    terms: Terms
    rule: Component
    order: Order
    earned_at: datetime | None  # None: pay for a window, which nobody loses by leaving
    deal: Deal | None = None

    @property
    def amount(self) -> int:
        return self.line.amount


def references(*facts: Fact | None) -> Because:
    """The facts, and the corrections that decided what they say; sorted by bytes, unique."""
    refs = {fact.ref for fact in facts if fact} | {
        fact.corrected_by for fact in facts if fact and fact.corrected_by
    }
    return by_bytes(refs)


def by_bytes(refs: set[Ref]) -> Because:
    """References in the order of the bytes of source and id."""
    return tuple(sorted(refs, key=lambda ref: (ref[0].encode(), ref[1].encode())))


def bare_line(terms: Terms, component: Component, fact: Fact, amount: int) -> Line:
    """A line that says who, when, for which fact, by which component of which version, how much."""
    return Line(
        payee=terms.payee,
        period=terms.month,
        fact=fact.ref,
        component=component["id"],
        plan=terms.version.name,
        currency=terms.version.currency,
        amount=amount,
    )
