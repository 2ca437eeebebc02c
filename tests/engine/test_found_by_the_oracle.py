"""Where kernel and oracle once differed: the smallest logs that told them apart."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.plans import Plan
from tests.engine.both_ways import by_the_kernel
from tests.engine.both_ways import earned_alike as earned
from tests.oracle.cases import at, enrolled, lead, signed
from tests.oracle.planned import (
    SELF,
    cny,
    commission,
    of,
    on_deal,
    part,
    planned,
    shrunk,
    value_quota,
)
from tests.strategies import amended, fact


def test_the_customer_of_a_deal_that_names_none_is_that_of_its_lead() -> None:
    plan = planned(commission(credits="sales", source=None, where="business is first"))
    leads = [lead("L1"), lead("L2", customer="C1")]
    deals = [
        fact(
            "deal-signed",
            f"deal/{name}",
            at(f"2026-01-2{number}"),
            f"signed-{name}",
            lead=f"L{number}",
            signed_by=[{"payee": "sam", "share": "1"}],
            value=cny("1000.00"),
        )
        for number, name in enumerate(("D1", "D2"), 1)
    ]
    assert earned(plan, *leads, *deals) == {("c", "01", "sam"): 10_000}


def test_what_a_clawback_keeps_shares_the_cap_of_its_commission() -> None:
    capped = commission(cap={"per": "month", "amount": cny("60.00")})
    kept = part("clawback", "k", applies_to=["c"], takes="unserved", unit="months", within=2)
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-02-20")]
    assert earned(planned(capped, kept), *log) == {
        ("c", "01", "sam"): 6_000,
        ("c", "02", "sam"): -6_000,
        ("k", "02", "sam"): 5_000,
    }


def test_what_a_clawback_keeps_waits_for_the_instalments_of_its_commission() -> None:
    kept = part("clawback", "k", applies_to=["c"], takes="unserved", unit="months", within=2)
    parts = [{"share": "1/2", "on": "signing"}, {"share": "1/2", "on": "months", "months": 3}]
    plan = planned(
        commission(), kept, instalments=[{"id": "i", "applies_to": ["c"], "parts": parts}]
    )
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-02-20")]
    assert earned(plan, *log) == {
        ("c", "01", "sam"): 5_000,
        ("c", "02", "sam"): -5_000,
        ("k", "02", "sam"): 2_500,
        ("k", "04", "sam"): 2_500,
    }


def test_a_decrease_of_its_own_waits_for_instalments_with_its_layer() -> None:
    parts = [{"share": "1/2", "on": "signing"}, {"share": "1/2", "on": "months", "months": 1}]
    spread = [{"id": "i", "applies_to": ["c"], "parts": parts}]
    plan = planned(commission(), decreases="current-window", instalments=spread)
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-03-25", "600.00")]
    assert earned(plan, *log) == {
        ("c", "01", "sam"): 5_000,
        ("c", "02", "sam"): 5_000,
        ("c", "03", "sam"): -4_000,
    }


def test_a_decrease_of_its_own_names_no_other_decrease() -> None:
    plan = planned(commission(), decreases="current-window")
    log = [
        plan,
        signed(amount="1000.00", lead=None),
        shrunk("D1", "2026-02-10", "800.00"),
        shrunk("D1", "2026-02-20", "600.00"),
    ]
    earned(*log)
    last = by_the_kernel(log)[-1]
    assert [id_ for _, id_ in last[-1]] == ["reduction-D1-2026-02-20", "signed-D1"]


def test_of_a_deal_worth_nothing_only_the_cash_is_as_good_as_paid() -> None:
    parts = [{"share": "1/2", "on": "cash"}, {"share": "1/2", "on": "months", "months": 2}]
    spread = [{"id": "i", "applies_to": ["c"], "parts": parts, "cash": "in-full"}]
    kept = part("clawback", "k", applies_to=["c"], takes="unserved", unit="months", within=1)
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-02-20")]
    assert earned(planned(commission(), kept, instalments=spread), *log) == {
        ("k", "02", "sam"): 5_000,
        ("k", "03", "sam"): 5_000,
    }


def test_pay_to_date_begins_with_the_version_and_the_days_of_the_payee() -> None:
    payout = {"mode": "highest", "rows": [{"from": "0", "pays": "100%"}]}
    bonus = part("bonus", "b", quota="q", window="quarter", target=cny("90.00"), payout=payout,
                 paid="to-date", against="window", prorate="none")  # fmt: skip
    top = value_quota(per="month")
    late = planned(bonus, **top, version=2, effective_from="2026-02-01", mid_period="carry")
    before = planned(commission(), **top)
    log = [before, late, enrolled("mia", "2026-03-05"), enrolled("sam", "2026-01-01")]
    assert earned(*log) == {("b", "02", "sam"): 9_000, ("b", "03", "mia"): 9_000} | {
        ("b", "04", payee): 9_000 for payee in ("mia", "sam")
    }


def test_a_figure_counts_for_somebody_who_was_never_enrolled() -> None:
    top: dict[str, Any] = {
        "measures": [{"id": "m", "of": "metric", "metric": "score", "over": "last"}],
        "quotas": [{"id": "q", "measure": "m", "per": "month", "count": "2", "prorate": "none",
                    "zero": "reached"}],
        "gates": [{"id": "g", "applies_to": ["c"], "count": "attainment", "quota": "q",
                   "window": "month", "threshold": "100%", "inclusive": True, "missed": "lost"}],
    }  # fmt: skip
    reported = of("sam", "metric-reported", "2026-01-10", metric="score", value="2")
    deal = signed(amount="1000.00", lead=None)
    assert earned(planned(commission(), **top), reported, deal) == {("c", "01", "sam"): 10_000}
    assert not earned(planned(commission(), **top), deal)


def test_a_reduction_that_raises_the_value_opens_an_upsell() -> None:
    plan = planned(commission(where="kind is upsell"))
    raised = amended("D1", at("2026-02-10"), "raised", "reduction", "1500.00")
    assert earned(plan, signed(amount="1000.00", lead=None), raised) == {("c", "02", "sam"): 5_000}


def test_a_touch_that_a_version_did_not_pay_for_is_not_the_first_of_the_next() -> None:
    by_lead = {"credits": "doer", "on": "touch-recorded", "amount": cny("10.00")}
    qualified = part("flat", "f", credits="marketing", on="lead-qualified", amount=cny("1.00"))
    touched = part("flat", "f", once="customer", **by_lead)
    later = planned(touched, version=2, effective_from="2026-04-01", mid_period="carry")
    log = [
        fact("touch-recorded", "customer/C1", at(on), f"touch-{on}", by="mia", kind="call")
        for on in ("2026-02-01", "2026-04-02", "2026-04-03")
    ]
    assert earned(planned(qualified), later, *log) == {("f", "04", "mia"): 1_000}


def test_a_line_of_a_window_names_the_correction_of_its_ground() -> None:
    guaranteed = part("guarantee", "g", applies_to=["c"], window="month", amount=cny("10.00"),
                      basis="on-top", prorate="none", months=1)  # fmt: skip
    joined = enrolled("sam", "2026-01-05")
    data = {**joined["data"], "name": "Samuel"}
    target = {"source": joined["source"], "id": joined["id"]}
    corrected = fact(
        "fact-corrected", "payee/sam", at("2026-01-06"), "corrected", target=target, data=data
    )
    log = [planned(commission(), guaranteed), joined, corrected]
    assert earned(*log) == {("g", "01", "sam"): 1_000}
    assert [id_ for _, id_ in by_the_kernel(log)[0][-1]] == ["corrected", "enrolled-sam"]


def test_an_amendment_from_before_the_signing_stands_in_a_cap_where_it_takes_effect() -> None:
    plan = planned(commission(cap={"per": "month", "amount": cny("100.00")}))
    early = amended("D2", at("2026-01-02"), "early", "upsell", "1500.00")
    log = [
        signed("D1", "2026-01-10", "800.00", lead=None),
        signed("D2", "2026-01-20", "500.00", lead=None),
        early,
    ]
    assert earned(plan, *log) == {("c", "01", "sam"): 10_000}
    by_deal = {line[2]: line[8] for line in by_the_kernel([plan, *log])}
    assert by_deal == {"deal/D1": 8_000, "deal/D2": 2_000}


def test_what_is_paid_later_shows_the_base_it_is_paid_for() -> None:
    parts = [{"share": "1", "on": "milestone", "milestone": "go-live"}]
    plan = planned(commission(), instalments=[{"id": "i", "applies_to": ["c"], "parts": parts}])
    live = on_deal("D1", "milestone-reached", "2026-03-01", milestone="go-live")
    log = [plan, signed(amount="1000.00", lead=None), live]
    assert earned(*log) == {("c", "03", "sam"): 10_000}
    assert by_the_kernel(log)[0][9] == 100_000


def test_on_net_nobody_is_paid_more_than_everything() -> None:
    levels = [{"above": 1, "rate": "110%"}, {"above": 2, "rate": "5%"}]
    net = part("override", "o", credits="sales", levels=levels, basis="net")
    with pytest.raises(ValidationError, match="no level is paid more than 100 %"):
        planned(net)
    gross = {**net, "basis": "gross"}
    assert Plan.model_validate(planned(gross)["data"]["plan"]).components


def test_a_window_with_nothing_but_a_decrease_and_no_quota_is_reached() -> None:
    top = value_quota(prorate="months")
    rows = [{"from": "0", "to": "80%", "rate": "0%"}, {"from": "80%", "rate": "10%"}]
    table = {"by": "attainment", "mode": "retroactive", "rows": rows}
    tiers = part("tiered", credits="sales", window="month", quota="q", table=table)
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-03-01", "400.00")]
    assert earned(planned(tiers, decreases="current-window", **top), *log) == {
        ("c", "01", "sam"): 10_000,
        ("c", "03", "sam"): -6_000,
    }


def test_a_decrease_of_its_own_leaves_what_was_attained_before_it() -> None:
    top = value_quota()
    rows = [{"from": "0", "to": "80%", "rate": "5%"}, {"from": "80%", "rate": "10%"}]
    table = {"by": "attainment", "mode": "retroactive", "rows": rows}
    tiers = part("tiered", **SELF, window="month", quota="q", table=table)
    log = [signed(amount="1000.00", lead=None), shrunk("D1", "2026-03-01", "900.00")]
    assert earned(planned(tiers, decreases="current-window", **top), *log) == {
        ("c", "01", "sam"): 10_000,  # still: the measure, which reads 900, does not decide
        ("c", "03", "sam"): -500,
    }
