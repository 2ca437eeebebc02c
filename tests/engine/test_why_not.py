"""Why a payee has no line: the step that stands between, named with its figures."""

from engine.why_not import why_not
from engine.why_nothing import why_not_in
from schemas.calendar import PayoutPeriod
from tests.engine.explaining import AIMS, BONUS, COMMISSION, OVERRIDE, text
from tests.engine.trying import PlanDict, euros, plan_of, trial

PEOPLE = "2026-01-01 payee-enrolled sam manager lee\n2026-01-01 payee-enrolled lee\n"
SIGNED = f"{PEOPLE}2026-01-20 deal-signed D1 product Care by sam 10000.00 EUR\n"


def asked(plan: PlanDict, facts: str = SIGNED, payee: str = "sam") -> str:
    return text(why_not(payee, "D1", trial(facts, plan).world))


def in_month(plan: PlanDict, month: str, facts: str = SIGNED) -> str:
    known = trial(facts, plan).world
    return text(why_not_in("sam", "bonus", PayoutPeriod.parse(month), known))


def test_the_comparison_of_a_condition_that_failed_is_named() -> None:
    where = 'product is "Cloud" and amount is at least 5000.00'
    said = asked(plan_of({**COMMISSION, "where": where}))
    assert f'No: own asks that {where}; not so: product is "Cloud" (product is Care)' in said


def test_a_spiff_says_its_days() -> None:
    spiff = {
        "id": "sprint",
        "kind": "spiff",
        "from": "2026-02-01",
        "to": "2026-03-01",
        "credits": "sales",
        "amount": euros("100.00"),
    }
    assert (
        "No: sprint is for deals signed from 2026-02-01 up to 2026-03-01, and this one was signed "
        "on 2026-01-20" in asked(plan_of(spiff))
    )


def test_who_is_not_the_first_says_which_number_they_are() -> None:
    spiff = {
        "id": "sprint",
        "kind": "spiff",
        "from": "2026-01-01",
        "to": "2026-03-01",
        "credits": "sales",
        "amount": euros("100.00"),
        "first": 1,
    }
    facts = f"{SIGNED}2026-01-10 deal-signed D0 by sam 10000.00 EUR"
    said = asked(plan_of(spiff), facts)
    assert "Number 2 of at most 1 in all: it is not paid, the limit is reached" in said
    assert "No: it comes to nothing" in said


def test_an_instalment_that_waits_is_named() -> None:
    parts = [{"share": "1", "on": "milestone", "milestone": "go-live"}]
    spread = {"id": "steps", "applies_to": ["own"], "parts": parts}
    said = asked(plan_of(COMMISSION, instalments=[spread]))
    assert "100% with milestone go-live: waits" in said


def test_who_left_before_is_told_so() -> None:
    facts = f"{SIGNED}2026-01-15 payee-left sam"
    leaving = {"later_deals": "lost", "instalments": "lost"}
    said = asked(plan_of(COMMISSION, leaving=leaving), facts)
    assert "sam left on 2026-01-15: what is dated later is lost" in said


def test_a_shut_gate_by_attainment_says_how_much_is_attained() -> None:
    gate = {
        "id": "half",
        "applies_to": ["own"],
        "count": "attainment",
        "quota": "target",
        "window": "month",
        "threshold": "50%",
        "inclusive": True,
        "missed": "lost",
    }
    said = asked(plan_of(COMMISSION, gates=[gate], **AIMS))
    assert "shut, 10% of quota target is attained, and it needs at least 50%" in said


def test_a_manager_of_nobody_credited_sees_the_ladders() -> None:
    said = asked(plan_of(OVERRIDE), f"{SIGNED}2026-01-01 payee-enrolled zoe", "zoe")
    assert "No: lead pays 2 levels above who is credited, and zoe was on none" in said
    assert "sam reports to lee" in said


def test_a_bonus_that_is_zero_says_what_was_attained() -> None:
    said = in_month(plan_of(BONUS, **AIMS), "2026-02")
    assert "0.00 EUR is reached by the end of 2026-02, attainment 0%" in said
    assert "No: it comes to nothing as at the end of 2026-02" in said


def test_a_bonus_that_is_not_yet_due_says_when() -> None:
    quarterly = {**BONUS, "window": "quarter"}
    assert "No: it is paid with the last month of 2026-Q1" in in_month(
        plan_of(quarterly, **AIMS), "2026-02"
    )


def test_a_component_that_the_plan_has_not_is_named() -> None:
    assert "No: plan p@1 has no component bonus" in in_month(plan_of(COMMISSION), "2026-01")
