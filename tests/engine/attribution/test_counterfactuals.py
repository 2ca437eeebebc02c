"""What would have to be otherwise: and when it is, the class follows."""

from engine.attribution.counterfactuals import Counterfactual, counterfactuals
from tests.engine.attribution.knowing import Told, policy, whole

LEADS = (
    "2026-03-01 lead-created L1 customer C1 by mia\n"
    "2026-03-05 lead-created L2 customer C1 side partner by pat\n"
)
SIGNED = "2026-03-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"


def asked(told: Told) -> dict[str, Counterfactual]:
    return {each.source: each for each in counterfactuals(told.known, "D1")}


def test_a_class_follows_when_the_claims_are_void_as_it_says() -> None:
    facts = LEADS + SIGNED
    told = asked(Told(facts, policy()))
    assert told["partner"].sentence("en") == (
        "If lead L1 had not been, the deal would be of class partner"
    )
    assert told["self"].subjects == ["L1", "L2"]
    assert "lead L1 and lead L2" in told["self"].sentence("en")
    assert told["self"].sentence("zh") == "如果没有线索 L1 与线索 L2，该合同将归为：销售自拓"
    for source, change in told.items():
        leads = [str(lead) for lead in change.subjects]
        assert Told(facts, policy(), void=leads).shares() == whole(source)


def test_a_class_follows_when_the_claim_is_protected_to_the_signing() -> None:
    facts = LEADS + SIGNED
    short = policy(claims={"marketing": {"protection_days": 19}})
    told = asked(Told(facts, short))
    assert told["marketing"].sentence("en") == (
        "If lead L1 had been protected to the signing, until after 2026-03-20, the deal would be "
        "of class marketing"
    )
    longer = policy(claims={"marketing": {"protection_days": 20}})
    assert Told(facts, longer).shares() == whole("marketing")


def test_so_much_more_evidence_would_have_done() -> None:
    asks = {"marketing": {"protection_days": 90, "evidence": {"minimum": 2}}}
    told = asked(Told(LEADS + SIGNED, policy(claims=asks)))["marketing"]
    assert (told.change, told.missing) == ("evidence", 2)


def test_a_claim_that_came_later_would_have_had_to_be_opened_before() -> None:
    late = SIGNED.replace("customer", "lead L9 customer")
    told = asked(Told(late + "2026-03-25 lead-created L9 customer C1 by mia\n", policy()))
    assert told["marketing"].sentence("en") == (
        "If lead L9 had been opened before 2026-03-20, the deal would be of class marketing"
    )


def test_an_account_would_be_a_claim_without_the_earlier_deals() -> None:
    law = policy(
        rules=["existing-account", "first-claim", "no-claim"], existing_account={"days": 90}
    )
    earlier = "".join(
        f"2026-02-0{day} deal-signed D{day} customer C1 by sam 1000.00 EUR\n" for day in (8, 9)
    )
    told = asked(Told(earlier + LEADS + SIGNED, law))["marketing"]
    assert told.sentence("en") == (
        "If deal D8 and deal D9 made no account of the customer, the deal would be of class "
        "marketing"
    )


def test_an_account_stays_one_where_claims_were_ruled_on() -> None:
    law = policy(
        rules=["existing-account", "first-claim", "no-claim"], existing_account={"days": 90}
    )
    earlier = "2026-02-08 deal-signed D8 customer C1 by sam 1000.00 EUR\n"
    ruling = "2026-03-21 credit-overridden D1 excludes L2 reason so by hr approved_by cfo\n"
    told = Told(earlier + LEADS + SIGNED + ruling, law)
    assert told.rule() == "existing-account"
    assert asked(told)["marketing"].subjects == ["D8"]


def test_nothing_of_the_claims_would_change_what_is_ruled() -> None:
    ruling = "2026-03-21 credit-overridden D1 shares self 1 reason so by hr approved_by cfo\n"
    assert asked(Told(LEADS + SIGNED + ruling, policy())) == {}
