"""A general plan for the same company: tiers, a gate, overrides, a ceiling, a cap and a draw."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from bench.company import START
from bench.plan import PLAN
from engine.reading import read
from replay.drafts import with_drafts
from schemas.events import OWN_SOURCE, Event
from schemas.events.decisions import PlanPublished
from schemas.events.people import PayeeAssigned
from schemas.frames import RECORDS, empty
from schemas.recorded import Unrecorded, instant
from schemas.wire import unrecorded

_TEAM: Final = 8
"""So many report to each manager, and managers to managers."""
_KEPT: Final = ("marketing-commission", "valid-lead-points", "collaboration")


def _yuan(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": PLAN["currency"]}


GENERAL: Final[dict[str, Any]] = {
    **PLAN,
    "version": 2,
    "decreases": "own-slice",
    "measures": [{"id": "sold", "of": "value", "credits": "sales"}],
    "quotas": [
        {
            "id": "sold-a-quarter",
            "measure": "sold",
            "per": "quarter",
            "amount": _yuan("300000.00"),
            "prorate": "none",
            "zero": "missed",
        }
    ],
    "components": [
        *(part for part in PLAN["components"] if part["id"] in _KEPT),
        {
            "id": "sales-commission",
            "kind": "tiered",
            "credits": "sales",
            "window": "quarter",
            "quota": "sold-a-quarter",
            "table": {
                "by": "attainment",
                "mode": "marginal",
                "rows": [
                    {"from": "0%", "to": "80%", "rate": "2%"},
                    {"from": "80%", "to": "100%", "rate": "4%"},
                    {"from": "100%", "rate": "5%"},
                ],
            },
        },
        {
            "id": "leading",
            "kind": "override",
            "credits": "sales",
            "basis": "gross",
            "levels": [{"above": 1, "rate": "1%"}, {"above": 2, "rate": "0.5%"}],
        },
        {
            "id": "most-a-quarter",
            "kind": "ceiling",
            "applies_to": ["leading"],
            "window": "quarter",
            "amount": _yuan("200000.00"),
            "prorate": "none",
        },
    ],
    "payment": {
        "cap": _yuan("100000.00"),
        "draw": {
            "basis": "top-up",
            "amount": _yuan("5000.00"),
            "prorate": "none",
            "months": 3,
            "recovered_from": 4,
        },
    },
}
"""The second version of the company's plan, in force from its first day."""


def decided(enrolled: list[str], after: int) -> pl.DataFrame:
    """That plan, published after all, and who reports to whom (READ, after a position)."""
    told = with_drafts(empty(RECORDS), [*_told(enrolled)])
    return read(told.with_columns(pl.col("position") + after))


def _told(enrolled: list[str]) -> Iterator[Unrecorded]:
    yield _said(PlanPublished(plan=PLAN["plan"], plan_version=2, document=GENERAL), "plan-2")
    for number, payee in enumerate(enrolled[1:], start=1):
        manager = enrolled[(number - 1) // _TEAM]
        content = {"payee": payee, "manager": manager, "from": instant(START)}
        yield _said(PayeeAssigned.model_validate(content), f"reports-{payee}")


def _said(event: Event, id_: str) -> Unrecorded:
    return unrecorded(event, effective_at=instant(START), source=OWN_SOURCE, id=id_)
