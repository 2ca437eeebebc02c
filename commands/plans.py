"""Rules: plans published and assigned, rates of exchange published."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from schemas.errors import Missing, Refused
from schemas.events.base import Event
from schemas.events.decisions import PlanAssigned, PlanPublished, RateOfExchangePublished
from schemas.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """Make a version of a plan the law from its `effective_from`."""

    plan: Plan
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPlan:
    """Pay somebody under a plan from a date on."""

    assignment: PlanAssigned


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRate:
    """Say what one unit of a currency is worth in another, from a time on."""

    rate: RateOfExchangePublished


Promise = tuple[str, datetime | None]
"""A plan, and until when it is assigned, if there is an end."""

RuleCommand = PublishPlan | AssignPlan | PublishRate


@dataclass(frozen=True, slots=True)
class Rules:
    """What was published, documents by (plan, version); and what was promised last to a payee.

    Promises are by (payee, start).
    """

    documents: dict[tuple[str, int], dict[str, Any]]
    promises: dict[tuple[str, datetime], Promise] = field(
        default_factory=dict[tuple[str, datetime], Promise]
    )

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
    """Somebody was to approve their own plan."""

    code = "approver-is-author"

    def __init__(self, name: str, by: str) -> None:
        self.name, self.by = name, by
        super().__init__(
            f"{name} cannot be approved by {by}, who publishes it: an approval is a second "
            "person's. Name another with --approved-by."
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
        case _:
            assert_never(command)


def _publish(command: PublishPlan, state: Rules) -> list[Event]:
    plan = command.plan
    document = plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    published = state.documents.get((plan.plan, plan.version))
    if published is not None and Plan.model_validate(published) == plan:
        return []
    if published is not None:
        latest = max(version for name, version in state.documents if name == plan.plan)
        raise VersionPublishedAlready(plan.name, latest + 1)
    if command.approved_by == command.by:
        raise ApproverIsAuthor(plan.name, command.by)
    return [
        PlanPublished(
            plan=plan.plan,
            plan_version=plan.version,
            document=document,
            by=command.by,
            approved_by=command.approved_by,
        )
    ]


def _assign(command: AssignPlan, state: Rules) -> list[Event]:
    if command.assignment.plan not in state.plans:
        raise UnknownPlan(command.assignment.plan, state.plans)
    asked = command.assignment
    promised = state.promises.get((asked.payee, asked.starts))
    return [] if promised == (asked.plan, asked.ends) else [asked]


def evolve(state: Rules, event: Event) -> Rules:
    """The state after an event."""
    match event:
        case PlanPublished():
            name = (event.plan, event.plan_version)
            return replace(state, documents={**state.documents, name: event.document})
        case PlanAssigned():
            promised = {(event.payee, event.starts): (event.plan, event.ends)}
            return replace(state, promises=state.promises | promised)
        case _:
            return state


def state_after(events: Iterable[Event]) -> Rules:
    """The rules that a history of publications leads to."""
    state = Rules({})
    for event in events:
        state = evolve(state, event)
    return state
