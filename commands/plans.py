"""Rules: plans published, assigned and accepted, rates of exchange published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, assert_never

from schemas.errors import Missing, Refused
from schemas.events.base import Event
from schemas.events.decisions import PlanAssigned, PlanPublished, RateOfExchangePublished
from schemas.events.people import PlanAccepted
from schemas.plans import Plan
from schemas.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """Make a version of a plan the law from its `effective_from`."""

    plan: Plan
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPlan:
    """Pay somebody under a plan from a date on."""

    assignment: PlanAssigned


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRate:
    """Say what one unit of a currency is worth in another, from a time on."""

    rate: RateOfExchangePublished


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPlan:
    """Agree to be paid under a version of a plan, as shown in a document."""

    acceptance: PlanAccepted


Promise = tuple[str, datetime | None]
"""A plan, and until when it is assigned, if there is an end."""

RuleCommand = PublishPlan | AssignPlan | PublishRate | AcceptPlan
HISTORY: Final = (PlanPublished.type, PlanAssigned.type, PlanAccepted.type)
"""The types of events that these decisions look back at."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What was published, documents by (plan, version); and what was promised last to a payee.

    Promises are by (payee, start). What a payee accepted last is the digest of a document, by
    (payee, version's name).
    """

    documents: dict[tuple[str, int], dict[str, Any]]
    promises: dict[tuple[str, datetime], Promise] = field(
        default_factory=dict[tuple[str, datetime], Promise]
    )
    accepted: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @property
    def plans(self) -> set[str]:
        """The plans that have a version."""
        return {plan for plan, _ in self.documents}


class VersionPublishedAlready(Refused):
    """Another document was to be published under the name of a version that exists."""

    code = "version-published-already"

    def __init__(self, name: str, next_version: int) -> None:
        self.name, self.next_version = name, next_version
        super().__init__(
            f"{name} cannot be published again with another content: a published version is never "
            f"edited. Publish it as version {next_version}."
        )


class ApproverIsAuthor(Refused):
    """Somebody was to approve their own plan or policy."""

    code = "approver-is-author"

    def __init__(self, name: str, by: str) -> None:
        self.name, self.by = name, by
        super().__init__(
            f"{name} cannot be approved by {by}, who publishes it: an approval is a second "
            "person's. Name another with --approved-by."
        )


class NotApproved(Refused):
    """A plan or a policy was to be published by one person alone."""

    code = "not-approved"

    def __init__(self, name: str, by: str, what: str) -> None:
        self.name, self.by, self.what = name, by, what
        super().__init__(
            f"{name} cannot be published by {by} alone: what people are paid by is approved by a "
            f"second person. Show them evenhand {what} impact and name them with --approved-by."
        )


class NothingToAccept(Missing):
    """A version of a plan was to be accepted that nobody published."""

    code = "nothing-to-accept"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name} cannot be accepted: no such version is published. Look at what is with: "
            "evenhand history plan/NAME."
        )


class UnknownPlan(Missing):
    """A plan was to be assigned that nobody published."""

    code = "unknown-plan"

    def __init__(self, plan: str, published: Iterable[str]) -> None:
        self.plan = plan
        known = ", ".join(sorted(published)) or "none"
        super().__init__(
            f"Plan {plan} cannot be assigned: no version of it is published (published: {known}). "
            "Publish it first with: evenhand plan publish."
        )


def decide(command: RuleCommand, state: Rules) -> list[Event]:
    """The events that follow from a command; none if what it asks holds already."""
    match command:
        case PublishPlan():
            return _publish(command, state)
        case AssignPlan():
            return _assign(command, state)
        case PublishRate():
            return [command.rate]
        case AcceptPlan():
            return _accept(command.acceptance, state)
        case _:
            assert_never(command)


def _publish(command: PublishPlan, state: Rules) -> list[Event]:
    plan = command.plan
    of_plan = {
        version: document
        for (name, version), document in state.documents.items()
        if name == plan.plan
    }
    if not is_new_version(plan, of_plan):
        return []
    approved_by_another(plan.name, command.by, command.approved_by, what="plan")
    return [
        PlanPublished(
            plan=plan.plan,
            plan_version=plan.version,
            document=plan.document(),
            by=command.by,
            approved_by=command.approved_by,
        )
    ]


def is_new_version(rules: Plan | Policy, published: Mapping[int, dict[str, Any]]) -> bool:
    """Whether a version is not among those of its name that are published, by their numbers.

    Raises `VersionPublishedAlready` where it is, with another content.
    """
    document = published.get(rules.version)
    if document is not None and type(rules).model_validate(document) != rules:
        raise VersionPublishedAlready(rules.name, max(published) + 1)
    return document is None


def approved_by_another(name: str, by: str, approved_by: str, *, what: str) -> None:
    """Raises `NotApproved` or `ApproverIsAuthor` unless two people stand behind a version."""
    if not approved_by:
        raise NotApproved(name, by, what)
    if approved_by == by:
        raise ApproverIsAuthor(name, by)


def _assign(command: AssignPlan, state: Rules) -> list[Event]:
    if command.assignment.plan not in state.plans:
        raise UnknownPlan(command.assignment.plan, state.plans)
    asked = command.assignment
    promised = state.promises.get((asked.payee, asked.starts))
    return [] if promised == (asked.plan, asked.ends) else [asked]


def _accept(asked: PlanAccepted, state: Rules) -> list[Event]:
    if (asked.plan, asked.plan_version) not in state.documents:
        raise NothingToAccept(asked.name)
    before = state.accepted.get((asked.payee, asked.name))
    return [] if before == asked.digest else [asked]


def evolve(state: Rules, event: Event) -> Rules:
    """The state after an event."""
    match event:
        case PlanPublished():
            name = (event.plan, event.plan_version)
            return replace(state, documents={**state.documents, name: event.document})
        case PlanAssigned():
            promised = {(event.payee, event.starts): (event.plan, event.ends)}
            return replace(state, promises=state.promises | promised)
        case PlanAccepted():
            agreed = {(event.payee, event.name): event.digest}
            return replace(state, accepted={**state.accepted, **agreed})
        case _:
            return state


def state_after(events: Iterable[Event]) -> Rules:
    """The rules that a history of publications leads to."""
    state = Rules({})
    for event in events:
        state = evolve(state, event)
    return state
