"""The rules of a policy, tried in order: which classes a deal has, by what, on which grounds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.attribution.claims import Claim, claims_of, has_evidence_of_own
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.policies import Policy
from tests.oracle.conditions import attribute, holds
from tests.oracle.deals import Deal, is_first_business
from tests.oracle.facts import Fact
from tests.oracle.months import days_later
from tests.oracle.numbers import UNITS, exact

Vector = Mapping[str, Fraction]
CLASSES = ("marketing", "self", "account", "partner", "house")
WHOLE = Fraction(1)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a rule says: its name, the classes, the claims that decide, and other grounds."""

    rule: str
    vector: Vector
    deciding: Sequence[Claim] = ()
    grounds: Sequence[Fact] = ()


@dataclass(frozen=True, eq=False)
class Matter:
    """A deal with its claims, under the policy in force at its signing."""

    known: Known
    deal: Deal
    policy: Policy
    claims: Sequence[Claim] = field(default=())

    @property
    def live(self) -> list[Claim]:
        """The live claims in order of effect; what is a duplicate is not live."""
        return [claim for claim in self.claims if claim.status == "live"]


def judged(known: Known, deal: Deal) -> tuple[Verdict, Sequence[Claim]]:
    """The verdict on a deal, and all claims; what is live and does not decide is superseded."""
    matter = Matter(known, deal, known.policy(deal), claims_of(known, deal))
    verdict = decided(matter)
    for claim in matter.live:
        claim.decides = claim in verdict.deciding
        claim.status = "live" if claim.decides else "superseded"
    return verdict, matter.claims


def decided(matter: Matter) -> Verdict:
    """A ruling of the classes goes before all rules; of those the first that applies decides."""
    ruled = matter.known.rulings.get(matter.deal.id)
    if ruled and ruled.vector:
        return Verdict("ruling", ruled.vector)
    for rule in matter.policy.rules:
        verdict = RULES[rule](matter) if isinstance(rule, str) else by_condition(matter, rule)
        if verdict is not None:
            return verdict
    return nobody()


def of_claim(rule: str, claim: Claim) -> Verdict:
    return Verdict(rule, {claim.source: WHOLE}, [claim])


def nobody() -> Verdict:
    return Verdict("nobody", {"house": WHOLE})


def named_lead(matter: Matter) -> Verdict | None:
    """The lead that the deal names is a live claim."""
    named = [claim for claim in matter.live if claim.named]
    return of_claim("named-lead", named[0]) if named else None


def existing_account(matter: Matter) -> Verdict | None:
    """The customer has another deal, first signed in [signed - days, signed)."""
    listed = matter.policy.document.get("existing_account")
    signed = matter.deal.signing
    if not listed:
        return None
    since = days_later(signed.at, -listed["days"], matter.policy.zone)
    earlier = [
        deal.signing
        for deal in matter.known.deals.values()
        if deal.customer == matter.deal.customer
        and since <= deal.signing.at < signed.at
        and (listed.get("cancelled") != "does-not-count" or not deal.is_cancelled_by(signed.at))
    ]
    if not earlier:
        return None
    latest = max(earlier, key=lambda fact: fact.order)
    return Verdict("existing-account", {"account": WHOLE}, grounds=[latest])


def tie(matter: Matter) -> Verdict | None:
    """Live claims of at least two sides, opened less than `hours` after the first of them."""
    listed = matter.policy.document.get("tie")
    if not listed or not matter.live:
        return None
    first = matter.live[0].opening
    assert first is not None
    span = timedelta(hours=listed["hours"])
    tied = [c for c in matter.live if c.opening and c.opening.at - first.at < span]
    classes = {claim.source for claim in tied}
    if len(classes) < 2:
        return None
    shares = listed.get("shares", "equal")
    if shares == "equal" or set(shares) != classes:
        shares = dict.fromkeys(classes, Fraction(1, len(classes)))
    return Verdict("tie", {name: exact(share) for name, share in shares.items()}, tied)


def first_claim(matter: Matter) -> Verdict | None:
    """The live claim that is first in order of effect."""
    return of_claim("customer-lead", matter.live[0]) if matter.live else None


def last_claim(matter: Matter) -> Verdict | None:
    """The live claim that is last in order of effect."""
    return of_claim("last-lead", matter.live[-1]) if matter.live else None


def no_claim(matter: Matter) -> Verdict | None:
    """Without a live claim it is the signers' own, if need be with evidence; else the house's."""
    if matter.live:
        return None
    asks = matter.policy.document.get("no_claim") == "evidence"
    if matter.deal.signers and not (asks and not has_evidence_of_own(matter.known, matter.deal)):
        return Verdict("signers", {"self": WHOLE})
    return nobody()


RULES: Mapping[str, Callable[[Matter], Verdict | None]] = {
    "named-lead": named_lead,
    "existing-account": existing_account,
    "tie": tie,
    "first-claim": first_claim,
    "last-claim": last_claim,
    "no-claim": no_claim,
}


def by_condition(matter: Matter, rule: Mapping[str, Any]) -> Verdict | None:
    """A rule of the policy's own: where its condition holds, its shares."""
    if not holds(rule["where"], sight(matter)):
        return None
    return Verdict(rule["id"], {name: exact(share) for name, share in rule["shares"].items()})


def sight(matter: Matter) -> dict[str, Any]:
    """What a condition sees: fields that are of the deal only; its amount in its own currency."""
    signing = matter.deal.signing.data
    first = is_first_business(matter.known.deals.values(), matter.deal)
    kinds = matter.policy.document.get("attributes") or {}
    given = signing.get("attributes") or {}
    return {
        "product": list(signing.get("products") or []),
        "customer type": signing.get("customer_type"),
        "term": signing.get("term_months"),
        "channel": signing.get("channel"),
        "campaign": signing.get("campaign"),
        "team": signing.get("team"),
        "business": "first" if first else "repeat",
        "amount": Fraction(matter.deal.steps[0].value, UNITS[matter.deal.currency]),
    } | {name: attribute(given.get(name), kind) for name, kind in kinds.items()}
