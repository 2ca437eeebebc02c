"""Short plans for deals and what they pay: the frame that tests of commissions are written in."""

from collections.abc import Mapping
from typing import Any

from engine.earned import earned, named
from engine.world import World, world
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.oracle.cases import at, signed
from tests.strategies import Record, published, vary_plan

Paid = dict[tuple[str, str, str], int]


def plan_of(*components: Mapping[str, Any], **top: Any) -> dict[str, Any]:
    """A plan in yuan and Shanghai months that has these components and nothing else."""
    return vary_plan(gate={}, **top) | {"components": list(components)}


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def deal(name: str, on: str, amount: str, by: str = "sam", **more: Any) -> Record:
    """A deal that nobody's lead decided: its signers have it to themselves."""
    currency = more.pop("currency", "CNY")
    record = signed(name, on=on, amount=amount, lead=None, by=by, currency=currency)
    record["data"] |= more
    return record


def known(*records: Record, plans: list[dict[str, Any]]) -> World:
    return world(frame_of([*map(published, plans), *records]))


def paid(*records: Record, plan: dict[str, Any], later: dict[str, Any] | None = None) -> Paid:
    """(payee, deal, period) -> minor units earned."""
    told = known(*records, plans=[plan, *([later] if later else [])])
    amounts: Paid = {}
    for row in named(earned(told), told).iter_rows(named=True):
        key = (row["payee"], row["deal"], str(PayoutPeriod(row["period"])))
        amounts[key] = amounts.get(key, 0) + row["amount"]
    return amounts


def of_sam(
    *records: Record, plan: dict[str, Any], later: dict[str, Any] | None = None
) -> dict[tuple[str, str], int]:
    """(deal, period) -> minor units that Sam earned."""
    told = paid(*records, plan=plan, later=later)
    return {key[1:]: amount for key, amount in told.items() if key[0] == "sam"}


__all__ = ["at", "deal", "known", "money", "of_sam", "paid", "plan_of"]
