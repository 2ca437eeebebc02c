"""Whose deal it is, worked by hand from docs/decisions/0008-attribution.md: the rules."""

from typing import Any

from tests.oracle.attribution_cases import (
    ALL_RULES,
    classes,
    deal,
    lead,
    parts,
    policy,
    rule,
    said,
    source,
    statuses,
    terms,
    touch,
    voided,
)
from tests.strategies import amended

SALES: dict[str, Any] = {"side": "sales", "by": "sam"}
TIED: dict[str, Any] = {"rules": ["tie", "first-claim", "no-claim"], "tie": {"hours": 24}}


def test_two_sides_that_open_within_the_hours_share_the_deal() -> None:
    log = [policy(**TIED), lead("L1", "2026-01-05T10:00:00+08:00")]
    late = lead("L2", "2026-01-06T09:59:59+08:00", **SALES)
    assert rule(*log, late, deal()) == "tie"
    assert classes(*log, late, deal()) == parts(marketing="1/2", self="1/2")
    assert statuses(*log, late, deal()) == {"L1": "live", "L2": "live"}


def test_exactly_the_hours_later_is_no_tie() -> None:
    log = [policy(**TIED), lead("L1", "2026-01-05T10:00:00+08:00")]
    late = lead("L2", "2026-01-06T10:00:00+08:00", **SALES)
    assert rule(*log, late, deal()) == "customer-lead"
    assert statuses(*log, late, deal()) == {"L1": "live", "L2": "superseded"}


def test_the_shares_of_a_tie_hold_when_they_name_just_the_classes_that_tie() -> None:
    listed = {"hours": 24, "shares": {"marketing": "2/3", "self": "1/3"}}
    law = policy(rules=["tie", "no-claim"], tie=listed)
    log = [law, lead("L1"), lead("L2", **SALES)]
    assert classes(*log, deal()) == parts(marketing="2/3", self="1/3")
    partner = lead("L3", side="partner")
    thirds = parts(marketing="1/3", self="1/3", partner="1/3")
    assert classes(*log, partner, deal()) == thirds


def test_two_leads_of_one_side_do_not_tie() -> None:
    log = [policy(**TIED), lead("L1"), lead("L2", by="ann")]
    assert rule(*log, deal()) == "customer-lead"
    assert statuses(*log, deal()) == {"L1": "live", "L2": "duplicate"}


def test_a_claim_is_protected_until_the_same_wall_clock_time_ninety_days_later() -> None:
    opened = lead("L1", "2026-01-05T10:00:00+08:00")
    before = deal(on="2026-04-05T09:59:59.999999+08:00")
    assert statuses(policy(), opened, before) == {"L1": "live"}
    assert statuses(policy(), opened, deal(on="2026-04-05T10:00:00+08:00")) == {"L1": "lapsed"}


def test_protection_keeps_its_wall_clock_time_over_a_change_of_clocks() -> None:
    law = policy(time_zone="America/New_York")
    opened = lead("L1", "2026-01-05T10:00:00-05:00")
    assert statuses(law, opened, deal(on="2026-04-05T09:59:59-04:00")) == {"L1": "live"}
    assert statuses(law, opened, deal(on="2026-04-05T10:00:00-04:00")) == {"L1": "lapsed"}


OWN: dict[str, Any] = {
    "self_sourced": "weighed",
    "rules": ["tie", "first-claim", "no-claim"],
    "no_claim": "evidence",
}


def test_the_signers_own_word_counts_with_a_touch_and_not_without() -> None:
    word = deal(self_sourced=True)
    assert statuses(policy(**OWN), word) == {None: "insufficient-evidence"}
    assert classes(policy(**OWN), word) == parts(house="1")
    called = touch("customer/C1", "2026-01-10")
    assert statuses(policy(**OWN), called, word) == {None: "live"}
    assert rule(policy(**OWN), called, word) == "customer-lead"
    assert classes(policy(**OWN), called, word) == parts(self="1")


def test_a_touch_by_somebody_else_is_not_the_signers_own() -> None:
    called = touch("customer/C1", "2026-01-10", by="lee")
    assert statuses(policy(**OWN), called, deal(self_sourced=True)) == {
        None: "insufficient-evidence"
    }


def test_the_signers_claim_opens_at_their_first_touch_in_time() -> None:
    calls = [touch("customer/C1", on) for on in ("2026-01-10", "2026-01-12")]
    word = deal(on="2026-04-11", self_sourced=True)  # 10 January was 91 days before
    claim = source(policy(**OWN), *calls, word).claims[0]
    assert claim.opening is not None
    assert claim.opening.id == "touch-customer-C1-2026-01-12-call"


def test_who_called_first_keeps_a_deal_from_a_later_lead() -> None:
    called = touch("customer/C1", "2026-01-03")
    log = [policy(**OWN), called, lead("L1", "2026-01-05"), deal(self_sourced=True)]
    assert classes(*log) == parts(self="1")
    assert statuses(*log) == {None: "live", "L1": "superseded"}
    assert source(*log).lead is None


def test_without_a_claim_a_deal_is_its_signers_own_and_without_signers_the_houses() -> None:
    assert (rule(policy(), deal()), classes(policy(), deal())) == ("signers", parts(self="1"))
    unsigned = deal(by="")
    assert (rule(policy(), unsigned), classes(policy(), unsigned)) == ("nobody", parts(house="1"))


def test_with_no_claim_evidence_a_touch_of_a_signer_makes_it_their_own() -> None:
    law = policy(no_claim="evidence")
    assert classes(law, deal()) == parts(house="1")
    assert classes(law, touch("customer/C1", "2026-01-10"), deal()) == parts(self="1")


ACCOUNT: dict[str, Any] = {"rules": ["existing-account", "first-claim", "no-claim"]}


def test_a_customer_who_signed_365_days_before_is_an_account_and_a_day_longer_ago_is_none() -> None:
    law = policy(**ACCOUNT, existing_account={"days": 365}, on="2025-01-01")
    late = deal("D2", "2026-01-20")
    assert classes(law, deal("D1", "2025-01-20"), late, of="D2") == parts(account="1")
    before = deal("D1", "2025-01-19T23:59:59+08:00")
    assert classes(law, before, late, of="D2") == parts(self="1")


def test_deals_of_the_same_instant_are_no_accounts_of_each_other() -> None:
    law = policy(**ACCOUNT, existing_account={"days": 365})
    assert classes(law, deal("D1"), deal("D2"), of="D2") == parts(self="1")


def test_the_ground_of_an_account_is_the_latest_earlier_signing() -> None:
    law = policy(**ACCOUNT, existing_account={"days": 365})
    log = [law, deal("D1", "2026-01-02"), deal("D2", "2026-01-09"), deal("D3")]
    assert [fact.id for fact in source(*log, of="D3").grounds] == ["signed-D2"]


def test_a_deal_that_was_cancelled_by_then_is_no_account_where_the_policy_says_so() -> None:
    gone = amended("D1", "2026-01-20T00:00:00+08:00", "gone", "cancellation")
    log = [deal("D1", "2026-01-02"), gone, deal("D2", "2026-01-20")]
    strict = {"days": 365, "cancelled": "does-not-count"}
    assert classes(policy(**ACCOUNT, existing_account=strict), *log, of="D2") == parts(self="1")
    counted = policy(**ACCOUNT, existing_account={"days": 365})
    assert classes(counted, *log, of="D2") == parts(account="1")


def test_an_account_goes_before_a_lead_only_where_its_rule_stands_first() -> None:
    log = [deal("D1", "2026-01-02"), lead("L1", "2026-01-05"), deal("D2", lead="L1")]
    days: dict[str, Any] = {"existing_account": {"days": 365}}
    assert rule(policy(rules=ALL_RULES, **days), *log, of="D2") == "named-lead"
    first = policy(**ACCOUNT, **days)
    assert rule(first, *log, of="D2") == "existing-account"
    assert statuses(first, *log, of="D2") == {"L1": "superseded"}


def test_a_lapsed_lead_that_is_named_gives_way_to_another_that_is_live() -> None:
    log = [lead("L1", "2026-01-05"), lead("L2", "2026-03-01", **SALES)]
    signed = deal(on="2026-04-10", lead="L1")
    assert statuses(policy(), *log, signed) == {"L1": "lapsed", "L2": "live"}
    assert (rule(policy(), *log, signed), source(policy(), *log, signed).greatest) == (
        "customer-lead",
        "self",
    )


def test_a_named_lead_is_no_duplicate_and_makes_the_first_one_superseded() -> None:
    log = [lead("L1"), lead("L2", "2026-01-06"), lead("L3", "2026-01-07")]
    named = deal(lead="L2")
    expected = {"L1": "superseded", "L2": "live", "L3": "duplicate"}
    assert statuses(policy(), *log, named) == expected
    first = policy(rules=["first-claim", "no-claim"])
    assert statuses(first, *log, named) == {"L1": "live", "L2": "duplicate", "L3": "duplicate"}


def test_a_claim_that_is_not_live_makes_no_other_a_duplicate() -> None:
    log = [lead("L1", "2026-01-05"), said("disqualified", "2026-01-08"), lead("L2", "2026-01-10")]
    assert statuses(policy(), *log, deal()) == {"L1": "disqualified", "L2": "live"}


def test_a_recycled_lead_counts_again() -> None:
    log = [lead(), said("disqualified", "2026-01-08"), said("recycled", "2026-01-09")]
    assert statuses(policy(), *log, deal()) == {"L1": "live"}


def test_the_last_claim_decides_where_that_is_the_rule() -> None:
    log = [lead("L1"), lead("L2", "2026-01-06", **SALES)]
    last = policy(rules=["last-claim", "no-claim"])
    assert (rule(last, *log, deal()), classes(last, *log, deal())) == ("last-lead", parts(self="1"))


def test_a_side_without_terms_makes_no_claim() -> None:
    law = policy(claims={"marketing": terms()})
    log = [law, lead("L1", **SALES), lead("L2", "2026-01-06", side="partner")]
    assert statuses(*log, deal()) == {"L1": "not-admitted", "L2": "not-admitted"}


def test_an_unknown_lead_and_a_late_one_are_shown_only_when_they_are_named() -> None:
    late = lead("L2", "2026-01-21")
    assert statuses(policy(), late, deal(lead="L9")) == {"L9": "unknown"}
    assert statuses(policy(), late, deal(lead="L2")) == {"L2": "late"}


def two_policies(terms_at: str) -> list[dict[str, Any]]:
    """Ninety days of protection until February, from then on thirty."""
    short = {"marketing": terms(protection_days=30)}
    return [policy(1, terms_at=terms_at), policy(2, "2026-02-01", claims=short)]


def test_a_claim_keeps_the_terms_of_its_opening_where_they_say_so() -> None:
    log = [lead("L1", "2026-01-20"), deal(on="2026-03-01")]
    assert statuses(*two_policies("claim-opened"), *log) == {"L1": "live"}
    assert statuses(*two_policies("signing"), *log) == {"L1": "lapsed"}


def test_the_rules_are_those_of_the_signing_whatever_the_claim_keeps() -> None:
    old = policy(1, terms_at="claim-opened", rules=["first-claim", "no-claim"])
    new = policy(2, "2026-02-01", rules=["no-claim"])
    log = [old, new, lead("L1", "2026-01-20"), deal(on="2026-03-01")]
    assert (rule(*log), source(*log).policy.name) == ("nobody", "house-rules@2")


def test_a_rule_of_ones_own_shares_the_deals_it_is_about() -> None:
    key = {"id": "key-customers", "where": 'customer type is "key"'}
    law = policy(rules=[{**key, "shares": {"account": "1/4", "self": "3/4"}}, "no-claim"])
    signed = deal(customer_type="key")
    assert (rule(law, signed), classes(law, signed)) == (
        "key-customers",
        parts(account="1/4", self="3/4"),
    )
    assert rule(law, deal(customer_type="small")) == "signers"


def test_of_policies_from_one_day_the_highest_version_holds() -> None:
    log = [policy(2, rules=["no-claim"]), policy(1), lead(), deal()]
    assert source(*log).policy.name == "house-rules@2"


def test_until_a_policy_starts_the_default_one_holds() -> None:
    log = [policy(on="2026-02-01", claims={}), lead(), deal()]
    assert (source(*log).policy.name, rule(*log)) == ("default@0", "customer-lead")


def test_voiding_the_lead_that_decides_gives_the_deal_to_the_next() -> None:
    first = lead("L1")
    log = [policy(), first, lead("L2", "2026-01-06", **SALES), deal()]
    assert classes(*log) == parts(marketing="1")
    assert classes(*log, voided(first)) == parts(self="1")
