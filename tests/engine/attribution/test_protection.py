"""Until when a claim is protected."""

import pytest

from tests.engine.attribution.knowing import Told, policy

CALLED = {
    "marketing": {"protection_days": 10, "extended_by": ["call"], "max_days": 25},
    "sales": {"protection_days": 10},
}


def called(*days: str, signed: str, **parts: object) -> str:
    """The status of a claim opened on 1 March, after calls on these days."""
    calls = "\n".join(f"2026-{day} touch-recorded customer C1 kind call by mia" for day in days)
    facts = f"2026-03-01 lead-created L1 customer C1 by mia\n{calls}\n"
    facts += f"2026-{signed} deal-signed D1 customer C1 by sam 1000.00 EUR\n"
    return Told(facts, policy(claims=CALLED, **parts)).status("L1")


def test_a_claim_lapses_on_the_day_its_protection_ends() -> None:
    assert called(signed="03-10T23:59:59") == "live"
    assert called(signed="03-11") == "lapsed"


def test_a_call_in_time_extends_it_from_the_call() -> None:
    assert called("03-08", signed="03-17T23:59:59") == "live"
    assert called("03-08", signed="03-18") == "lapsed"


def test_what_has_lapsed_stays_lapsed_whoever_calls() -> None:
    assert called("03-11", signed="03-12") == "lapsed"
    assert called("03-08", "03-18", signed="03-19") == "lapsed"


def test_calls_extend_it_one_after_the_other_up_to_the_most() -> None:
    assert called("03-08", "03-16", "03-24", signed="03-25T23:59:59") == "live"
    assert called("03-08", "03-16", "03-24", signed="03-26") == "lapsed"


def test_a_call_after_the_signing_comes_too_late_to_extend_it() -> None:
    assert called("03-08T12:00", signed="03-08") == "live"
    told = Told(
        "2026-03-01 lead-created L1 customer C1 by mia\n"
        "2026-03-12 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
        "2026-03-09 touch-recorded customer C2 kind call by mia\n"
        "2026-03-09 touch-recorded customer C1 kind mail by mia\n"
        "2026-03-09 touch-recorded customer C1 side sales kind call by mia\n",
        policy(claims=CALLED),
    )
    assert told.status("L1") == "lapsed"


@pytest.mark.parametrize(
    ("opened", "end"),
    [("2026-03-19T12:00", "2026-03-29T12:00"), ("2026-10-15T12:00", "2026-10-25T12:00")],
)
def test_it_ends_at_the_same_time_of_day_when_the_clocks_change(opened: str, end: str) -> None:
    before = end.replace("12:00", "11:59:59")
    facts = f"{opened} lead-created L1 customer C1 by mia\n" + "".join(
        f"{at} deal-signed {deal} customer C1 by sam 1000.00 EUR\n"
        for deal, at in (("D1", before), ("D2", end))
    )
    told = Told(facts, policy(claims={"marketing": {"protection_days": 10}}))
    assert (told.status("L1", "D1"), told.status("L1", "D2")) == ("live", "lapsed")


def test_a_claim_keeps_the_terms_of_its_opening_where_the_policy_says_so() -> None:
    facts = (
        "2026-03-01 lead-created L1 customer C1 by mia\n"
        "2026-04-20 deal-signed D1 customer C1 by sam 1000.00 EUR\n"
    )
    thirty = {"marketing": {"protection_days": 30}}
    later = policy(version=2, effective_from="2026-04-01", claims=thirty)
    assert Told(facts, policy(), later).status("L1") == "lapsed"
    keeps = policy(terms_at="claim-opened")
    told = Told(facts, keeps, {**later, "terms_at": "claim-opened"})
    assert told.status("L1") == "live"
    assert (told.claim("L1")["terms"], told.source()["policy"]) == ("p@1", "p@2")
