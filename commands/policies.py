"""Attribution policies published: two people, and a version is never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from commands.plans import approved_by_another, is_new_version
from schemas.events.attribution import AttributionPolicyPublished
from schemas.events.base import Event
from schemas.policies import Policy

HISTORY: Final = (AttributionPolicyPublished.type,)
"""The types of events that these decisions look back at."""
Published = Mapping[str, Mapping[int, dict[str, Any]]]
"""Policies to their versions, each with its document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """Make a version of a policy the law from its `effective_from`."""

    policy: Policy
    by: str
    approved_by: str


def decide(command: PublishPolicy, state: Published) -> list[AttributionPolicyPublished]:
    """The events that follow from a command; none if what it asks holds already.

    Raises `VersionPublishedAlready`, `NotApproved` and `ApproverIsAuthor`.
    """
    policy = command.policy
    if not is_new_version(policy, dict(state.get(policy.policy, {}))):
        return []
    approved_by_another(policy.name, command.by, command.approved_by, what="policy")
    event = AttributionPolicyPublished(
        policy=policy.policy,
        policy_version=policy.version,
        document=policy.document(),
        by=command.by,
        approved_by=command.approved_by,
    )
    return [event]


def state_after(events: Iterable[Event]) -> Published:
    """What a history of publications leads to."""
    versions: dict[str, dict[int, dict[str, Any]]] = {}
    for event in events:
        if isinstance(event, AttributionPolicyPublished):
            versions.setdefault(event.policy, {})[event.policy_version] = event.document
    return versions
