"""Plans as dicts and facts as lines, for tests of what is counted, aimed at and paid for it."""

from typing import Any

from replay.trial import tried
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Plan

Paid = dict[tuple[str, str, str], int]
"""(payee, period, component) to minor units."""
Document = dict[str, Any]

BOOKINGS: Document = {"id": "bookings", "of": "value", "credits": "sales"}
SLICES: Document = {
    "mode": "marginal",
    "rows": [{"from": "0", "to": "100%", "times": "1"}, {"from": "100%", "times": "160%"}],
}
AS_REACHED: Document = {"mode": "marginal", "rows": [{"from": "0", "times": "1"}]}
STEADY: Document = {"mode": "highest", "rows": [{"from": "0", "pays": "1"}]}
COMMISSION: Document = {"id": "own", "kind": "commission", "credits": "sales", "rate": "10%"}


def money(amount: str) -> Document:
    """An amount in yuan."""
    return {"amount": amount, "currency": "CNY"}


def quota(amount: str = "100000.00", /, **more: Any) -> Document:
    """A quota of bookings, per month unless it says more."""
    return {
        "id": "target",
        "measure": "bookings",
        "per": "month",
        "amount": money(amount),
        "prorate": "none",
        "zero": "missed",
        **more,
    }


def bonus(target: str = "25000.00", /, **more: Any) -> Document:
    """A monthly bonus in proportion to attainment, unless it says more."""
    return {
        "id": "bonus",
        "kind": "bonus",
        "quota": "target",
        "window": "month",
        "target": money(target),
        "payout": AS_REACHED,
        "paid": "at-end",
        **more,
    }


def plan(*components: Document, **more: Any) -> Document:
    """A plan in yuan of these components, with a quota of 100,000 of bookings a month."""
    return {
        "plan": "aims",
        "version": 1,
        "effective_from": "2026-01-01",
        "currency": "CNY",
        "period": "month",
        "time_zone": "Asia/Shanghai",
        "measures": [BOOKINGS],
        "quotas": [quota()],
        "components": list(components),
        **more,
    }


def lines(facts: str, *plans: Document, through: str = "2026-12") -> list[Document]:
    """The lines that plans pay on facts, in periods up to and with one."""
    read = [Plan.model_validate(document) for document in plans]
    told = example_facts(facts, read[0].zone)
    return tried(read, told, through=PayoutPeriod.parse(through)).lines.to_dicts()


def paid(facts: str, *plans: Document, through: str = "2026-12") -> Paid:
    """What plans pay on facts, in periods up to and with one; zeros are not stated."""
    amounts: Paid = {}
    for row in lines(facts, *plans, through=through):
        key = (row["payee"], str(PayoutPeriod(row["period"])), row["component"])
        amounts[key] = amounts.get(key, 0) + row["amount"]
    return amounts


def of_sam(told: Paid, component: str) -> dict[str, int]:
    """What a component pays sam, by period."""
    return {
        period: amount
        for (payee, period, name), amount in told.items()
        if (payee, name) == ("sam", component)
    }
