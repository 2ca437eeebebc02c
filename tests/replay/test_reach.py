"""How far plans reach: what may be computed case by case, and what may not."""

from typing import Any

import pytest

from engine.law import law
from replay.division import divided
from replay.reach import Reach
from tests.engine.dealing import plan_of
from tests.frames import frame_of
from tests.strategies import published

AMOUNT = {"amount": "100.00", "currency": "CNY"}
FLAT = {"id": "a", "kind": "commission", "credits": "sales", "rate": "5%"}
AWARD = {"id": "b", "kind": "award", "on": "joint-signing-confirmed", "amount": AMOUNT}


def parts_of(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """How far each part of a plan reaches that reaches further than its case."""
    far = divided(law(frame_of([published(plan_of(*components, **more))])))[1]
    return {} if far is None else {component: far.reach for _, component in far.parts}


def test_a_rate_of_a_deal_reaches_no_further_than_its_case() -> None:
    assert parts_of(FLAT) == {}


@pytest.mark.parametrize(("per", "reaches"), [("deal", {}), ("month", {"b": Reach.HANDED_ON})])
def test_a_cap_reaches_as_far_as_it_adds_up(per: str, reaches: dict[str, Reach]) -> None:
    assert parts_of(FLAT, {**AWARD, "cap": {"per": per, "amount": AMOUNT}}) == reaches


TIERED = {
    "id": "t", "kind": "tiered", "credits": "sales", "window": "month",
    "table": {"by": "amount", "mode": "marginal", "rows": [{"from": "0", "rate": "5%"}]},
}  # fmt: skip
INSTALMENTS = {
    "id": "i", "applies_to": ["t"],
    "parts": [{"share": "1/2", "on": "signing"}, {"share": "1/2", "on": "months", "months": 1}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "reach"),
    [
        ({}, Reach.HANDED_ON),
        ({"instalments": [INSTALMENTS]}, Reach.PAYEE),
        ({"decreases": "current-window"}, Reach.PAYEE),
    ],
)
def test_a_tier_is_paid_by_what_cases_hand_on_unless_others_go_by_it(
    more: dict[str, Any], reach: Reach
) -> None:
    assert parts_of(FLAT, TIERED, **more) == {"t": reach}


def test_a_ceiling_reaches_as_far_as_what_it_is_over() -> None:
    over = {
        "id": "u", "kind": "ceiling", "applies_to": ["a", "t"], "amount": AMOUNT,
        "window": "month", "prorate": "none",
    }  # fmt: skip
    assert parts_of(FLAT, TIERED, over) == {"t": Reach.HANDED_ON, "u": Reach.HANDED_ON}
    spread = parts_of(FLAT, TIERED, over, instalments=[INSTALMENTS])
    assert spread == {"t": Reach.PAYEE, "u": Reach.PAYEE}


def test_a_pool_of_a_month_is_shared_by_everybody() -> None:
    pool = {"per": "month", "amount": AMOUNT}
    overlay = {"id": "o", "kind": "overlay", "rate": "1%", "pool": pool}
    assert parts_of(FLAT, overlay) == {"o": Reach.EVERYBODY}


def test_what_a_guarantee_tops_up_is_computed_with_it_and_told_elsewhere() -> None:
    guarantee = {
        "id": "g", "kind": "guarantee", "applies_to": ["a"], "basis": "top-up", "window": "month",
        "amount": AMOUNT, "prorate": "none",
    }  # fmt: skip
    near, far = divided(law(frame_of([published(plan_of(FLAT, guarantee))])))
    assert far is not None
    told = {part.id for version in far.law.book.named.values() for part in version.plan.components}
    left = {part.id for version in near.book.named.values() for part in version.plan.components}
    assert (told, left, {name for _, name in far.parts}) == ({"a", "g"}, {"a"}, {"g"})


def test_a_gate_by_conversion_lets_a_commission_stay_with_its_case() -> None:
    gate = {
        "id": "q", "applies_to": ["a"], "count": "flow", "window": "month", "threshold": "30%",
        "inclusive": True, "zero_qualified": "open", "missed": "lost",
    }  # fmt: skip
    assert parts_of(FLAT, gates=[gate]) == {}
