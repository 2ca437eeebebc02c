"""What was once computed wrong in parts: found by those who built on them."""

from pathlib import Path
from typing import Any

import pytest

from replay.stages import Question
from schemas.calendar import PayoutPeriod
from tests.cases.parts import in_parts, whole
from tests.frames import frame_of
from tests.strategies import Record, fact, published, vary_plan
from tests.strategies.policies import policy_published
from tests.strategies.records import decision

ALL = Question(position=100)
POLICY: dict[str, Any] = {
    "policy": "k",
    "version": 1,
    "effective_from": "2025-01-01",
    "time_zone": "Asia/Shanghai",
    "terms_at": "signing",
    "same_customer": ["domain"],
    "claims": {"marketing": {"protection_days": 90}},
    "self_sourced": "ignored",
    "rules": ["named-lead", "first-claim", "no-claim"],
    "no_claim": "signers",
}


def at(day: int) -> str:
    return f"2026-01-{day:02d}T12:00:00+08:00"


def found(keys: dict[str, str] | None = None) -> list[Record]:
    """A lead of mia's, found valid."""
    more = {} if keys is None else {"keys": keys}
    return [
        fact("lead-created", "lead/L1", at(5), "1", customer="C1", by="mia", **more),
        fact("lead-qualified", "lead/L1", at(6), "2", by="ann"),
    ]


def signed(by: str, **more: Any) -> Record:
    split, value = [{"payee": by, "share": "1"}], {"amount": "1000.00", "currency": "CNY"}
    return fact("deal-signed", "deal/D2", at(7), "3", signed_by=split, value=value, **more)


def test_a_gate_by_valid_leads_counts_cases_without_a_signing(tmp_path: Path) -> None:
    plan = vary_plan(gate={}) | {
        "components": [{"id": "c", "kind": "commission", "credits": "sales", "rate": "5%"}],
        "measures": [{"id": "leads", "of": "qualified-leads"}],
        "quotas": [
            {"id": "leads", "measure": "leads", "per": "month", "count": "1", "prorate": "none",
             "zero": "reached"}
        ],
        "gates": [
            {"id": "g", "applies_to": ["c"], "count": "attainment", "quota": "leads",
             "window": "month", "threshold": "100%", "inclusive": True, "missed": "lost"}
        ],
    }  # fmt: skip
    records = frame_of([published(plan), *found(), signed("mia")])
    lines = in_parts(records, ALL, records.height, 2, tmp_path)
    assert lines.select("payee", "amount").rows() == [("mia", 5_000)]


def test_a_month_is_computed_with_the_gate_of_the_month_a_deal_was_signed_in(
    tmp_path: Path,
) -> None:
    """An old deal shrinks: its line is gated by January, whose leads have no fact in March."""
    commission = {"id": "c", "kind": "commission", "credits": "marketing", "rate": "10%"}
    plan = vary_plan() | {"components": [commission]}
    plan["gates"] = [{**plan["gates"][0], "applies_to": ["c"], "threshold": "50%"}]
    wasted = [
        fact("lead-created", f"lead/W{n}", at(5), f"w{n}", customer=f"W{n}", by="mia")
        for n in range(3)
    ]
    valid = [fact("lead-qualified", f"lead/W{n}", at(6), f"v{n}", by="ann") for n in range(3)]
    smaller = fact(
        *("contract-amended", "deal/D2", "2026-03-09T12:00:00+08:00", "9"),
        kind="reduction",
        value={"amount": "400.00", "currency": "CNY"},
    )
    history = [published(plan), *wasted, *valid, *found(), signed("sam", lead="L1"), smaller]
    records = frame_of(history)
    march = Question(position=100, only=PayoutPeriod.parse("2026-03").number)
    shut = in_parts(records, march, records.height, 5, tmp_path / "shut")
    open_one = in_parts(frame_of([x for x in history if x not in valid]), march, 5, 5, tmp_path)
    assert shut.equals(whole(records, march))
    assert shut.select("amount").rows() == []
    assert open_one.select("amount").rows() == [(-6_000,)]


def test_a_referral_back_is_passed_over_wherever_the_first_was_made(tmp_path: Path) -> None:
    paid = {"amount": {"amount": "100.00", "currency": "CNY"}, "shared": "referrer"}
    award = {"id": "r", "kind": "award", "on": "referral-made", **paid}
    plan = vary_plan(gate={}) | {"components": [award], "gates": []}
    policy = {**POLICY, "awards": {"referral": ["cycle"]}}
    said = policy_published(policy, "pol", "2025-01-01T00:00:00+08:00")
    there = fact("referral-made", "customer/C1", at(2), "r1", customer="C1", by="sam", to="kim")
    back = fact("referral-made", "customer/C2", at(3), "r2", customer="C2", by="kim", to="sam")
    records = frame_of([published(plan), said, there, back, signed("mia", customer="C2")])
    for buckets in (1, 2, 7):
        lines = in_parts(records, ALL, records.height, buckets, tmp_path / str(buckets))
        assert lines.rows() == whole(records, ALL).rows() == []


@pytest.mark.parametrize("sealed", [4, 5])
def test_a_key_told_later_joins_a_deal_to_the_lead_of_its_customer(
    sealed: int, tmp_path: Path
) -> None:
    said = decision(
        *("attribution-policy-published", "policy/k", "2025-01-01T00:00:00+08:00", "pol"),
        policy="k",
        policy_version=1,
        document=POLICY,
    )
    same = {"domain": "acme"}
    deal = signed("sam", customer="C2", keys=same)
    records = frame_of([published(vary_plan(gate={})), said, *found(same), deal])
    lines = in_parts(records, ALL, sealed, 7, tmp_path)
    assert lines.equals(whole(records, ALL))
    assert {payee for payee, amount in lines.select("payee", "amount").rows() if amount} == {
        "mia", "sam",
    }  # fmt: skip
