"""Which rule decides a deal, and for which classes."""

from fractions import Fraction

from tests.engine.attribution.knowing import PolicyDict, Told, policy, whole

HALF = Fraction(1, 2)
LEADS = (
    "2026-03-01T09:00 lead-created L1 customer C1 by mia\n"
    "2026-03-02T08:59:59 lead-created L2 customer C1 side sales by sam\n"
    "2026-03-05 lead-created L3 customer C1 side partner by pat\n"
)
SIGNED = "2026-03-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
TIE = policy(rules=["tie", "first-claim", "no-claim"], tie={"hours": 24, "shares": "equal"})
ACCOUNTS = policy(
    rules=["existing-account", "first-claim", "no-claim"],
    existing_account={"days": 30, "cancelled": "does-not-count"},
)


def told(*law: PolicyDict, facts: str = LEADS + SIGNED) -> Told:
    return Told(facts, *law)


def test_the_first_live_claim_decides_and_others_are_superseded() -> None:
    answer = told(policy())
    assert (answer.rule(), answer.shares()) == ("customer-lead", whole("marketing"))
    assert [answer.status(lead) for lead in ("L1", "L2", "L3")] == [
        "live",
        "superseded",
        "superseded",
    ]
    assert answer.grounds() == {"1"}


def test_the_last_live_claim_decides_where_the_policy_says_so() -> None:
    answer = told(policy(rules=["last-claim", "no-claim"]))
    assert (answer.rule(), answer.shares()) == ("last-lead", whole("partner"))


def test_a_second_claim_of_a_side_is_a_duplicate_unless_the_deal_names_it() -> None:
    again = "2026-03-06 lead-created L4 customer C1 by ann\n"
    assert told(policy(), facts=LEADS + again + SIGNED).status("L4") == "duplicate"
    named = SIGNED.replace("customer", "lead L4 customer")
    answer = told(policy(), facts=LEADS + again + named)
    assert (answer.status("L4"), answer.rule()) == ("live", "named-lead")
    unasked = policy(rules=["first-claim", "no-claim"])
    assert told(unasked, facts=LEADS + again + named).status("L4") == "duplicate"


def test_claims_opened_almost_together_share_the_deal() -> None:
    answer = told(TIE)
    assert answer.shares() == {"marketing": HALF, "self": HALF}
    assert (answer.rule(), answer.source()["source"]) == ("tie", "marketing")
    assert answer.source()["finder"] == "mia"
    assert answer.grounds() == {"1", "2"}
    a_second_later = LEADS.replace("08:59:59", "09:00")
    assert told(TIE, facts=a_second_later + SIGNED).rule() == "customer-lead"


def test_a_tie_has_the_shares_of_the_policy_where_they_name_just_its_classes() -> None:
    shares = {"marketing": "40%", "self": "60%"}
    uneven = {**TIE, "tie": {"hours": 24, "shares": shares}}
    assert told(uneven).shares() == {"marketing": Fraction(2, 5), "self": Fraction(3, 5)}
    longer = {**uneven, "tie": {"hours": 240, "shares": shares}}
    assert set(told(longer).shares().values()) == {Fraction(1, 3)}


def test_a_customer_who_signed_not_long_ago_is_an_account() -> None:
    earlier = "2026-02-18 deal-signed D0 customer C1 by sam 500.00 EUR\n"
    answer = told(ACCOUNTS, facts=earlier + LEADS + SIGNED)
    assert (answer.rule(), answer.shares()) == ("existing-account", whole("account"))
    assert answer.grounds() == {"1"}
    assert answer.status("L1") == "superseded"
    too_early = earlier.replace("02-18", "02-17T23:59:59")
    assert told(ACCOUNTS, facts=too_early + LEADS + SIGNED).rule() == "customer-lead"


def test_a_deal_that_was_cancelled_by_then_makes_no_account() -> None:
    earlier = "2026-02-25 deal-signed D0 customer C1 by sam 500.00 EUR\n"
    cancelled = earlier + "2026-03-20 contract-amended D0 cancellation\n"
    assert told(ACCOUNTS, facts=cancelled + SIGNED).rule() == "signers"
    later = cancelled.replace("03-20", "03-21")
    assert told(ACCOUNTS, facts=later + SIGNED).rule() == "existing-account"
    counts = {**ACCOUNTS, "existing_account": {"days": 30, "cancelled": "counts"}}
    assert told(counts, facts=cancelled + SIGNED).rule() == "existing-account"


def test_a_rule_of_ones_own_looks_at_the_deal_in_its_own_currency() -> None:
    shares = {"marketing": "1/3", "house": "2/3"}
    where = 'product is "Cloud" and amount is at least 1000'
    law = policy(rules=[{"id": "cloud", "where": where, "shares": shares}, "first-claim"])
    cloud = SIGNED.replace("by sam", "product Cloud by sam")
    answer = told(law, facts=LEADS + cloud)
    assert (answer.rule(), answer.source()["finder"]) == ("cloud", "mia")
    assert answer.shares() == {"marketing": Fraction(1, 3), "house": Fraction(2, 3)}
    assert answer.source()["source"] == "house"
    cheaper = cloud.replace("1000.00 EUR", "999.99 EUR")
    assert told(law, facts=LEADS + cheaper).rule() == "customer-lead"
    assert told(law, facts=LEADS + cloud.replace("1000.00 EUR", "1000 JPY")).rule() == "cloud"


def test_what_no_rule_decides_is_the_houses() -> None:
    answer = told(policy(rules=["named-lead", "no-claim"]))
    assert (answer.rule(), answer.shares()) == ("nobody", whole("house"))
    assert answer.status("L1") == "superseded"
    unsigned = SIGNED.replace(" by sam", "")
    assert told(policy(), facts=unsigned).rule() == "nobody"


def test_a_side_without_terms_makes_no_claims() -> None:
    answer = told(policy(claims={"partner": {"protection_days": 90}}))
    assert (answer.status("L1"), answer.rule()) == ("not-admitted", "customer-lead")
    assert answer.shares() == whole("partner")


def test_the_policy_at_the_signing_decides() -> None:
    later = policy(version=2, effective_from="2026-03-20", rules=["last-claim"])
    assert told(policy(), later).source()["policy"] == "p@2"
    day_before = SIGNED.replace("03-20", "03-19T23:59:59")
    assert told(policy(), later, facts=LEADS + day_before).rule() == "customer-lead"


def test_a_ruling_on_the_classes_goes_before_all_rules() -> None:
    ruling = (
        "2026-03-21 credit-overridden D1 shares marketing 1/4 self 3/4 "
        "reason agreed by hr approved_by cfo\n"
    )
    answer = told(policy(), facts=LEADS + SIGNED + ruling)
    assert (answer.rule(), answer.source()["finder"]) == ("ruling", "mia")
    assert answer.shares() == {"marketing": Fraction(1, 4), "self": Fraction(3, 4)}
    assert (answer.status("L1"), answer.grounds()) == ("superseded", {"5"})


def test_a_ruling_on_claims_leaves_the_rest_to_the_rules() -> None:
    late = "2026-03-25 lead-created L9 customer C1 by ann\n"
    lost = "2026-03-03 lead-disqualified L2\n"
    ruling = (
        "2026-03-26 credit-overridden D1 excludes L1 counts L2 counts L9 "
        "reason agreed by hr approved_by cfo\n"
    )
    named = SIGNED.replace("customer", "lead L9 customer")
    answer = told(policy(), facts=LEADS + lost + named + late + ruling)
    assert [answer.status(lead) for lead in ("L1", "L2", "L9")] == ["ruled-out", "live", "late"]
    assert answer.shares() == whole("self")
    assert answer.grounds() == {"2", "7"}
