"""Which joint signings and referrals count, by the policy in force at the signing of their deal."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from tests.oracle.attribution.claims import Claim
from tests.oracle.attribution.crediting import credits_in
from tests.oracle.attribution.known import Known
from tests.oracle.attribution.sources import Source
from tests.oracle.deals import Deal, layers_at
from tests.oracle.facts import Fact
from tests.oracle.months import month_of, window_of

FOREVER = datetime.max.replace(tzinfo=UTC)
NEVER_MADE = frozenset({"unknown", "late", "ruled-out", "not-admitted"})
"""Statuses of what is no claim on a deal, for awards."""


def counts(known: Known, source: Source, deal: Deal, fact: Fact) -> bool:
    """Whether nothing in the policy passes it over."""
    asked = source.policy.awards
    if fact.type == "joint-signing-confirmed":
        wants_both = asked.get("joint_signing") == "both-sides"
        return not wants_both or is_of_both_sides(known, source, deal, fact)
    barred = [BARRED[rule] for rule in asked.get("referral") or []]
    return not any(bars(known, source, deal, fact) for bars in barred)


def is_of_both_sides(known: Known, source: Source, deal: Deal, fact: Fact) -> bool:
    """Among its payees are a signer of the signing and somebody of the marketing side."""
    payees = set(fact.data["payees"])
    return bool(payees & set(deal.signers) and payees & of_marketing(known, source, deal))


def of_marketing(known: Known, source: Source, deal: Deal) -> set[str]:
    """Who is credited in the role marketing on any layer, and who found a marketing lead of it."""
    found = {
        claim.payee
        for claim in source.claims
        if claim.lead and claim.side == "marketing" and claim.status not in NEVER_MADE
    }
    for layer in layers_at(deal, FOREVER):
        for credit in credits_in(known, deal, source, layer.opened.split):
            found |= set(credit.shares) if credit.role == "marketing" else set()
    return {payee for payee in found if payee}


def is_claimed(known: Known, source: Source, deal: Deal, fact: Fact) -> bool:
    """A claim on the deal was open then that is not the one of who refers, but anybody's else."""
    return any(
        claim.status not in NEVER_MADE | {"disqualified"}
        and claim.payee != fact.data["by"]
        and is_open(claim, fact)
        for claim in source.claims
    )


def is_open(claim: Claim, fact: Fact) -> bool:
    """Opened before a referral in order of effect, and closing after its instant."""
    return claim.order < fact.order and claim.closes_at is not None and fact.at < claim.closes_at


def is_by_signer(known: Known, source: Source, deal: Deal, fact: Fact) -> bool:
    """Who refers is among the signers of the signing."""
    return fact.data["by"] in deal.signers


def is_returned(known: Known, source: Source, deal: Deal, fact: Fact) -> bool:
    """Who was referred to has referred anything to who refers, earlier in the same quarter."""
    return any(
        other.type == "referral-made"
        and (other.data["by"], other.data["to"]) == (fact.data["to"], fact.data["by"])
        and other.order < fact.order
        and quarter(other, source) == quarter(fact, source)
        for other in known.facts
    )


def quarter(fact: Fact, source: Source) -> str:
    """The first month of its calendar quarter, in the policy's zone."""
    return window_of(month_of(fact.at, source.policy.zone), "quarter")


BARRED: Final[Mapping[str, Callable[[Known, Source, Deal, Fact], bool]]] = {
    "claimed-customer": is_claimed,
    "referrer-signs": is_by_signer,
    "cycle": is_returned,
}
