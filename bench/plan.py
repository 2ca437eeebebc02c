"""The seeds' plan, as data."""

from typing import Any, Final

ZONE: Final = "Asia/Shanghai"

PLAN: Final[dict[str, Any]] = {
    "plan": "seed-4-2-5",
    "version": 1,
    "effective_from": "2025-01-01",
    "currency": "CNY",
    "period": "month",
    "time_zone": ZONE,
    "rounding": "half-even",
    "components": [
        {
            "id": "marketing-commission",
            "kind": "commission",
            "credits": "marketing",
            "source": "marketing",
            "rate": "4%",
        },
        {
            "id": "sales-commission",
            "kind": "commission",
            "credits": "sales",
            "source": "marketing",
            "rate": "2%",
        },
        {
            "id": "self-sourced",
            "kind": "commission",
            "credits": "sales",
            "source": "self",
            "rate": "5%",
        },
        {
            "id": "valid-lead-points",
            "kind": "points",
            "credits": "marketing",
            "on": "lead-qualified",
            "points": 10,
            "value": {"amount": "5.00", "currency": "CNY"},
        },
        {
            "id": "collaboration",
            "kind": "award",
            "on": "joint-signing-confirmed",
            "amount": {"amount": "200.00", "currency": "CNY"},
            "cap": {"per": "month", "amount": {"amount": "2000.00", "currency": "CNY"}},
        },
    ],
    "gates": [
        {
            "id": "marketing-conversion",
            "applies_to": ["marketing-commission"],
            "count": "flow",
            "window": "month",
            "threshold": "30%",
            "inclusive": True,
            "zero_qualified": "open",
            "missed": "lost",
        }
    ],
}
