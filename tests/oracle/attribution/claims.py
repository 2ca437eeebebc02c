"""The claims on a deal: those of leads and of the signers' own word, each with its status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.attribution.evidence import Opened, end_of_protection, evidence, is_of_kind
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.policies import Policy, SideTerms
from tests.oracle.deals import Deal, Lead
from tests.oracle.facts import Fact

CLASS_OF_SIDE = {"marketing": "marketing", "sales": "self", "partner": "partner"}


@dataclass(eq=False, kw_only=True)
class Claim:
    """What somebody brings forward for a deal. `status` and `decides` come at the end."""

    deal: Deal
    lead_id: str | None  # None: the signers' own word
    lead: Lead | None = None  # None: unknown, or no lead
    opening: Fact | None = None  # the lead, or the touch by which signers claim, or the signing
    side: str | None = None
    payee: str | None = None
    terms: SideTerms | None = None
    version: Policy | None = None
    closes_at: datetime | None = None
    evidence: Sequence[Fact] = ()
    needed: int = 0
    status: str = "live"
    decides: bool = False

    @property
    def named(self) -> bool:
        return self.lead_id is not None and self.lead_id == self.deal.signing.data.get("lead")

    @property
    def fact(self) -> Fact:
        """By what it is known: its lead, or the signing."""
        return self.lead.created if self.lead else self.deal.signing

    @property
    def order(self) -> Any:
        """When it was opened, in order of effect."""
        assert self.opening is not None
        return self.opening.order

    @property
    def source(self) -> str:
        """The class of its side."""
        return CLASS_OF_SIDE[str(self.side)]


def claims_of(known: Known, deal: Deal) -> list[Claim]:
    """Every claim on a deal, in order of effect, with the status it has before any rule."""
    claims = sorted(opened(known, deal), key=lambda claim: claim.order)
    for claim in claims:
        claim.status = status(known, claim)
    settle_duplicates(known, deal, claims)
    name = deal.signing.data.get("lead")
    if name and name not in known.leads:
        claims.append(Claim(deal=deal, lead_id=name, status="unknown"))
    return claims


def opened(known: Known, deal: Deal) -> Iterator[Claim]:
    """Leads of the customer that came before the signing, the lead that is named, the signers."""
    for lead in known.leads.values():
        named = lead.id == deal.signing.data.get("lead")
        of_customer = lead in known.leads_of(deal.customer)
        if named or (of_customer and lead.created.order < deal.signing.order):
            yield of_lead(known, deal, lead)
    weighed = known.policy(deal).document.get("self_sourced") == "weighed"
    if weighed and deal.signing.data.get("self_sourced") and deal.signers:
        yield of_signers(known, deal)


def of_lead(known: Known, deal: Deal, lead: Lead) -> Claim:
    """A lead's claim opens when the lead was created."""
    version = version_of_terms(known, deal, lead.created.at)
    seen = Opened(deal, lead.id, lead.customer, lead.side, lead.created.at)
    claim = Claim(
        deal=deal,
        lead_id=lead.id,
        lead=lead,
        opening=lead.created,
        side=lead.side,
        payee=lead.payee,
        version=version,
        terms=version.terms(lead.side),
    )
    return weighed(known, claim, seen, at_least=0)


def of_signers(known: Known, deal: Deal) -> Claim:
    """The signers' claim opens at the first of their touches that the terms look back to."""
    terms = known.policy(deal).terms("sales")
    opening = first_touch(known, deal, terms) if terms else deal.signing
    version = version_of_terms(known, deal, opening.at)
    claim = Claim(
        deal=deal,
        lead_id=None,
        opening=opening,
        side="sales",
        payee=min(deal.signers, key=lambda payee: (-deal.signers[payee], payee.encode())),
        version=version,
        terms=version.terms("sales"),
    )
    return weighed(known, claim, own_word(deal, opening.at), at_least=1)


def first_touch(known: Known, deal: Deal, terms: SideTerms) -> Fact:
    """The first touch of the customer by a signer in [signed - protection_days, signed]."""
    seen = own_word(deal, deal.signing.at)
    touches = [t for t in known.touches if is_of_kind(t, terms) and seen.is_touched_by(t, terms)]
    return next(iter(touches), deal.signing)


def own_word(deal: Deal, at: datetime) -> Opened:
    return Opened(deal, None, deal.customer, "sales", at)


def version_of_terms(known: Known, deal: Deal, at: datetime) -> Policy:
    """That in force when the claim was opened if it says so, else that at the signing."""
    then = known.policies.at(at)
    return then if then.document["terms_at"] == "claim-opened" else known.policy(deal)


def weighed(known: Known, claim: Claim, seen: Opened, *, at_least: int) -> Claim:
    """The claim with its protection and its evidence, where its side makes claims at all."""
    if claim.terms is not None:
        claim.closes_at = end_of_protection(known.touches, seen, claim.terms)
        claim.evidence = evidence(known.touches, seen, claim.terms)
        claim.needed = max(at_least, claim.terms.evidence["minimum"])
    return claim


def status(known: Known, claim: Claim) -> str:
    """The first that applies, but for duplicates, and for what the rule decides."""
    signing = claim.deal.signing
    if claim.order > signing.order:
        return "late"
    ruled = known.rulings.get(claim.deal.id)
    counts = ruled.counts(claim.lead_id) if ruled and claim.lead_id else None
    if counts is not None:
        return "live" if counts else "ruled-out"
    if claim.terms is None:
        return "not-admitted"
    if claim.lead and claim.lead.is_disqualified_at(signing):
        return "disqualified"
    if claim.closes_at is None or signing.at >= claim.closes_at:
        return "lapsed"
    return "live" if len(claim.evidence) >= claim.needed else "insufficient-evidence"


def settle_duplicates(known: Known, deal: Deal, claims: Sequence[Claim]) -> None:
    """Of one side the first counts; and the lead that is named, where the policy asks for it."""
    names_count = "named-lead" in known.policy(deal).rules
    ruled = known.rulings.get(deal.id)
    sides = set()
    for claim in claims:
        if claim.status == "live":
            counts = ruled.counts(claim.lead_id) if ruled and claim.lead_id else None
            if claim.side in sides and not (claim.named and names_count) and not counts:
                claim.status = "duplicate"
            sides.add(claim.side)


def has_evidence_of_own(known: Known, deal: Deal) -> bool:
    """Whether a signer has a piece of evidence, as for a claim of their own."""
    return bool(deal.signers) and bool(of_signers(known, deal).evidence)
