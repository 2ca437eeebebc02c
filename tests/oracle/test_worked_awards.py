"""What awards pass over, worked by hand from docs/decisions/0008-attribution.md."""

from typing import Any

import pytest

from tests.oracle.attribution_cases import (
    deal,
    lead,
    linked,
    policy,
    ruled,
    said,
    split,
    terms,
    touch,
    voided,
)
from tests.oracle.cases import at
from tests.oracle.planned import cny, lines, part, planned
from tests.strategies import Record, amended, fact

JOINT = planned(part("award", on="joint-signing-confirmed", amount=cny("10.00")))
REFERRED = planned(
    part("award", on="referral-made", shared="referrer", amount=cny("10.00"), id_="referral")
)
BOTH: dict[str, Any] = {"awards": {"joint_signing": "both-sides"}}


def together(payees: str, on: str = "2026-01-21", of: str = "D1") -> Record:
    name = f"joint-{payees.replace(' ', '-')}-{on[:10]}"
    stream = f"deal/{of}"
    return fact("joint-signing-confirmed", stream, at(on), name, payees=payees.split())


def referral(by: str, to: str = "kim", on: str = "2026-01-10", about: str = "deal/D1") -> Record:
    return fact("referral-made", about, at(on), f"{by}-{to}-{on[:10]}", by=by, to=to)


def barring(*rules: str, **more: Any) -> Record:
    return policy(awards={"referral": list(rules)}, **more)


def joint(*log: Record) -> dict[str | None, str]:
    """Deal to those who are paid for having signed it together."""
    return awarded(JOINT, *log)


def referred(*log: Record) -> dict[str | None, str]:
    """Deal to who is paid for having referred it."""
    return awarded(REFERRED, *log)


def awarded(*log: Record) -> dict[str | None, str]:
    found: dict[str | None, list[str]] = {}
    for line in lines(*log):
        found.setdefault(line.deal, []).append(line.payee)
    return {of: " ".join(sorted(payees)) for of, payees in found.items()}


@pytest.mark.parametrize("law", [[], [policy()], [policy(awards={"joint_signing": "as-told"})]])
def test_a_policy_that_asks_for_nothing_passes_nothing_over(law: list[Record]) -> None:
    assert joint(*law, deal(), together("ann bob")) == {"D1": "ann bob"}
    made = [lead(), referral("sam"), referral("kim", "sam", "2026-01-11"), deal()]
    assert referred(*law, *made) == {"D1": "sam"}


@pytest.mark.parametrize(
    ("payees", "counts"),
    [("mia sam", True), ("ann mia sam", True), ("ann mia", False), ("ann sam", False)],
)
def test_a_joint_signing_counts_with_a_signer_and_the_finder(payees: str, *, counts: bool) -> None:
    log = [policy(**BOTH), lead(), deal(), together(payees)]
    assert joint(*log) == ({"D1": payees} if counts else {})


def test_the_next_joint_signing_counts_when_the_first_is_passed_over() -> None:
    log = [lead(), deal(), together("ann mia"), together("mia sam", "2026-01-22")]
    assert joint(policy(), *log) == {"D1": "ann mia"}
    assert joint(policy(**BOTH), *log) == {"D1": "mia sam"}


def test_one_person_on_both_sides_makes_a_joint_signing_of_both_sides() -> None:
    log = [policy(**BOTH), lead(by="sam"), deal(), together("ann sam")]
    assert joint(*log) == {"D1": "ann sam"}


def test_the_finder_of_a_lapsed_or_a_disqualified_lead_is_of_the_marketing_side() -> None:
    signed, both = deal(), together("mia sam")
    assert joint(policy(**BOTH), lead(on="2025-10-01"), signed, both) == {"D1": "mia sam"}
    void = said("disqualified", "2026-01-06")
    assert joint(policy(**BOTH), lead(), void, signed, both) == {"D1": "mia sam"}


def test_the_finder_of_a_lead_of_sales_is_not_of_the_marketing_side() -> None:
    log = [policy(**BOTH), lead(side="sales"), deal(), together("mia sam")]
    assert joint(*log) == {}


def test_a_lead_that_is_no_claim_makes_nobody_of_the_marketing_side() -> None:
    signed, both = deal(lead="L1"), together("mia sam")
    assert joint(policy(**BOTH), signed, both) == {}  # unknown
    assert joint(policy(**BOTH), lead(on="2026-01-21"), signed, both) == {}  # late
    out = ruled("r", claims=[{"lead": "L1", "counts": False}])
    assert joint(policy(**BOTH), lead(), out, signed, both) == {}  # ruled out
    only_sales = policy(**BOTH, claims={"sales": terms()})
    assert joint(only_sales, lead(), signed, both) == {}  # not admitted


def test_who_is_ruled_to_be_credited_for_marketing_is_of_its_side() -> None:
    marketing = ruled("r", shares={"marketing": "1"}, marketing=split(ann="1"))
    log = [policy(**BOTH), deal(), together("ann sam")]
    assert joint(*log) == {}
    assert joint(*log, marketing) == {"D1": "ann sam"}


def test_who_is_credited_for_marketing_only_on_an_upsell_is_of_its_side() -> None:
    log = [policy(**BOTH), deal(), ruled("r", shares={"marketing": "1"}, marketing=split(sam="1"))]
    more = amended("D1", "2026-02-01T00:00:00+08:00", "more", "upsell", "2000.00")
    by_ann = {**more, "data": {**more["data"], "signed_by": split(ann="1")}}
    assert joint(*log, together("ann sam")) == {}  # sam is in both roles: class self
    assert joint(*log, together("ann sam"), by_ann) == {"D1": "ann sam"}


def test_who_signed_only_an_upsell_is_no_signer_of_the_signing() -> None:
    more = amended("D1", "2026-02-01T00:00:00+08:00", "more", "upsell", "2000.00")
    by_ann = {**more, "data": {**more["data"], "signed_by": split(ann="1")}}
    assert joint(policy(**BOTH), lead(), deal(), by_ann, together("ann mia")) == {}


def test_two_ids_of_one_person_are_one_on_either_side() -> None:
    log = [policy(**BOTH), lead(), deal(), together("mia sam2")]
    assert joint(*log) == {}
    assert joint(*log, linked("sam", "sam2", "payee")) == {"D1": "mia sam"}


def test_awards_are_those_of_the_version_at_the_signing_of_the_deal() -> None:
    log = [policy(), policy(2, "2026-01-20", **BOTH), lead()]
    late = together("ann mia", "2026-02-21")
    assert joint(*log, deal(on="2026-01-19T23:59:59+08:00"), late) == {"D1": "ann mia"}
    assert joint(*log, deal(on="2026-01-20"), late) == {}


CLAIMED = barring("claimed-customer", claims={"marketing": terms(protection_days=30)})
OF_CUSTOMER = referral("sam", about="customer/C1")


@pytest.mark.parametrize(
    ("opened", "counts"),
    [
        ("2026-01-05", False),
        ("2026-01-10", False),  # at that instant: a lead stands before a referral
        ("2026-01-10T00:00:01+08:00", True),
        ("2025-12-11T00:00:01+08:00", False),  # it ends one second after the referral
        ("2025-12-11", True),
    ],
)
def test_a_customer_with_an_open_claim_cannot_be_referred(opened: str, *, counts: bool) -> None:
    assert referred(CLAIMED, lead(on=opened), OF_CUSTOMER, deal()) == (
        {"D1": "sam"} if counts else {}
    )


def test_ones_own_claim_is_not_in_the_way_and_one_that_nobody_found_is() -> None:
    assert referred(CLAIMED, lead(by="sam"), OF_CUSTOMER, deal()) == {"D1": "sam"}
    assert referred(CLAIMED, lead(by=None), OF_CUSTOMER, deal()) == {}
    log = [CLAIMED, lead(by="sam2"), OF_CUSTOMER, deal()]
    assert referred(*log) == {}
    assert referred(*log, linked("sam", "sam2", "payee")) == {"D1": "sam"}


def test_a_claim_that_was_disqualified_or_ruled_out_leaves_the_customer_free() -> None:
    log = [CLAIMED, lead(), OF_CUSTOMER, deal()]
    assert referred(*log) == {}
    assert referred(*log, said("disqualified", "2026-01-15")) == {"D1": "sam"}
    assert referred(*log, ruled("r", claims=[{"lead": "L1", "counts": False}])) == {"D1": "sam"}


def test_a_claim_that_only_a_ruling_admits_was_never_open() -> None:
    only_sales = barring("claimed-customer", claims={"sales": terms()})
    counts = ruled("r", claims=[{"lead": "L1", "counts": True}])
    assert referred(only_sales, lead(), OF_CUSTOMER, counts, deal()) == {"D1": "sam"}


def test_a_claim_that_lapsed_before_the_signing_was_open_at_the_referral_all_the_same() -> None:
    assert referred(CLAIMED, lead(), OF_CUSTOMER, deal(on="2026-02-20")) == {}


def test_the_signers_own_claim_stands_in_the_way_of_others() -> None:
    law = barring("claimed-customer", self_sourced="weighed")
    called = touch("customer/C1", "2026-01-08")
    made = referral("ann", about="customer/C1")
    assert referred(law, called, made, deal(self_sourced=True)) == {}
    assert referred(law, called, made, deal()) == {"D1": "ann"}
    assert referred(law, called, OF_CUSTOMER, deal(self_sourced=True)) == {"D1": "sam"}


@pytest.mark.parametrize("about", ["deal/D1", "lead/L1", "customer/C1"])
def test_a_signer_cannot_refer_what_they_sign_themselves(about: str) -> None:
    log = [lead(), referral("sam", about=about), deal()]
    assert referred(*log) == {"D1": "sam"}
    assert referred(barring("referrer-signs"), *log) == {}
    assert referred(barring("referrer-signs"), lead(), referral("mia", about=about), deal()) == {
        "D1": "mia"
    }


def test_a_referral_to_who_signs_is_no_referral_by_them() -> None:
    assert referred(barring("referrer-signs"), referral("mia", "sam"), deal()) == {"D1": "mia"}


@pytest.mark.parametrize(
    ("there", "back", "counts"),
    [
        ("2026-01-01", "2026-03-31T23:59:59+08:00", False),
        ("2025-12-31T23:59:59+08:00", "2026-01-02", True),
        ("2026-03-31T23:59:59+08:00", "2026-04-01", True),
        ("2026-02-11", "2026-02-10", True),  # what comes later is no reason
    ],
)
def test_no_referral_comes_back_within_the_quarter(there: str, back: str, *, counts: bool) -> None:
    log = [barring("cycle"), referral("kim", "sam", there, "customer/C9"), deal(on="2026-04-02")]
    assert referred(*log, referral("sam", "kim", back)) == ({"D1": "sam"} if counts else {})


def test_a_quarter_is_one_of_the_zone_of_the_policy() -> None:
    log = [referral("kim", "sam", "2025-12-31T23:59:59+08:00", "customer/C9"), deal()]
    back = referral("sam", "kim", "2026-01-01T01:00:00+08:00")  # noon of the 31st in New York
    assert referred(barring("cycle"), *log, back) == {"D1": "sam"}
    assert referred(barring("cycle", time_zone="America/New_York"), *log, back) == {}


def test_a_third_person_between_makes_no_circle() -> None:
    log = [barring("cycle"), referral("kim", "ann", about="customer/C9")]
    log += [referral("ann", "sam", about="customer/C8"), deal()]
    assert referred(*log, referral("sam", "kim", "2026-01-15")) == {"D1": "sam"}


def test_what_was_referred_first_may_itself_be_passed_over_and_makes_a_circle_all_the_same() -> (
    None
):
    there = referral("sam", "kim", "2026-01-08")  # by who signs
    log = [barring("cycle", "referrer-signs"), there, referral("kim", "sam"), deal()]
    assert referred(*log) == {}
    assert referred(*log, voided(there)) == {"D1": "kim"}


def test_the_next_referral_of_a_deal_counts_and_then_that_of_its_lead_and_customer() -> None:
    law = barring("referrer-signs")
    log = [lead(), referral("sam", "ann", "2026-01-09"), deal(lead="L1")]
    next_, of_lead = referral("ann", on="2026-01-18"), referral("bob", about="lead/L1")
    of_customer = referral("lee", on="2026-01-12", about="customer/C1")
    assert referred(law, *log, next_, of_lead, of_customer) == {"D1": "ann"}
    assert referred(law, *log, of_lead, of_customer) == {"D1": "bob"}
    assert referred(law, *log, of_customer) == {"D1": "lee"}


def test_the_next_referral_of_a_customer_counts_for_the_first_deal_after_it() -> None:
    law = barring("referrer-signs")
    by_signer = referral("sam", about="customer/C1")
    before = referral("ann", on="2026-01-15", about="customer/C1")
    between = referral("ann", on="2026-01-25", about="customer/C1")
    deals = [deal(), deal("D2", "2026-01-30", by="lee")]
    assert referred(law, by_signer, *deals) == {}  # it is for D1, and not for the next deal
    assert referred(law, by_signer, before, *deals) == {"D1": "ann"}
    assert referred(law, by_signer, between, *deals) == {"D2": "ann"}
    assert referred(by_signer, between, *deals) == {"D1": "sam"}


def test_a_referral_may_be_passed_over_for_one_deal_and_count_for_another() -> None:
    law = barring("referrer-signs")
    deals = [deal(), deal("D2", "2026-01-21", by="lee")]
    both = {**referral("sam", about="deal/D2"), "data": {"deal": "D2", "customer": "C1"}}
    both["data"] |= {"by": "sam", "to": "kim"}
    assert referred(law, both, *deals) == {"D2": "sam"}
