"""What a claim rests on."""

from tests.engine.attribution.knowing import Told, policy

ASKS: dict[str, object] = {
    "marketing": {
        "protection_days": 90,
        "evidence": {"minimum": 2, "kinds": ["form", "call"], "from_days": -5, "to_days": 3},
    },
    "sales": {"protection_days": 60, "evidence": {"minimum": 0, "kinds": ["call"]}},
}
OWN_WORD = "2026-03-20 deal-signed D1 customer C1 self-sourced by sam 3/5 lee 2/5 1000.00 EUR\n"


def claimed(*touches: str) -> Told:
    facts = "2026-03-10T12:00 lead-created L1 customer C1 by mia\n"
    facts += "".join(f"2026-{each}\n" for each in touches)
    facts += "2026-03-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
    return Told(facts, policy(claims=ASKS))


def pieces(*touches: str) -> int:
    return int(claimed(*touches).claim("L1")["pieces"])


def own(*touches: str, **parts: object) -> Told:
    facts = "".join(f"2026-{each}\n" for each in touches)
    return Told(facts + OWN_WORD, policy(claims=ASKS, self_sourced="weighed", **parts))


def test_a_claim_with_too_little_evidence_is_none() -> None:
    told = claimed("03-10 touch-recorded lead L1 kind form by mia")
    assert (told.status("L1"), told.rule()) == ("insufficient-evidence", "signers")
    enough = claimed(
        "03-10 touch-recorded lead L1 kind form by mia",
        "03-11 touch-recorded lead L1 kind form by mia",
    )
    assert (enough.status("L1"), enough.rule()) == ("live", "customer-lead")


def test_a_day_of_calls_by_one_person_is_one_piece() -> None:
    assert (
        pieces(
            "03-10T09:00 touch-recorded lead L1 kind call by mia",
            "03-10T10:00 touch-recorded customer C1 kind call by mia",
            "03-10T23:59 touch-recorded lead L1 kind call by ann",
            "03-10T23:59 touch-recorded lead L1 kind form",
            "03-11T00:00 touch-recorded lead L1 kind call by mia",
        )
        == 4
    )


def test_only_touches_of_the_lead_or_customer_of_its_side_and_kind_count() -> None:
    assert (
        pieces(
            "03-10 touch-recorded lead L2 customer C1 kind call by mia",
            "03-10 touch-recorded customer C2 kind call by mia",
            "03-10 touch-recorded lead L1 side sales kind call by mia",
            "03-10 touch-recorded lead L1 kind visit by mia",
        )
        == 0
    )


def test_the_window_of_evidence_is_half_open_in_days_of_the_policy() -> None:
    near = "touch-recorded lead L1 kind call by mia"
    assert pieces(f"03-05T11:59:59 {near}", f"03-13T12:00 {near}") == 0
    assert pieces(f"03-05T12:00 {near}", f"03-13T11:59:59 {near}") == 2


def test_signers_who_say_a_deal_is_their_own_have_to_show_something() -> None:
    assert own().status(None) == "insufficient-evidence"
    told = own("03-01 touch-recorded customer C1 side sales kind call by lee")
    assert (told.status(None), told.rule(), told.source()["source"]) == (
        "live",
        "customer-lead",
        "self",
    )
    assert told.claim(None)["payee"] == "sam"
    assert told.grounds() == set()


def test_their_word_goes_back_to_their_first_touch_that_the_protection_reaches() -> None:
    touch = "touch-recorded customer C1 kind call by"
    told = own(f"01-01 {touch} sam", f"02-01 {touch} sam", f"02-20 {touch} lee", f"01-25 {touch} x")
    again = own(f"02-01 {touch} sam")
    assert told.claim(None)["opened_at"] == again.claim(None)["opened_at"]
    assert told.claim(None)["pieces"] == 1


def test_what_others_did_is_no_evidence_of_their_word() -> None:
    assert own("03-01 touch-recorded customer C1 kind call by mia").status(None) == (
        "insufficient-evidence"
    )


def test_without_evidence_an_unclaimed_deal_is_the_houses_where_the_policy_asks_for_it() -> None:
    facts = "2026-03-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
    asks = policy(claims=ASKS, no_claim="evidence")
    assert Told(facts, asks).rule() == "nobody"
    called = "2026-03-01 touch-recorded customer C1 kind call by sam\n"
    assert Told(called + facts, asks).rule() == "signers"
