"""What a linter notes of a plan that is allowed: what it counts twice, in which place."""

from typing import Any

import pytest

from schemas.plans import Plan
from schemas.plans.notes import notes
from tests.oracle.planned import commission, part, planned

KEPT: dict[str, Any] = part(
    "clawback", "kept", applies_to=["c"], takes="unserved", unit="months", within=12
)
BY_MONTHS: list[dict[str, Any]] = [
    {"share": "1/2", "on": "signing"},
    {"share": "1/2", "on": "months", "months": 6},
]
AT_ONCE: list[dict[str, Any]] = [{"share": "1", "on": "signing"}]


def noted(components: list[dict[str, Any]], parts: list[dict[str, Any]], of: str) -> list[str]:
    spread = [{"id": "i", "applies_to": [of], "parts": parts}]
    record = planned(*components, instalments=spread)
    plan = Plan.model_validate(record["data"]["plan"])
    return [text for place, text in notes(plan) if place == ("instalments", 0)]


def test_instalments_by_months_of_what_is_kept_by_time_served_count_time_twice() -> None:
    [text] = noted([commission(), KEPT], BY_MONTHS, "c")
    assert text.startswith("c is earned by months and kept by the time served (kept)")


@pytest.mark.parametrize(
    ("components", "parts", "of"),
    [
        ([commission()], BY_MONTHS, "c"),
        ([commission(), KEPT], AT_ONCE, "c"),
        ([commission(), commission(id_="d"), KEPT], BY_MONTHS, "d"),
    ],
)
def test_time_that_is_counted_once_is_not_noted(
    components: list[dict[str, Any]], parts: list[dict[str, Any]], of: str
) -> None:
    assert noted(components, parts, of) == []
