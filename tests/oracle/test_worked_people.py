"""Worked numbers of pay for people around a deal, and for what happened; each by hand."""

from typing import Any

import pytest

from tests.oracle.cases import enrolled, joint, lead, qualified, signed
from tests.oracle.planned import (
    SELF,
    by_deal,
    cny,
    lines,
    of,
    on_deal,
    paid,
    part,
    planned,
    shrunk,
    told,
)
from tests.oracle.test_worked_components import own
from tests.strategies import Record, fact

LADDER = [{"above": 1, "rate": "10%"}, {"above": 2, "rate": "10%"}]


def override(basis: str = "gross", **fields: Any) -> Record:
    return planned(part("override", **SELF, levels=LADDER, basis=basis, **fields))


def under(payee: str, manager: str, since: str = "2026-01-01", to: str | None = None) -> Record:
    """Who reports to whom."""
    ends = {"to": f"{to}T00:00:00+08:00"} if to else {}
    span = {"from": f"{since}T00:00:00+08:00", **ends}
    return of(payee, "payee-assigned", since, manager=manager, **span)


def test_an_override_on_gross_pays_each_level_its_rate_of_the_whole() -> None:
    log = [override(), own("D1", "100.00"), under("sam", "mia"), under("mia", "zoe")]
    assert paid(*log) == {("mia", "01"): 1_000, ("zoe", "01"): 1_000}


def test_an_override_on_net_pays_of_what_the_levels_below_have_left() -> None:
    log = [override("net", below="10%"), own("D1", "100.00"), under("sam", "mia")]
    assert paid(*log, under("mia", "zoe")) == {("mia", "01"): 900, ("zoe", "01"): 810}


def test_two_splits_that_meet_at_one_manager_are_credited_once() -> None:
    log = [override(), own("D1", "100.01", by="sam lee"), under("sam", "mia"), under("lee", "mia")]
    assert paid(*log) == {("mia", "01"): 1_000}  # round(10 % of 10001), not twice round(500.05)


def test_a_manager_met_on_two_levels_is_paid_for_each() -> None:
    log = [override("net"), own("D1", "100.00", by="sam lee"), under("sam", "mia")]
    log += [under("lee", "zoe"), under("zoe", "mia")]
    assert paid(*log) == {("zoe", "01"): 500, ("mia", "01"): 500 + 450}


def test_the_hierarchy_of_the_sale_gives_back_after_it_changed() -> None:
    log = [override(), own("D1", "100.00"), under("sam", "mia", to="2026-02-01")]
    log += [under("sam", "zoe", since="2026-02-01"), shrunk("D1", "2026-03-01")]
    assert paid(*log) == {("mia", "01"): 1_000, ("mia", "03"): -1_000}


def test_a_circle_of_managers_ends_where_somebody_is_met_again() -> None:
    log = [override(), own("D1", "100.00"), under("sam", "mia"), under("mia", "sam")]
    assert paid(*log) == {("mia", "01"): 1_000}


def test_a_manager_credited_on_the_deal_is_skipped_and_the_ladder_goes_on() -> None:
    log = [override(), own("D1", "100.00", by="sam mia"), under("sam", "mia"), under("mia", "zoe")]
    assert paid(*log) == {("zoe", "01"): 500 + 500}


def test_the_position_goes_before_the_enrolment() -> None:
    log = [override(), own("D1", "100.00"), told(enrolled(), manager="zoe")]
    assert paid(*log) == {("zoe", "01"): 1_000}
    assert paid(*log, under("sam", "mia")) == {("mia", "01"): 1_000}


def helped(name: str, payee: str, on: str = "2026-01-21", **fields: Any) -> Record:
    record = on_deal(name, "participation-declared", on, payee=payee, **fields)
    return {**record, "id": f"{record['id']}-{payee}"}


def test_a_pool_is_shared_equally_by_those_who_helped_until_then() -> None:
    log = [planned(part("overlay", rate="3%")), own("D1", "100.01")]  # a pool of 300
    log += [helped("D1", "mia"), helped("D1", "zoe"), helped("D1", "mia", on="2026-01-22")]
    assert paid(*log) == {("mia", "01"): 150, ("zoe", "01"): 150}
    more = helped("D1", "lee", on="2026-02-02")
    assert paid(*log, more)["lee", "02"] == 100
    assert paid(*log, more)["mia", "02"] == -50


def test_a_pool_is_bounded_per_deal_in_order_of_its_layers() -> None:
    pool = {"per": "deal", "amount": cny("4.00")}
    plan = planned(part("overlay", rate="3%", pool=pool, part="presales"))
    upsell = told(own("D1", "100.00"), value=cny("100.00"))
    more = on_deal("D1", "contract-amended", "2026-02-01", kind="upsell", value=cny("200.00"))
    log = [plan, upsell, more, helped("D1", "mia", part="presales"), helped("D1", "zoe", part="x")]
    assert paid(*log) == {("mia", "01"): 300, ("mia", "02"): 100}


def referral(subject: str, on: str, by: str = "mia", to: str = "sam") -> Record:
    name = f"referral-{subject}-{on}"
    return fact("referral-made", subject, f"{on}T00:00:00+08:00", name, by=by, to=to)


def test_a_referral_is_shared_by_both_sides_or_goes_to_the_referrer() -> None:
    both = part("award", on="referral-made", amount=cny("10.01"))
    log = [own("D1", "1.00"), referral("deal/D1", "2026-02-01")]
    assert paid(planned(both), *log) == {("mia", "02"): 501, ("sam", "02"): 500}
    assert paid(planned({**both, "shared": "referrer"}), *log) == {("mia", "02"): 1_001}
    assert paid(planned(both), *log[:1], referral("deal/D1", "2026-02-01", to="mia")) == {}


def test_a_referral_of_a_customer_is_for_the_first_deal_since() -> None:
    log = [planned(part("award", on="referral-made", amount=cny("10.00")))]
    log += [own("D1", "1.00", on="2026-01-05"), own("D2", "1.00"), own("D3", "1.00")]
    log += [referral("customer/C1", "2026-01-06"), referral("customer/C1", "2026-01-07")]
    assert by_deal(*log) == {("D2", "01"): 1_000}
    assert by_deal(*log, referral("deal/D2", "2026-02-01")) == {
        ("D2", "01"): 1_000,
        ("D2", "02"): 0,
    }


def test_an_award_is_lost_with_the_value_of_its_deal() -> None:
    award = part("award", on="joint-signing-confirmed", amount=cny("10.00"))
    log = [planned(award), own("D1", "1.00"), joint(), shrunk("D1", "2026-02-01")]
    assert paid(*log)["mia", "02"] == -500


def touch(key: str, on: str, by: str = "sam", **fields: Any) -> Record:
    about = f"lead/{fields['lead']}" if "lead" in fields else f"customer/{fields['customer']}"
    return fact(
        "touch-recorded", about, f"{on}T00:00:00+08:00", key, by=by, kind="meeting", **fields
    )


@pytest.mark.parametrize(
    ("more", "paid_for"),
    [
        ({}, ["t1", "t2", "t3", "t4"]),
        ({"once": "lead"}, ["t1", "t4"]),
        ({"once": "customer"}, ["t1", "t4"]),
        ({"limit": {"per": "month", "count": 2}}, ["t1", "t2", "t4"]),
        ({"of": "call"}, []),
    ],
)
def test_touches_are_paid_each_or_once_or_up_to_a_limit(
    more: dict[str, Any], paid_for: list[str]
) -> None:
    flat = part("flat", on="touch-recorded", credits="doer", amount=cny("5.00"), **more)
    log = [planned(flat), lead("L1"), lead("L2", customer="C2")]
    log += [touch("t1", "2026-01-06", lead="L1"), touch("t2", "2026-01-07", lead="L1")]
    log += [touch("t3", "2026-01-08", customer="C1"), touch("t4", "2026-02-06", lead="L2")]
    found = lines(*log)
    assert [line.amount for line in found] == [500] * len(paid_for)
    assert sorted(line.fact[1] for line in found) == paid_for


def test_a_lead_qualified_pays_its_finder_on_that_side() -> None:
    flat = part("flat", on="lead-qualified", credits="marketing", amount=cny("5.00"))
    assert paid(planned(flat), lead(), qualified()) == {("mia", "01"): 500}


def test_an_amount_for_a_deal_is_divided_and_goes_with_its_value() -> None:
    flat = part("flat", on="deal-signed", **SELF, amount=cny("100.00"))
    log = [planned(flat), own("D1", "1.00", by="ann bob cid"), shrunk("D1", "2026-02-01")]
    assert [line.amount for line in lines(*log)] == [3_334, -3_334, 3_333, -3_333, 3_333, -3_333]


def test_a_limit_moves_on_when_a_deal_loses_its_value() -> None:
    limit = {"per": "quarter", "count": 1}
    flat = part("flat", on="deal-signed", **SELF, amount=cny("1.00"), limit=limit)
    log = [planned(flat), own("D1", "1.00"), own("D2", "1.00"), shrunk("D1", "2026-02-01")]
    assert by_deal(*log) == {("D1", "01"): 100, ("D1", "02"): -100, ("D2", "02"): 100}


@pytest.mark.parametrize(
    ("more", "pay"),
    [
        ({"amount": cny("10.00")}, 3_000),
        ({"amount": cny("10.00"), "first": 2}, 2_000),
        ({"rate": "5%"}, 1_500),
        ({"rate": "5%", "most": cny("12.00")}, 1_200),
    ],
)
def test_a_spiff_pays_for_signings_between_two_days(more: dict[str, Any], pay: int) -> None:
    spiff = part("spiff", **{"from": "2026-01-10", "to": "2026-01-20"}, **SELF, **more)
    days = ["09T23:59:59", "10T00:00:00", "15T12:00:00", "19T23:59:59", "20T00:00:00"]
    deals = [own(f"D{n}", "100.00", on=f"2026-01-{day}+08:00") for n, day in enumerate(days)]
    assert paid(planned(spiff), *deals) == {("sam", "01"): pay}


def test_a_spiff_counts_the_deals_of_a_payee_in_both_classes_once() -> None:
    spiff = part("spiff", **{"from": "2026-01-10", "to": "2026-02-20"}, credits="sales", first=1,
                 amount=cny("10.00"))  # fmt: skip
    deal = signed(amount="1.00", by="mia sam")
    assert paid(planned(spiff), lead(by="mia"), deal) == {("mia", "01"): 500, ("sam", "01"): 500}
