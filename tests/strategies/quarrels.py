"""Histories about whose deal it is, with policies, and with a plan by which they are paid."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.strategies.attribution_stories import Quarrel
from tests.strategies.attribution_themes import THEMES
from tests.strategies.plans import PlanDocument, vary_plan
from tests.strategies.records import Record, published


def every_class(zone: str) -> PlanDocument:
    """A plan that pays every role in every class, at rates that tell them apart."""
    plan = vary_plan(gate={}, plan="every-class", time_zone=zone)
    for number, source in enumerate(["account", "partner", "house"], start=1):
        part = {"kind": "commission", "credits": "sales", "source": source}
        plan["components"].append({"id": source, **part, "rate": f"{number}%"})
    partner = {"id": "from-sales", "kind": "commission", "credits": "sales", "rate": "1/7"}
    plan["components"].append({**partner, "where": "side is sales"})
    return plan


def plans(zone: str) -> Sequence[PlanDocument]:
    """One that pays every class, and the seeds' plan; both pay for referrals."""
    found = [every_class(zone), vary_plan(time_zone=zone)]
    for plan, shared in zip(found, ("both", "referrer"), strict=True):
        award = {"id": "referral", "kind": "award", "on": "referral-made", "shared": shared}
        plan["components"].append({**award, "amount": {"amount": "10.01", "currency": "CNY"}})
    return found


@st.composite
def quarrels(draw: st.DrawFn, theme: str = "everything", *, paid: bool = True) -> list[Record]:
    """A history with policies, about a theme; with `paid` also a plan by which it is paid."""

    def pick(*choices: Sequence[Any]) -> list[Any]:
        return [draw(st.sampled_from(among)) for among in choices]

    quarrel = Quarrel(pick, THEMES[theme])
    records = quarrel.written()
    if paid:
        [plan] = pick(plans(quarrel.zone))
        records.append(published(plan))
    return records
