"""The worked numbers of the law: each is small enough to check by hand."""

from fractions import Fraction
from typing import Any

import pytest

from tests.oracle.entitlement import Line
from tests.oracle.law import earned, statements
from tests.strategies import (
    SEED_PLAN,
    Record,
    amended,
    closed,
    decision,
    fact,
    published,
    vary_plan,
)

UNGATED = vary_plan(gate={})


def lead(name: str = "L1", on: str = "2026-01-05", by: str | None = "mia", **more: Any) -> Record:
    fields = {"customer": "C1", "by": by, **more}
    return fact("lead-created", f"lead/{name}", at(on), f"created-{name}", **fields)


def qualified(name: str = "L1", on: str = "2026-01-09", verdict: str = "lead-qualified") -> Record:
    return fact(verdict, f"lead/{name}", at(on), f"{verdict}-{name}", by="sam")


def signed(  # noqa: PLR0917 - a signing is what these tests are made of
    name: str = "D1",
    on: str = "2026-01-20",
    amount: str = "100000.00",
    lead: str | None = "L1",
    by: str = "sam",
    currency: str = "CNY",
) -> Record:
    payees = by.split()
    share = f"1/{len(payees)}"
    return fact(
        "deal-signed",
        f"deal/{name}",
        at(on),
        f"signed-{name}",
        customer="C1",
        lead=lead,
        signed_by=[{"payee": payee, "share": share} for payee in payees],
        value={"amount": amount, "currency": currency},
    )


def at(on: str) -> str:
    return on if "T" in on else f"{on}T00:00:00+08:00"


def joint(name: str = "D1", on: str = "2026-01-20", payees: str = "mia sam") -> Record:
    key = f"joint-{name}"
    fields = {"payees": payees.split()}
    return fact("joint-signing-confirmed", f"deal/{name}", at(on), key, **fields)


def amounts(lines: list[Line]) -> dict[tuple[str, str, str], int]:
    """(payee, period, component) -> minor units, lines of several layers summed."""
    summed: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.payee, line.period, line.component)
        summed[key] = summed.get(key, 0) + line.amount
    return summed


def of_payee(lines: list[Line], payee: str) -> dict[str, int]:
    """Period -> minor units of a payee."""
    summed: dict[str, int] = {}
    for line in lines:
        if line.payee == payee:
            summed[line.period] = summed.get(line.period, 0) + line.amount
    return summed


def test_a_marketing_sourced_deal_pays_marketing_four_and_sales_two_percent() -> None:
    assert amounts(earned([published(SEED_PLAN), lead(), signed()])) == {
        ("mia", "2026-01", "marketing-commission"): 400_000,
        ("sam", "2026-01", "sales-commission"): 200_000,
    }


def test_a_line_carries_the_attributes_of_the_wire_example() -> None:
    [line, _] = earned([published(SEED_PLAN), lead(), signed()])
    assert (line.deal, line.lead, line.plan) == ("D1", "L1", "seed-4-2-5@1")
    assert (line.source, line.role) == ("marketing", "marketing")
    assert (line.share, line.base, line.rate) == (Fraction(1), 10**7, Fraction(1, 25))
    assert line.because == (("/crm/demo", "created-L1"), ("/crm/demo", "signed-D1"))


def test_a_self_sourced_deal_pays_its_signers_five_percent() -> None:
    lines = earned([published(SEED_PLAN), signed(lead=None, by="sam mia")])
    assert amounts(lines) == {
        ("mia", "2026-01", "self-sourced"): 250_000,
        ("sam", "2026-01", "self-sourced"): 250_000,
    }


def test_the_same_person_in_both_roles_is_paid_the_self_rate_once() -> None:
    lines = earned([published(SEED_PLAN), lead(), signed(by="mia sam")])
    assert amounts(lines) == {
        ("mia", "2026-01", "self-sourced"): 250_000,
        ("mia", "2026-01", "marketing-commission"): 200_000,
        ("sam", "2026-01", "sales-commission"): 100_000,
    }


@pytest.mark.parametrize(
    ("signed_on", "component"),
    [
        ("2026-04-05T00:00:00+08:00", "self-sourced"),
        ("2026-04-04T23:59:59.999999+08:00", "marketing-commission"),
        ("2026-01-05T00:00:00+08:00", "marketing-commission"),
        ("2026-01-04T23:59:59.999999+08:00", "self-sourced"),
    ],
)
def test_a_claim_holds_from_its_opening_to_just_before_day_ninety(
    signed_on: str, component: str
) -> None:
    lines = earned([published(vary_plan(gate={}, effective_from="2025-01-01")), lead(),
                    signed(on=signed_on, by="sam")])  # fmt: skip
    assert component in {line.component for line in lines}


def test_a_disqualified_lead_is_no_claim_until_it_is_recycled() -> None:
    log = [published(UNGATED), lead(), qualified(verdict="lead-disqualified"), signed()]
    assert amounts(earned(log)) == {("sam", "2026-01", "self-sourced"): 500_000}
    again = qualified(on="2026-01-10", verdict="lead-recycled")
    assert ("mia", "2026-01", "marketing-commission") in amounts(earned([*log, again]))


def test_points_are_earned_once_at_the_first_qualification() -> None:
    again = fact("lead-qualified", "lead/L1", at("2026-02-01"), "again", by="sam")
    lines = earned([published(SEED_PLAN), again, lead(), qualified()])
    assert amounts(lines) == {("mia", "2026-01", "valid-lead-points"): 5_000}


def test_a_smaller_contract_claws_back_in_its_own_period_at_the_prices_of_its_layer() -> None:
    thirty_seventy = vary_plan(
        rates={"marketing-commission": "3%", "sales-commission": "7%"}, gate={}
    )
    lines = earned(
        [
            published(thirty_seventy),
            lead(),
            signed(amount="10000.00"),
            amended("D1", at("2026-02-10"), "a", "reduction", "8000.00"),
        ]
    )
    assert of_payee(lines, "mia") == {"2026-01": 30_000, "2026-02": -6_000}
    assert of_payee(lines, "sam") == {"2026-01": 70_000, "2026-02": -14_000}
    assert [line.base for line in lines if line.payee == "mia"] == [1_000_000, -200_000]


def test_small_steps_down_to_nothing_end_at_nothing() -> None:
    lines = earned(
        [
            published(UNGATED),
            signed(amount="0.30", lead=None),
            amended("D1", at("2026-02-01"), "a", "reduction", "0.20"),
            amended("D1", at("2026-03-01"), "b", "reduction", "0.10"),
            amended("D1", at("2026-04-01"), "c", "cancellation"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 2, "2026-02": -1, "2026-03": -1}


def test_a_deal_cancelled_under_a_newer_version_nets_to_nothing() -> None:
    six = vary_plan(rates={"self-sourced": "6%"}, gate={}, version=2, effective_from="2026-03-01")
    lines = earned(
        [
            published(UNGATED),
            published(six),
            signed(lead=None),
            amended("D1", at("2026-03-10"), "a", "cancellation"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 500_000, "2026-03": -500_000}
    assert {line.plan for line in lines} == {"seed-4-2-5@1"}


def test_an_upsell_opens_a_layer_at_the_rates_of_its_own_date() -> None:
    six = vary_plan(rates={"self-sourced": "6%"}, gate={}, version=2, effective_from="2026-03-01")
    lines = earned(
        [
            published(UNGATED),
            published(six),
            signed(lead=None),
            amended("D1", at("2026-03-01"), "a", "upsell", "150000.00"),
            amended("D1", at("2026-04-01"), "b", "reduction", "90000.00"),
        ]
    )
    assert of_payee(lines, "sam") == {"2026-01": 500_000, "2026-03": 300_000, "2026-04": -350_000}
    assert [(line.fact[1], line.amount) for line in lines if line.period == "2026-04"] == [
        ("a", -300_000),
        ("signed-D1", -50_000),
    ]


def test_a_renewal_leaves_the_earlier_term_alone_and_revives_a_cancelled_contract() -> None:
    lines = earned(
        [
            published(UNGATED),
            signed(lead=None),
            amended("D1", at("2026-02-01"), "a", "renewal", "50000.00"),
            amended("D1", at("2026-03-01"), "b", "cancellation"),
            amended("D1", at("2026-03-02"), "c", "upsell", "70000.00"),
            amended("D1", at("2026-04-01"), "d", "renewal", "10000.00"),
        ]
    )
    expected = {"2026-01": 500_000, "2026-02": 250_000, "2026-03": -250_000, "2026-04": 50_000}
    assert of_payee(lines, "sam") == expected


def test_a_correction_counts_from_the_date_of_the_fact_it_corrects() -> None:
    correction = amended("D1", at("2026-03-01"), "a", "correction", "80000.00")
    lines = earned([published(UNGATED), signed(lead=None), correction])
    assert of_payee(lines, "sam") == {"2026-01": 400_000}
    assert lines[0].because == (("/crm/demo", "a"), ("/crm/demo", "signed-D1"))


def test_a_corrected_fact_moves_and_a_voided_void_revives() -> None:
    target = {"source": "/crm/demo", "id": "signed-D1"}
    moved = fact("fact-corrected", "deal/D1", at("2026-02-02"), "r1", target=target,
                 data=signed(amount="1000.00", lead=None)["data"],
                 effective_at=at("2026-02-01"))  # fmt: skip
    void = fact("fact-voided", "deal/D1", at("2026-02-03"), "r2", target=target, reason="no")
    of_void = {"source": "/crm/demo", "id": "r2"}
    unvoid = fact("fact-voided", "deal/D1", at("2026-02-01"), "r3", target=of_void, reason="yes")
    log = [published(UNGATED), signed(), moved]
    assert of_payee(earned(log), "sam") == {"2026-02": 5_000}
    assert earned([*log, void]) == []
    assert of_payee(earned([*log, void, unvoid]), "sam") == {"2026-02": 5_000}


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
    log = [published(UNGATED), signed(lead=None)]
    log.append(closed("2026-01", 2))
    log.append(fact("fact-voided", "deal/D1", at("2026-01-21"), "v", reason="never signed",
                    target={"source": "/crm/demo", "id": "signed-D1"}))  # fmt: skip
    log.append(signed("D2", on="2026-02-01", lead=None, amount="30000.00"))
    log.append(closed("2026-02", 5))
    log.append(decision("period-reopened", "period/2026-02", at("2026-03-05"), "again"))
    log.append(closed("2026-02", 7, issue=2))
    log.append(signed("D3", on="2026-03-01", lead=None, amount="90000.00"))
    log.append(closed("2026-03", 9))
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
