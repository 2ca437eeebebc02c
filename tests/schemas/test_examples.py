"""Facts as people write them in examples: each word says what it names."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schemas.examples import BadExample, example_facts
from schemas.recorded import Unrecorded

SHANGHAI = ZoneInfo("Asia/Shanghai")


def told(line: str) -> Unrecorded:
    [fact] = example_facts(f"2026-03-01 {line}", SHANGHAI)
    return fact


def content(line: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(told(line).state)
    return read


def test_a_deal_says_what_conditions_ask_for() -> None:
    line = (
        'deal-signed D1 product Cloud product "Care Plus" customer_type school term 12 channel web '
        "campaign spring team north margin=25% region=emea by sam 100.00 CNY"
    )
    assert content(line) == {
        "deal": "D1",
        "products": ["Cloud", "Care Plus"],
        "customer_type": "school",
        "term_months": 12,
        "channel": "web",
        "campaign": "spring",
        "team": "north",
        "attributes": {"margin": "25%", "region": "emea"},
        "signed_by": [{"payee": "sam", "share": "1"}],
        "value": {"amount": "100.00", "currency": "CNY"},
    }


def test_signers_end_where_another_field_begins() -> None:
    shared = content("deal-signed D1 by mia 1/3 sam 2/3 term 6 margin=5% 9.00 CNY product A")
    assert [signer["payee"] for signer in shared["signed_by"]] == ["mia", "sam"]
    assert (shared["term_months"], shared["products"]) == (6, ["A"])


@pytest.mark.parametrize(
    ("line", "stream"),
    [
        ("referral-made D1 by mia to sam", "deal/D1"),
        ("referral-made deal/D1 by mia to sam", "deal/D1"),
        ("referral-made lead L1 by mia to sam", "lead/L1"),
        ("referral-made customer C1 by mia to sam", "customer/C1"),
        ("touch-recorded L1 kind visit by mia", "lead/L1"),
        ("touch-recorded customer C1 kind visit", "customer/C1"),
        ("identity-linked payee mia other mia2", "payee/mia"),
        ("plan-assigned mia seed", "payee/mia"),
        ("rate-of-exchange-published USD CNY 7.1", "rate/USD-CNY"),
    ],
)
def test_a_subject_is_of_one_of_the_kinds_that_its_type_knows(line: str, stream: str) -> None:
    assert told(line).stream == stream


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("quota-set mia bookings 2026-01 5.00 CNY", {"per": "month", "measure": "bookings"}),
        ("quota-set mia meetings 2026-01 20 per quarter", {"per": "quarter", "count": 20}),
        ("metric-reported mia training 2026-01 0.9", {"period": "2026-01", "value": "0.9"}),
        ("metric-reported mia training 90%", {"value": "9/10"}),
        ("milestone-reached D1 go-live", {"milestone": "go-live"}),
        ("participation-declared D1 payee kim part se", {"payee": "kim", "part": "se"}),
        ("referral-made D1 by mia to sam", {"by": "mia", "to": "sam"}),
        ("payee-assigned mia role rep manager lee", {"from": "2026-02-28T16:00:00Z"}),
        (
            "plan-assigned mia p from 2026-01-01 to 2026-07-01T12:00:00",
            {"from": "2025-12-31T16:00:00Z", "to": "2026-07-01T04:00:00Z"},
        ),
        ("payee-left mia reason moved", {"reason": "moved"}),
        ('payee-enrolled mia name "Mia # Wang"   # a remark', {"name": "Mia # Wang"}),
        ("rate-of-exchange-published USD CNY 7.1", {"quote": "CNY", "rate": "71/10"}),
        ("touch-recorded L1 kind visit side sales by kim channel fair", {"side": "sales"}),
        ("lead-created L1 by mia key domain=acme.example", {"keys": {"domain": "acme.example"}}),
        (
            'customer-registered C1 name Acme key domain=acme.example key "tax=91 X"',
            {"name": "Acme", "keys": {"domain": "acme.example", "tax": "91 X"}},
        ),
        ("deal-signed D1 customer C1 by sam self-sourced 9.00 CNY", {"self_sourced": True}),
        (
            "credit-overridden D1 shares marketing 1/2 self 1/2 by ann approved_by lee",
            {"ruling": {"shares": {"marketing": "1/2", "self": "1/2"}}, "approved_by": "lee"},
        ),
        (
            "credit-overridden D1 sales sam 1/3 kim 2/3 excludes L1 counts L2",
            {
                "ruling": {
                    "sales": [{"payee": "kim", "share": "2/3"}, {"payee": "sam", "share": "1/3"}],
                    "claims": [{"lead": "L1", "counts": False}, {"lead": "L2", "counts": True}],
                }
            },
        ),
        (
            "override-revoked D1 override evenhand 4",
            {"override": {"source": "evenhand", "id": "4"}},
        ),
    ],
)
def test_words_say_the_fields_of_a_fact(line: str, fields: dict[str, Any]) -> None:
    assert fields.items() <= content(line).items()


def test_decisions_are_those_of_evenhand_and_facts_of_the_example() -> None:
    assert told("plan-assigned mia p").source == "evenhand"
    assert told("payee-left mia").source == "example"


@pytest.mark.parametrize(
    "line",
    [
        "deal-signed D1 term twelve 1.00 CNY",
        'payee-enrolled mia name "Mia',
        "quota-set mia meetings 2026-01 20.5",
        "quota-set mia meetings 20",
        "metric-reported mia training many",
        "payee-assigned mia from tomorrow",
        "lead-created L1 margin=25%",
        "period-closed 2026-01",
        "rate-of-exchange-published USD CNY 0",
    ],
)
def test_a_line_that_says_no_fact_is_refused(line: str) -> None:
    with pytest.raises(BadExample, match="is not a fact"):
        told(line)
