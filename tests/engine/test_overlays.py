"""Overlays: a pool for those who took part in a deal, beside all other credit."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.trying import euros, of_payee, paid, plan_of, trial

SALE = "2026-01-10 deal-signed D1 by sam 100.00 EUR\n"


def overlay(rate: str = "1%", **more: Any) -> dict[str, Any]:
    return {"id": "overlay", "kind": "overlay", "rate": rate, **more}


def test_the_pool_is_divided_equally_and_its_parts_are_the_whole() -> None:
    facts = SALE + "\n".join(
        f"2026-01-11 participation-declared D1 payee {payee}" for payee in ("mia", "bo", "cy")
    )
    assert paid(facts, plan_of(overlay())) == {
        ("bo", "2026-01", "deal/D1"): 34,  # the odd cent goes to the first by id
        ("cy", "2026-01", "deal/D1"): 33,
        ("mia", "2026-01", "deal/D1"): 33,
    }


def test_who_declares_later_takes_their_part_from_the_others() -> None:
    facts = (
        SALE
        + """
    2026-01-11 participation-declared D1 payee mia
    2026-02-11 participation-declared D1 payee bo
    """
    )
    assert paid(facts, plan_of(overlay())) == {
        ("mia", "2026-01", "deal/D1"): 100,
        ("mia", "2026-02", "deal/D1"): -50,
        ("bo", "2026-02", "deal/D1"): 50,
    }


def test_a_cancelled_deal_leaves_nothing_in_the_pool() -> None:
    facts = (
        SALE
        + """
    2026-01-11 participation-declared D1 payee mia
    2026-02-11 participation-declared D1 payee bo
    2026-03-10 contract-amended D1 cancellation
    """
    )
    told = paid(facts, plan_of(overlay()))
    assert [of_payee(told, payee) for payee in ("mia", "bo")] == [0, 0]


def test_only_the_part_that_the_pool_is_for_takes_part_and_each_payee_once() -> None:
    facts = (
        SALE
        + """
    2026-01-11 participation-declared D1 payee mia part presales
    2026-01-12 participation-declared D1 payee mia part presales
    2026-01-12 participation-declared D1 payee bo part legal
    """
    )
    told = paid(facts, plan_of(overlay(part="presales")))
    assert told == {("mia", "2026-01", "deal/D1"): 100}
    everybody = paid(facts, plan_of(overlay()))
    assert everybody == {(payee, "2026-01", "deal/D1"): 50 for payee in ("mia", "bo")}


def test_a_cap_over_the_pools_of_a_month_makes_room_when_a_deal_falls_away() -> None:
    facts = """
    2026-01-10 deal-signed D1 by sam 100.00 EUR
    2026-01-11 deal-signed D2 by sam 100.00 EUR
    2026-01-12 participation-declared D1 payee mia
    2026-01-12 participation-declared D2 payee bo
    2026-03-10 contract-amended D1 cancellation
    """
    capped = overlay(pool={"per": "month", "amount": euros("1.50")})
    assert paid(facts, plan_of(capped)) == {
        ("mia", "2026-01", "deal/D1"): 100,
        ("bo", "2026-01", "deal/D2"): 50,
        ("mia", "2026-03", "deal/D1"): -100,
        ("bo", "2026-03", "deal/D2"): 50,
    }


def test_a_cap_per_deal_holds_for_all_its_layers_together() -> None:
    facts = (
        SALE
        + """
    2026-01-12 participation-declared D1 payee mia
    2026-02-10 contract-amended D1 upsell 200.00 EUR
    """
    )
    capped = overlay(pool={"per": "deal", "amount": euros("1.50")})
    assert paid(facts, plan_of(capped)) == {
        ("mia", "2026-01", "deal/D1"): 100,
        ("mia", "2026-02", "deal/D1"): 50,
    }


def test_the_parts_of_those_under_another_plan_are_not_paid_to_others() -> None:
    facts = (
        SALE
        + """
    2026-01-01 plan-assigned mia p
    2026-01-01 plan-assigned bo q
    2026-01-12 participation-declared D1 payee mia
    2026-01-12 participation-declared D1 payee bo
    """
    )
    richer = plan_of(overlay("3%"), plan="q")
    assert paid(facts, plan_of(overlay()), richer) == {
        ("mia", "2026-01", "deal/D1"): 50,
        ("bo", "2026-01", "deal/D1"): 150,
    }


def test_a_line_rests_on_the_signing_and_on_the_declaration() -> None:
    facts = SALE + "2026-01-12 participation-declared D1 payee mia"
    [because] = trial(facts, plan_of(overlay())).lines["because"].to_list()
    assert [name["id"] for name in because] == ["1", "2"]


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.integers(1, 4)), max_size=8),
    st.none() | st.integers(1, 3_000),
)
def test_what_all_get_of_the_pools_is_never_more_than_the_cap(
    values: list[int], declared: list[tuple[int, str, int]], cap: int | None
) -> None:
    deals = [
        f"2026-01-{10 + n} deal-signed D{n} by sam {value / 100:.2f} EUR"
        for n, value in enumerate(values)
    ]
    taking = [
        f"2026-0{month}-20 participation-declared D{deal % len(values)} payee {payee}"
        for deal, payee, month in declared
    ]
    pool = {} if cap is None else {"pool": {"per": "year", "amount": euros(f"{cap / 100:.2f}")}}
    lines = trial("\n".join([*deals, *taking]), plan_of(overlay("10%", **pool))).lines
    helped = {f"D{deal % len(values)}" for deal, _, _ in declared}
    pools = sum(round(values[int(deal[1:])] / 10) for deal in helped)
    assert lines["amount"].sum() == (pools if cap is None else min(cap, pools))
