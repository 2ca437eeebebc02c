"""The worked numbers of the law for rates, gates, awards, plans and closes."""

from typing import Any

import pytest

from tests.oracle.cases import (
    UNGATED,
    amounts,
    at,
    enrolled,
    joint,
    lead,
    of_payee,
    qualified,
    signed,
)
from tests.oracle.law import earned, statements
from tests.strategies import (
    Record,
    amended,
    closed,
    decision,
    fact,
    published,
    vary_plan,
)


def test_a_foreign_deal_converts_at_the_latest_exact_pair_of_its_date() -> None:
    def rate(on: str, value: str) -> Record:
        fields = {"base": "USD", "quote": "CNY", "rate": value}
        return decision("rate-of-exchange-published", "rate/USD-CNY", at(on), on, **fields)

    log = [published(UNGATED), signed(amount="1000.00", lead=None, currency="USD")]
    assert earned(log) == []
    assert earned([*log, rate("2026-01-21", "7.2")]) == []
    lines = earned([*log, rate("2026-01-01", "7"), rate("2026-01-20", "7.1")])
    assert [(line.amount, line.base, line.currency) for line in lines] == [(35_500, 10**5, "CNY")]


def gated(leads: int, deals: int, **gate: Any) -> list[Record]:
    """So many leads of mia qualified in January, so many of them signed in it."""
    log = [published(vary_plan(gate={"threshold": "50%", **gate}))]
    for number in range(leads):
        log += [lead(f"L{number}"), qualified(f"L{number}")]
    log += [signed(f"D{n}", lead=f"L{n}", amount="100.00") for n in range(deals)]
    return log


@pytest.mark.parametrize(
    ("leads", "deals", "gate", "paid"),
    [
        (2, 1, {}, 400),
        (2, 1, {"inclusive": False}, 0),
        (3, 1, {}, 0),
        (3, 2, {"inclusive": False}, 800),
        (3, 1, {"threshold": "1/3"}, 400),
    ],
)
def test_a_gate_is_exact_on_its_threshold(
    leads: int, deals: int, gate: dict[str, Any], paid: int
) -> None:
    lines = earned(gated(leads, deals, **gate))
    assert amounts(lines).get(("mia", "2026-01", "marketing-commission"), 0) == paid
    assert amounts(lines)["sam", "2026-01", "sales-commission"] == deals * 200


@pytest.mark.parametrize(("rule", "paid"), [("open", 400_000), ("closed", 0)])
def test_no_qualified_lead_means_what_the_gate_says(rule: str, paid: int) -> None:
    log = [published(vary_plan(gate={"zero_qualified": rule})), lead(), signed()]
    assert of_payee(earned(log), "mia").get("2026-01", 0) == paid


def test_a_deferred_layer_is_paid_once_a_later_window_is_met() -> None:
    february = [
        lead("M", on="2026-02-01"),
        qualified("M", on="2026-02-02"),
        signed("E", on="2026-02-03", lead="M", amount="10.00"),
    ]
    deferred = earned([*gated(3, 1, missed="deferred"), *february])
    assert amounts(deferred)["mia", "2026-02", "marketing-commission"] == 440
    lost = earned([*gated(3, 1), *february])
    assert amounts(lost)["mia", "2026-02", "marketing-commission"] == 40


def test_a_later_cancellation_still_counts_as_signed_for_the_gate() -> None:
    cancelled = amended("D0", at("2026-01-25"), "x", "cancellation")
    lines = earned([*gated(4, 2), cancelled])
    assert amounts(lines)["mia", "2026-01", "marketing-commission"] == 400
    at_once = amended("D0", at("2026-01-20"), "x", "cancellation")
    assert ("mia", "2026-01", "marketing-commission") not in amounts(
        earned([*gated(4, 2), at_once])
    )


def test_an_award_is_shared_equally_and_cut_by_its_cap_in_order_of_effect() -> None:
    money = {"amount": "200.01", "currency": "CNY"}
    cap = {"per": "month", "amount": {"amount": "150.00", "currency": "CNY"}}
    plan = vary_plan(gate={}, components={"collaboration": {"amount": money, "cap": cap}})
    log = [published(plan)]
    for name in ("D1", "D2"):
        log += [signed(name, lead=None, amount="0.01"), joint(name, on="2026-01-21")]
    awards = [(line.payee, line.deal, line.amount) for line in earned(log)]
    assert awards == [
        ("mia", "D1", 10_001),
        ("mia", "D2", 4_999),
        ("sam", "D1", 10_000),
        ("sam", "D2", 5_000),
    ]
    log.append(amended("D1", at("2026-02-01"), "x", "cancellation"))
    february = [(x.payee, x.deal, x.amount) for x in earned(log) if x.period == "2026-02"]
    assert february == [
        ("mia", "D1", -10_001),
        ("mia", "D2", 5_002),
        ("sam", "D1", -10_000),
        ("sam", "D2", 5_000),
    ]


def test_a_payee_is_paid_by_the_plan_assigned_at_the_date() -> None:
    other = vary_plan(rates={"self-sourced": "6%"}, gate={}, plan="other")
    fields = {"plan": "other", "from": at("2026-01-01"), "to": at("2026-02-01")}
    assigned = decision("plan-assigned", "payee/sam", at("2026-01-01"), "as", **fields)
    log = [published(UNGATED), published(other), signed(lead=None), assigned]
    log.append(signed("D2", on="2026-02-01", lead=None))
    assert of_payee(earned(log), "sam") == {"2026-01": 600_000}


def test_a_late_reduction_is_paid_back_in_the_next_close_and_what_is_left_is_carried() -> None:
    log = [published(UNGATED), signed(lead=None), enrolled()]
    log.append(closed("2026-01", 3))
    log.append(fact("fact-voided", "deal/D1", at("2026-01-21"), "v", reason="never signed",
                    target={"source": "/crm/demo", "id": "signed-D1"}))  # fmt: skip
    log.append(signed("D2", on="2026-02-01", lead=None, amount="30000.00"))
    log.append(closed("2026-02", 6))
    log.append(decision("period-reopened", "period/2026-02", at("2026-03-05"), "again"))
    log.append(closed("2026-02", 8, issue=2))
    log.append(signed("D3", on="2026-03-01", lead=None, amount="90000.00"))
    log.append(closed("2026-03", 10))
    issued = statements(log)
    assert [(s.period, s.issue) for s in issued] == [
        ("2026-01", 1),
        ("2026-02", 1),
        ("2026-02", 2),
        ("2026-03", 1),
    ]
    assert [(x.key.period, x.amount) for x in issued[1].lines] == [
        ("2026-01", -500_000),
        ("2026-02", 150_000),
    ]
    balances = [s.balances["sam", "CNY"] for s in issued]
    assert [b.cash for b in balances] == [500_000, 0, 0, 100_000]
    assert [b.carried for b in balances] == [0, -350_000, -350_000, 0]
    assert issued[2].lines == ()


def test_who_is_not_enrolled_is_carried_everything_until_enrolled() -> None:
    log = [published(UNGATED), signed(lead=None), closed("2026-01", 2), enrolled()]
    log.append(closed("2026-02", 4))
    january, february = (statement.balances["sam", "CNY"] for statement in statements(log))
    assert (january.cash, january.carried) == (0, 500_000)
    assert (february.lines, february.cash, february.carried) == (0, 500_000, 0)


def test_an_amendment_in_another_currency_has_no_effect() -> None:
    foreign = amended("D1", at("2026-02-10"), "a", "reduction", "8000.00")
    foreign["data"]["value"]["currency"] = "USD"
    lines = earned([published(UNGATED), signed(lead=None), foreign])
    assert of_payee(lines, "sam") == {"2026-01": 500_000}
