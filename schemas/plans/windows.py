"""Which calendar windows a plan counts in, and which dates begin them."""

from datetime import date
from typing import TYPE_CHECKING

from schemas.plans.parts import MONTHS_OF

if TYPE_CHECKING:
    from schemas.plans.plan import Plan


def windows(plan: "Plan") -> set[str]:
    """The kinds of windows that a plan counts in."""
    found = {"month"}
    for part in (*plan.components, *plan.gates):
        found |= {getattr(part, "window", "month")} - {"deal"}
        cap = getattr(part, "cap", None)
        limit = getattr(part, "limit", None)
        pool = getattr(part, "pool", None)
        found |= {bound.per for bound in (cap, limit, pool) if bound is not None} - {"deal"}
    return found | {quota.per for quota in plan.quotas}


def window_begins(day: date, window: str, year_starts: int) -> bool:
    """Whether a date begins a window."""
    return day.day == 1 and (day.month - year_starts) % MONTHS_OF[window] == 0
