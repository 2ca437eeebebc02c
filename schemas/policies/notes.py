"""What is allowed in a policy and worth a second look: what nobody reads, what never happens."""

from collections.abc import Iterator
from typing import Final

from schemas.expressions import fields
from schemas.plans.reading import condition
from schemas.policies.credit import ByTouches
from schemas.policies.policy import Policy
from schemas.policies.reading import conditions, kinds_of
from schemas.policies.rules import FixedRule
from schemas.policies.wholes import OF_CLAIMS
from schemas.slips import Note

SIDE_OF: Final = {"marketing": "marketing", "self": "sales", "partner": "partner"}
"""Classes to the sides whose claims they are of."""
_LAPSES_FIRST: Final = (
    "a claim lapses after {protected} days, and evidence may come until {asked} days after it was "
    "opened: the last of it is never needed"
)


def notes(policy: Policy) -> Iterator[Note]:
    """All that is worth a second look."""
    for found in (_sides, _windows, _unread, _never_extended, _unshown):
        yield from found(policy)


def _sides(policy: Policy) -> Iterator[Note]:
    """Rules that wait for claims which no side makes."""
    needing = [rule for rule in policy.rules if isinstance(rule, str) and rule in OF_CLAIMS]
    if needing and not policy.claims:
        yield ("claims",), f"no side makes claims, and {needing[0]} needs one: it never decides"
    if "tie" in policy.rules and len(policy.claims) == 1:
        yield ("claims",), "one side makes claims: nothing ever ties"
    if policy.tie is not None and not isinstance(policy.tie.shares, str):
        for name in policy.tie.shares:
            if SIDE_OF[name] not in policy.claims:
                yield (
                    ("tie", "shares", name),
                    f"the side {SIDE_OF[name]} makes no claims: these shares never hold",
                )
    if policy.self_sourced == "weighed" and "sales" not in policy.claims:
        yield ("self_sourced",), "the side sales makes no claims: its word is never weighed"


def _windows(policy: Policy) -> Iterator[Note]:
    """Evidence that may still come when the protection is over, and pieces nobody asks for."""
    for side, terms in policy.claims.items():
        evidence = terms.evidence
        if evidence is None:
            continue
        if terms.protection_days < evidence.to_days:
            yield (
                ("claims", side, "evidence", "to_days"),
                _LAPSES_FIRST.format(protected=terms.protection_days, asked=evidence.to_days),
            )
        if evidence.minimum == 0:
            yield (
                ("claims", side, "evidence", "minimum"),
                "0 pieces are asked for: every claim has sufficient evidence",
            )


def _unread(policy: Policy) -> Iterator[Note]:
    """Settings of rules that are not tried, and attributes that no condition reads."""
    for rule, key in (("existing-account", "existing_account"), ("tie", "tie")):
        if getattr(policy, key) is not None and rule not in policy.rules:
            yield (key,), f"the rule {rule} is not among the rules: nothing reads this"
    kinds = frozenset(kinds_of(policy).items())
    texts = [text for _, text in conditions(policy)]
    asked = {name for text in texts for name in fields(condition(text, kinds))}
    for name in policy.attributes:
        if name not in asked:
            yield ("attributes", name), "no condition reads this attribute"


def _never_extended(policy: Policy) -> Iterator[Note]:
    """Extensions that end no later than the protection does, and touches that come too late."""
    for side, terms in policy.claims.items():
        if terms.extended_by is not None and terms.max_days == terms.protection_days:
            yield (
                ("claims", side, "max_days"),
                "protected for at most as long as from the opening: no touch extends it",
            )
    for side in ("marketing", "sales"):
        credit = getattr(policy.credit, side)
        if isinstance(credit, ByTouches) and credit.lead == "counts" and side not in policy.claims:
            yield (
                ("credit", side, "lead"),
                f"the side {side} makes no claims: none of its leads is live, and none counts",
            )


def _unshown(policy: Policy) -> Iterator[Note]:
    """A policy without examples, or rules of its own that none of them shows."""
    if not policy.examples:
        yield ("examples",), "there are no examples: nobody has shown what it decides"
        return
    shown = {told.rule for example in policy.examples for told in example.expect}
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, FixedRule) and rule.id not in shown:
            yield ("rules", number), "no example shows what it decides"
