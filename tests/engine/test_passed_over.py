"""Awards for working together: what the policy passes over, and that the next one counts."""

from typing import Any

import pytest

from engine.components.award import occasions
from engine.earned import earned
from engine.explain import explained
from engine.explanations.passed_over import passed_over_reasons
from engine.why_not import why_not
from engine.world import World, world
from replay.stating import answer, everything
from schemas.calendar import PayoutPeriod
from tests.engine.explaining import text
from tests.frames import frame_of
from tests.oracle.cases import at, joint, lead, qualified, signed
from tests.strategies import Record, amended, decision, fact, published, vary_plan

PLAN = vary_plan(gate={})
REFERRED = {
    "id": "collaboration",
    "on": "referral-made",
    "shared": "referrer",
}
JANUARY, FEBRUARY = PayoutPeriod.parse("2026-01"), PayoutPeriod.parse("2026-02")


def policy(**awards: Any) -> Record:
    document = {
        "policy": "together",
        "version": 1,
        "effective_from": "2026-01-01",
        "time_zone": "Asia/Shanghai",
        "terms_at": "signing",
        "claims": {side: {"protection_days": 30} for side in ("marketing", "sales")},
        "rules": ["named-lead", "first-claim", "no-claim"],
        "awards": awards,
    }
    content = {"policy": "together", "policy_version": 1, "document": document}
    start = at("2026-01-01")
    return decision("attribution-policy-published", "policy/together", start, "p", **content)


def both_sides() -> Record:
    return policy(joint_signing="both-sides")


def barring(rule: str) -> Record:
    return policy(referral=[rule])


def told(*records: Record, referrals: bool = False) -> World:
    plan = vary_plan(gate={}, components={"collaboration": REFERRED}) if referrals else PLAN
    return world(frame_of([published(plan), *records]))


def together(on: str, payees: str) -> Record:
    return joint(on=on, payees=payees) | {"id": f"joint-{on}"}


def upsold(amount: str) -> Record:
    """An upsell of D1 that ann signs: less than the deal has opens no layer."""
    made = amended("D1", at("2026-02-01"), "more", "upsell", amount)
    return {**made, "data": {**made["data"], "signed_by": [{"payee": "ann", "share": "1"}]}}


def referral(by: str, to: str, on: str, about: str = "deal/D1") -> Record:
    return fact("referral-made", about, at(on), f"{by}-{to}-{on[:10]}", by=by, to=to)


def awarded(known: World) -> set[str]:
    lines = earned(known).filter(component="collaboration")
    return set(lines["payee"].to_list())


def referrer(*records: Record) -> set[str]:
    """Who is awarded for having referred."""
    return awarded(told(*records, referrals=True))


def test_without_a_policy_every_first_joint_signing_and_referral_counts() -> None:
    facts = [lead(), signed()]
    assert awarded(told(*facts, together("2026-01-21", "ann bob"))) == {"ann", "bob"}
    claimed = [referral("sam", "ann", "2026-01-10"), *facts]
    assert referrer(*claimed) == referrer(policy(), *claimed) == {"sam"}


def test_a_joint_signing_of_both_sides_counts_and_of_one_side_does_not() -> None:
    facts = [both_sides(), lead(), signed()]
    assert awarded(told(*facts, together("2026-01-21", "mia sam"))) == {"mia", "sam"}
    assert awarded(told(*facts, together("2026-01-21", "mia ann"))) == set()
    assert awarded(told(*facts, together("2026-01-21", "sam ann"))) == set()


def test_who_found_a_lead_that_did_not_decide_is_of_the_marketing_side_all_the_same() -> None:
    late = [both_sides(), lead(), lead("L2", "2026-01-06", by="lin"), signed()]
    assert awarded(told(*late, together("2026-01-21", "lin sam"))) == {"lin", "sam"}
    lapsed = [both_sides(), lead(on="2026-01-01"), signed(on="2026-03-20")]
    assert awarded(told(*lapsed, together("2026-03-21", "mia sam"))) == {"mia", "sam"}


def test_who_found_a_lead_after_the_signing_is_of_no_side() -> None:
    facts = [both_sides(), signed(), lead(on="2026-01-20T00:00:01+08:00")]
    assert awarded(told(*facts, together("2026-01-21", "mia sam"))) == set()
    facts[2] = lead(on="2026-01-19T23:59:59+08:00")
    assert awarded(told(*facts, together("2026-01-21", "mia sam"))) == {"mia", "sam"}


def test_who_signed_an_amendment_that_opened_no_layer_is_of_neither_side() -> None:
    ruling = {"shares": {"marketing": "1"}, "marketing": [{"payee": "sam", "share": "1"}]}
    two = {"reason": "heard both", "by": "hana", "approved_by": "omar"}
    ruled = decision("credit-overridden", "deal/D1", at("2026-02-01"), "r", ruling=ruling, **two)
    facts = [both_sides(), ruled, signed(lead=None), together("2026-01-21", "ann sam")]
    assert awarded(told(*facts, upsold("200000.00"))) == {"ann", "sam"}  # sam found ann's part
    assert awarded(told(*facts, upsold("90000.00"))) == set()  # ann has no part


def test_a_joint_signing_that_is_passed_over_leaves_the_award_to_the_next() -> None:
    one, next_ = together("2026-01-21", "mia ann"), together("2026-01-22", "mia sam")
    known = told(both_sides(), lead(), signed(), one, next_)
    assert awarded(known) == {"mia", "sam"}
    assert occasions(known).filter(on="joint-signing-confirmed").height == 2
    assert awarded(told(lead(), signed(), one, next_)) == {"mia", "ann"}


@pytest.mark.parametrize(
    ("opened", "counts"),
    [
        ("2026-01-09", False),  # open when it was referred
        ("2026-01-11", True),  # found after it was referred
        ("2025-12-12", False),  # it ends 30 days later, on the 11th
        ("2025-12-11", True),  # it ended at that very instant
    ],
)
def test_a_referral_of_a_customer_counts_only_where_nobody_has_an_open_claim(
    opened: str, *, counts: bool
) -> None:
    facts = [barring("claimed-customer"), lead(on=opened), signed()]
    made = referral("kim", "sam", "2026-01-10", "customer/C1")
    assert referrer(*facts, made) == ({"kim"} if counts else set())


def test_ones_own_claim_does_not_stand_in_the_way_nor_one_that_was_disqualified() -> None:
    made = referral("mia", "sam", "2026-01-10", "customer/C1")
    assert referrer(barring("claimed-customer"), lead(), made, signed()) == {"mia"}
    found_by_nobody = [barring("claimed-customer"), lead(by=None), made, signed()]
    assert referrer(*found_by_nobody) == set()
    void = qualified(verdict="lead-disqualified")
    other = referral("kim", "sam", "2026-01-10", "customer/C1")
    assert referrer(barring("claimed-customer"), lead(), void, other, signed()) == {"kim"}


def test_a_referral_by_who_signs_is_passed_over_and_the_next_counts() -> None:
    own, next_ = referral("sam", "ann", "2026-01-10"), referral("kim", "sam", "2026-01-11")
    assert referrer(barring("referrer-signs"), own, next_, signed(by="ann sam")) == {"kim"}
    assert referrer(own, next_, signed(by="ann sam")) == {"sam"}


@pytest.mark.parametrize("about", ["deal/D1", "lead/L1", "customer/C1"])
def test_it_does_not_matter_what_of_a_deal_the_signer_referred(about: str) -> None:
    facts = [lead(), referral("sam", "ann", "2026-01-10", about), signed()]
    assert referrer(barring("referrer-signs"), *facts) == set()
    assert referrer(*facts) == {"sam"}


def test_a_referral_that_is_passed_over_for_one_deal_counts_for_another() -> None:
    about_both = referral("sam", "kim", "2026-01-10", "deal/D2")
    about_both["data"] |= {"customer": "C1"}
    deals = [signed(lead=None), signed("D2", lead=None, by="ann")]
    known = told(barring("referrer-signs"), about_both, *deals, referrals=True)
    lines = earned(known).filter(component="collaboration")
    assert lines.select("deal", "payee").rows() == [("D2", "sam")]


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        ("2026-01-01", False),  # the first instant of the quarter
        ("2025-12-31T23:59:59+08:00", True),
        ("2026-02-11", True),  # later than what it would answer
    ],
)
def test_a_referral_back_in_the_same_quarter_is_passed_over(before: str, *, counts: bool) -> None:
    there = referral("sam", "kim", before, "customer/C9")
    back = referral("kim", "sam", "2026-02-10")
    facts = [barring("cycle"), there, back, signed(on="2026-02-20")]
    assert referrer(*facts) == ({"kim"} if counts else set())


def test_several_rules_pass_over_one_referral_once() -> None:
    made = referral("sam", "ann", "2026-01-10")
    records = [policy(referral=["claimed-customer", "referrer-signs"]), lead(), made, signed()]
    known = told(*records, referrals=True)
    said = [reason.text for reason in passed_over_reasons("D1", "referral-made", known)]
    assert awarded(known) == set()
    assert [word in text for word, text in zip(("claimed-", "referrer-"), said, strict=True)] == [
        True,
        True,
    ]


def test_who_expected_an_award_is_told_which_rule_passed_over_their_signing() -> None:
    known = told(both_sides(), lead(), signed(), together("2026-01-21", "mia ann"))
    said = text(why_not("mia", "D1", known))
    assert (
        "No collaboration: The joint signing of ann, mia on 2026-01-21 does not count by " in said
    )
    assert "policy together@1: awards.joint_signing is both-sides" in said
    assert "does not count" not in text(why_not("sam", "D1", known))


def test_a_line_of_an_award_says_which_joint_signing_was_passed_over_before_it() -> None:
    one, next_ = together("2026-01-21", "mia ann"), together("2026-01-22", "mia sam")
    records = frame_of([published(PLAN), both_sides(), lead(), signed(), one, next_])
    issued = answer(everything(records), JANUARY, issues=[], since=0)
    [line] = issued.issue.lines.filter(component="collaboration", payee="mia").to_dicts()
    said = text(explained(line, issued.world, issued.issue.lines.clear()))
    assert "The joint signing of ann, mia on 2026-01-21 does not count by policy" in said
    assert "1/2 of an award of 200.00 CNY per deal for a joint signing" in said


def test_an_award_taken_back_by_a_later_policy_says_why_it_is_gone() -> None:
    records = [published(PLAN), lead(), signed(), together("2026-01-21", "mia ann")]
    first = answer(everything(frame_of(records)), JANUARY, issues=[], since=0)
    known = frame_of([*records, both_sides()])
    second = answer(everything(known), FEBRUARY, issues=[first.issue], since=len(records))
    [line] = second.issue.lines.filter(component="collaboration", payee="mia").to_dicts()
    assert line["amount"] == -10_000
    said = text(explained(line, second.world, first.issue.lines))
    assert "does not count by policy together@1" in said
