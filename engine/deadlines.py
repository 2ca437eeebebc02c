"""Deadlines of disputes, in days of the policy in force: by when raised, ruled, appealed.

A deadline is the same wall-clock time so many days later in the policy's zone. What happens at the
deadline is in time. Instants are microseconds UTC.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from engine.disputes import Appealed, DisputeState, Open, Raised, Settled, Withdrawn
from engine.policies import Policies
from engine.zones import period_end
from schemas.recorded import instant, microseconds


def days_after(at: int, days: int, zone: ZoneInfo) -> int:
    """The instant of the same wall-clock time so many days later, by `schemas.calendar`."""
    wall = instant(at).astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(days=days)
    return microseconds(wall.replace(tzinfo=zone))


def last_to_raise(stated_in: int, policies: Policies, now: int) -> int | None:
    """Until when a line stated in a period may be contested, None: for ever."""
    policy = policies.at(now).policy
    days = policy.disputes.raise_within_days
    return (
        None if days is None else days_after(period_end(stated_in, policy.zone), days, policy.zone)
    )


def due(state: DisputeState, policies: Policies) -> int | None:
    """Until when an open dispute is to be ruled; None if it is not open, or may take for ever."""
    match state:
        case Raised() | Appealed():
            return _due(state, policies)
        case Settled() | Withdrawn():
            return None


def _due(state: Open, policies: Policies) -> int | None:
    opened = state.case.opened.effective_at
    policy = policies.at(opened).policy
    days = policy.disputes.settle_within_days
    return None if days is None else days_after(opened, days, policy.zone)


def last_to_appeal(state: DisputeState, policies: Policies) -> int | None:
    """Until when the last ruling may be appealed, None: for ever, or there is none."""
    if not state.case.settlements:
        return None
    ruled = state.case.settlements[-1].effective_at
    policy = policies.at(ruled).policy
    days = policy.disputes.appeal_within_days
    return None if days is None else days_after(ruled, days, policy.zone)
