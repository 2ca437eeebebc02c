"""Protection and evidence of claims, worked by hand from docs/decisions/0008-attribution.md."""

from typing import Any

from tests.oracle.attribution_cases import deal, lead, policy, source, statuses, terms, touch

EXTENDED: dict[str, Any] = {"extended_by": ["meeting"], "extension_days": 20}


def extending(**more: Any) -> list[dict[str, Any]]:
    """Ten days of protection, and twenty after each meeting."""
    claims = {"marketing": {"protection_days": 10, **EXTENDED, **more}}
    return [policy(claims=claims), lead("L1", "2026-01-01")]


def met(on: str, **more: Any) -> dict[str, Any]:
    return touch("lead/L1", on, "meeting", side=None, **more)


def test_a_chain_of_extensions_goes_on_while_each_comes_in_time() -> None:
    chain = [met("2026-01-10"), met("2026-01-29")]  # to 30 January, then to 18 February
    assert statuses(*extending(), *chain, deal(on="2026-02-17")) == {"L1": "live"}
    assert statuses(*extending(), *chain, deal(on="2026-02-18")) == {"L1": "lapsed"}


def test_a_chain_of_extensions_that_breaks_stays_broken() -> None:
    chain = [met("2026-01-11"), met("2026-01-12")]  # the protection ended on 11 January
    assert statuses(*extending(), *chain, deal(on="2026-01-20")) == {"L1": "lapsed"}


def test_an_extension_that_ends_earlier_shortens_nothing() -> None:
    claims = {"marketing": {"protection_days": 30, "extended_by": ["meeting"], "extension_days": 1}}
    log = [policy(claims=claims), lead("L1", "2026-01-01"), met("2026-01-10")]
    assert statuses(*log, deal(on="2026-01-30")) == {"L1": "live"}


def test_extensions_go_on_to_the_most_days_and_no_further() -> None:
    chain = [met("2026-01-10"), met("2026-01-25")]
    assert statuses(*extending(max_days=40), *chain, deal(on="2026-02-09")) == {"L1": "live"}
    assert statuses(*extending(max_days=40), *chain, deal(on="2026-02-10")) == {"L1": "lapsed"}


def test_only_a_touch_of_the_lead_or_the_customer_alone_extends() -> None:
    other = touch("lead/L2", "2026-01-05", "meeting", side=None, customer="C1")
    assert statuses(*extending(), other, deal(on="2026-01-15")) == {"L1": "lapsed"}
    of_customer = touch("customer/C1", "2026-01-05", "meeting", side=None)
    assert statuses(*extending(), of_customer, deal(on="2026-01-15")) == {"L1": "live"}


def needs(minimum: int, **more: Any) -> dict[str, Any]:
    evidence = {"minimum": minimum, **more}
    return policy(claims={"marketing": terms(evidence=evidence), "sales": terms()})


def test_touches_of_a_kind_by_one_payee_on_one_day_count_once() -> None:
    twice = [
        touch("lead/L1", f"2026-01-06T0{hour}:00:00+08:00", side="marketing") for hour in (1, 9)
    ]
    assert statuses(needs(2), lead(), *twice, deal()) == {"L1": "insufficient-evidence"}
    next_day = touch("customer/C1", "2026-01-07", side=None)
    assert statuses(needs(2), lead(), *twice, next_day, deal()) == {"L1": "live"}


def test_the_day_of_a_touch_is_that_of_the_policy() -> None:
    evening = touch("lead/L1", "2026-01-06T15:59:00+00:00", side=None)  # 23:59 in Shanghai
    night = touch("lead/L1", "2026-01-06T16:00:00+00:00", side=None)
    assert statuses(needs(2), lead(), evening, night, deal()) == {"L1": "live"}


def test_another_payee_or_kind_is_another_piece() -> None:
    one = touch("lead/L1", "2026-01-06", side=None)
    kind = touch("lead/L1", "2026-01-06", "visit", side=None)
    assert len(source(needs(1), lead(), one, kind, deal()).claims[0].evidence) == 2


def test_evidence_is_near_the_opening_of_its_kind_and_of_its_side() -> None:
    law = needs(1, kinds=["form"], from_days=-2, to_days=3)
    for on, kind, side, expected in (
        ("2026-01-03", "form", "marketing", "live"),
        ("2026-01-02T23:59:59+08:00", "form", "marketing", "insufficient-evidence"),
        ("2026-01-07T23:59:59+08:00", "form", None, "live"),
        ("2026-01-08", "form", None, "insufficient-evidence"),
        ("2026-01-06", "call", "marketing", "insufficient-evidence"),
        ("2026-01-06", "form", "sales", "insufficient-evidence"),
    ):
        proof = touch("lead/L1", on, kind, side=side)
        assert statuses(law, lead(), proof, deal()) == {"L1": expected}, on


def test_a_touch_after_the_signing_proves_nothing() -> None:
    proof = touch("lead/L1", "2026-01-20", side=None)
    law = needs(1, to_days=30)
    assert statuses(law, lead(), proof, deal(on="2026-01-20")) == {"L1": "live"}
    earlier = deal(on="2026-01-19T23:59:59+08:00")
    assert statuses(law, lead(), proof, earlier) == {"L1": "insufficient-evidence"}
