"""Plans of a few parts, tried on facts of a few lines: who is paid what, and when."""

from typing import Any

from replay.trial import Trial, tried
from schemas.calendar import PayoutPeriod
from schemas.examples import example_facts
from schemas.plans import Plan

Told = dict[tuple[str, str, str], int]
PlanDict = dict[str, Any]


def plan_of(*components: dict[str, Any], **more: Any) -> PlanDict:
    """A plan in euros of these components, from 2026 on."""
    return {
        "plan": "p",
        "version": 1,
        "effective_from": "2026-01-01",
        "currency": "EUR",
        "period": "month",
        "time_zone": "Europe/Berlin",
        "components": list(components),
        **more,
    }


def trial(facts: str, *plans: PlanDict) -> Trial:
    """The plans tried on facts, one a line as in examples."""
    read = [Plan.model_validate(plan) for plan in plans]
    return tried(read, example_facts(facts, read[0].zone))


def paid(facts: str, *plans: PlanDict) -> Told:
    """(payee, period, subject) to minor units, the lines of several components summed."""
    amounts: Told = {}
    for row in trial(facts, *plans).lines.iter_rows(named=True):
        key = (row["payee"], str(PayoutPeriod(row["period"])), row["subject"])
        amounts[key] = amounts.get(key, 0) + row["amount"]
    return amounts


def by_period(told: Told) -> dict[str, int]:
    """Period to minor units of everybody."""
    amounts: dict[str, int] = {}
    for (_, period, _), amount in told.items():
        amounts[period] = amounts.get(period, 0) + amount
    return amounts


def of_payee(told: Told, payee: str) -> int:
    """What a payee is paid in all."""
    return sum(amount for (who, _, _), amount in told.items() if who == payee)


def euros(amount: str) -> dict[str, str]:
    """An amount in euros."""
    return {"amount": amount, "currency": "EUR"}
