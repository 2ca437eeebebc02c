"""Evidence of a claim, and how long it is protected: what touches do for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.attribution.policies import SideTerms
from tests.oracle.deals import Deal
from tests.oracle.facts import Fact
from tests.oracle.months import day_of, days_later


@dataclass(frozen=True, eq=False)
class Opened:
    """A claim as far as touches are concerned: of a lead, or of the signers without one."""

    deal: Deal
    lead: str | None
    customer: str
    side: str
    at: datetime

    def is_touched_by(self, touch: Fact, terms: SideTerms) -> bool:
        """(a) about it, (b) of its side, and before the signing; (e) of the signers: by them."""
        if touch.order > self.deal.signing.order or touch.data.get("side") not in {None, self.side}:
            return False
        named = touch.data.get("lead")
        if self.lead is not None and named is not None:
            return bool(named == self.lead)
        if named is not None or touch.data["customer"] != self.customer:
            return False
        return self.lead is not None or self.is_by_signers(touch, terms)

    def is_by_signers(self, touch: Fact, terms: SideTerms) -> bool:
        """By one of them, no longer before the signing than their claim is protected."""
        signed = self.deal.signing.at
        since = days_later(signed, -terms.protection_days, terms.zone)
        return touch.data.get("by") in self.deal.signers and since <= touch.at


def is_of_kind(touch: Fact, terms: SideTerms) -> bool:
    """(c) of a kind that counts."""
    kinds = terms.evidence.get("kinds")
    return kinds is None or touch.data["kind"] in kinds


def evidence(touches: Sequence[Fact], claim: Opened, terms: SideTerms) -> list[Fact]:
    """(a) to (e); of one kind by one payee on one day the first."""
    since = days_later(claim.at, terms.evidence["from_days"], terms.zone)
    until = days_later(claim.at, terms.evidence["to_days"], terms.zone)
    pieces: dict[tuple[object, ...], Fact] = {}
    for touch in touches:
        near = since <= touch.at < until
        if near and is_of_kind(touch, terms) and claim.is_touched_by(touch, terms):
            day = day_of(touch.at, terms.zone)
            pieces.setdefault((touch.data["kind"], touch.data.get("by"), day), touch)
    return list(pieces.values())


def end_of_protection(touches: Sequence[Fact], claim: Opened, terms: SideTerms) -> datetime:
    """The first instant at which it is no longer protected; what has lapsed stays lapsed."""
    end = days_later(claim.at, terms.protection_days, terms.zone)
    for touch in touches:
        extends = touch.data["kind"] in (terms.document.get("extended_by") or [])
        if extends and claim.at <= touch.at < end and claim.is_touched_by(touch, terms):
            end = max(end, days_later(touch.at, terms.extension_days, terms.zone))
            if terms.document.get("max_days"):
                end = min(end, days_later(claim.at, terms.document["max_days"], terms.zone))
    return end
