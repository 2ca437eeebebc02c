"""Frozen weights: those of a name that were approved and hold at a signing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.oracle.facts import Fact
from tests.oracle.months import instant

Weights = Mapping[str, Mapping[str, int]]  # customer type or * -> channel -> weight


def weights_at(facts: Sequence[Fact], name: str, signed: datetime) -> Weights | None:
    """Of the last activation from then or before, if they were approved; else there are none."""
    activated = [
        fact
        for fact in facts
        if fact.type == "weights-activated"
        and fact.data["name"] == name
        and instant(fact.data["from"]) <= signed
    ]
    if not activated:
        return None
    digest = activated[-1].data["digest"]
    its = [f for f in facts if f.data.get("name") == name and f.data.get("digest") == digest]
    trained = [fact.data["weights"] for fact in its if fact.type == "weights-trained"]
    approved = any(fact.type == "weights-approved" for fact in its)
    return trained[0] if trained and approved else None


def weight_of(weights: Weights | None, customer_type: str | None, channel: str) -> int:
    """Under the customer type, else under `*`, else 0."""
    for group in (customer_type, "*"):
        listed = (weights or {}).get(group or "*", {})
        if channel in listed:
            return listed[channel]
    return 0
