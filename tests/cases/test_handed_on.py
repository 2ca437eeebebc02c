"""Caps, tiers, ceilings and bonuses over many cases, each of them computed by itself."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.law import law
from replay.division import divided, handing
from replay.reach import Reach
from replay.stages import Question
from schemas.calendar import PayoutPeriod
from tests.cases.parts import in_parts, whole
from tests.cases.test_replay_in_parts import same_in_parts, slowly
from tests.frames import frame_of
from tests.strategies import Record, amended, fact, histories, published, vary_plan
from tests.strategies.paid_plans import paying_by
from tests.strategies.plan_parts import KINDS

ALL = Question(position=100)
BUCKETS = [1, 2, 7]
JANUARY = PayoutPeriod.parse("2026-01").number


def most(amount: str, per: str = "month") -> dict[str, Any]:
    return {"per": per, "amount": {"amount": amount, "currency": "CNY"}}


def signed(number: int) -> Record:
    """A deal of a customer of its own, signed by sam, who brought it."""
    split, value = [{"payee": "sam", "share": "1"}], {"amount": "1000.00", "currency": "CNY"}
    at = f"2026-01-{number:02d}T12:00:00+08:00"
    more: dict[str, Any] = {"customer": f"C{number}", "signed_by": split, "value": value}
    return fact("deal-signed", f"deal/D{number}", at, f"s{number}", **more)


def by_deal(records: list[Record], buckets: int, folder: Path) -> list[tuple[str | None, int, int]]:
    """What each deal (None: a window) earns so many months after January, computed in parts."""
    frame = frame_of(records)
    lines = in_parts(frame, ALL, frame.height // 2, buckets, folder)
    assert lines.equals(whole(frame, ALL))
    return [
        (deal, period - JANUARY, amount)
        for deal, period, amount in lines.select("deal", "period", "amount").sort(
            "period", "deal"
        ).iter_rows()
    ]  # fmt: skip


def five_percent(cap: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A plan of one commission with a cap."""
    part = {"id": "c", "kind": "commission", "credits": "sales", "rate": "5%", "cap": cap}
    return vary_plan(gate={}) | {"components": [part], "gates": []} | more


@pytest.mark.parametrize("buckets", BUCKETS)
def test_what_the_first_deals_use_up_is_not_left_for_the_next(buckets: int, tmp_path: Path) -> None:
    deals = [signed(number) for number in (1, 2, 3)]
    earned = by_deal([published(five_percent(most("80.00"))), *deals], buckets, tmp_path)
    assert earned == [("D1", 0, 5_000), ("D2", 0, 3_000)]


@pytest.mark.parametrize("buckets", BUCKETS)
def test_a_deal_that_falls_away_makes_room_for_those_after_it(buckets: int, tmp_path: Path) -> None:
    deals = [signed(number) for number in (1, 2, 3)]
    gone = amended("D1", "2026-02-05T12:00:00+08:00", "a1", "cancellation")
    told = [published(five_percent(most("80.00"))), *deals, gone]
    assert by_deal(told, buckets, tmp_path) == [
        ("D1", 0, 5_000), ("D2", 0, 3_000),
        ("D1", 1, -5_000), ("D2", 1, 2_000), ("D3", 1, 3_000),
    ]  # fmt: skip


def test_a_month_is_asked_for_alone_and_the_cap_is_that_of_the_quarter(tmp_path: Path) -> None:
    march = signed(9) | {"time": "2026-03-09T12:00:00+08:00"}
    records = frame_of(
        [published(five_percent(most("80.00", "quarter"))), signed(1), signed(2), march]
    )
    for only, amounts in ((24312, [5_000, 3_000]), (24314, [])):
        asked = Question(position=100, only=only)
        lines = in_parts(records, asked, 2, 7, tmp_path / str(only))
        assert lines.equals(whole(records, asked))
        assert lines["amount"].to_list() == amounts


@pytest.mark.parametrize(
    "more",
    [
        {"decreases": "current-window"},
        {"instalments": [{"id": "i", "applies_to": ["c"], "parts": [
            {"share": "1/2", "on": "signing"},
            {"share": "1/2", "on": "milestone", "milestone": "live"}]}]},
    ],
)  # fmt: skip
def test_where_something_goes_by_what_a_cap_left_all_cases_of_a_payee_are_together(
    more: dict[str, Any],
) -> None:
    far = divided(law(frame_of([published(five_percent(most("80.00")) | more)])))[1]
    assert far is not None
    assert far.reach is Reach.PAYEE


@pytest.mark.parametrize("buckets", BUCKETS)
def test_instalments_of_one_version_are_paid_where_another_has_a_cap(
    buckets: int, tmp_path: Path
) -> None:
    """Half of January's deal waits until March; the deal of February is capped."""
    part = {"id": "c", "kind": "commission", "credits": "sales", "rate": "5%"}
    halves = [{"share": "1/2", "on": "signing"}, {"share": "1/2", "on": "months", "months": 2}]
    spread = {"instalments": [{"id": "i", "applies_to": ["c"], "parts": halves}]}
    second = {"version": 2, "effective_from": "2026-02-01", "mid_period": "carry"}
    late = signed(3) | {"time": "2026-02-03T12:00:00+08:00"}
    march = fact("lead-created", "lead/L", "2026-03-09T12:00:00+08:00", "l", lead="L", side="sales")
    told = [paying(part, **spread), paying({**part, "cap": most("30.00")}, **second)]
    assert by_deal([*told, signed(1), late, march], buckets, tmp_path) == [
        ("D1", 0, 2_500), ("D3", 1, 3_000), ("D1", 2, 2_500),
    ]  # fmt: skip


TIERS = {
    "by": "amount",
    "mode": "marginal",
    "rows": [{"from": "0", "to": "1500.00", "rate": "2%"}, {"from": "1500.00", "rate": "10%"}],
}
TIER = {"id": "t", "kind": "tiered", "credits": "sales", "window": "quarter", "table": TIERS}


def paying(*components: dict[str, Any], **more: Any) -> Record:
    return published(vary_plan(gate={}) | {"components": [*components], "gates": []} | more)


@pytest.mark.parametrize("buckets", BUCKETS)
def test_the_first_deals_of_a_quarter_fill_the_lower_tier(buckets: int, tmp_path: Path) -> None:
    deals = [signed(number) for number in (1, 2, 3)]
    earned = by_deal([paying(TIER), *deals], buckets, tmp_path)
    assert earned == [("D1", 0, 2_000), ("D2", 0, 6_000), ("D3", 0, 10_000)]


@pytest.mark.parametrize("buckets", BUCKETS)
def test_what_a_tier_loses_to_a_ceiling_is_told_of_the_window(buckets: int, tmp_path: Path) -> None:
    ceiling = {
        "id": "u", "kind": "ceiling", "applies_to": ["t"], "window": "month",
        "amount": {"amount": "100.00", "currency": "CNY"}, "prorate": "none",
    }  # fmt: skip
    enrolled = fact("payee-enrolled", "payee/sam", "2025-01-01T00:00:00+08:00", "e", payee="sam")
    deals = [signed(number) for number in (1, 2, 3)]
    earned = by_deal([paying(TIER, ceiling), enrolled, *deals], buckets, tmp_path)
    assert earned == [(None, 0, -8_000), ("D1", 0, 2_000), ("D2", 0, 6_000), ("D3", 0, 10_000)]


@pytest.mark.parametrize("buckets", BUCKETS)
def test_a_bonus_is_for_what_all_deals_of_a_month_come_to(buckets: int, tmp_path: Path) -> None:
    measures = [{"id": "sold", "of": "value", "credits": "sales"}]
    quota = {"id": "sold", "measure": "sold", "per": "month", "prorate": "none", "zero": "missed"}
    bonus = {
        "id": "b", "kind": "bonus", "quota": "sold", "window": "month", "paid": "at-end",
        "target": {"amount": "500.00", "currency": "CNY"}, "prorate": "none",
        "payout": {"mode": "highest", "rows": [
            {"from": "0", "to": "100%", "pays": "0"}, {"from": "100%", "pays": "100%"}]},
    }  # fmt: skip
    amount = {"amount": "3000.00", "currency": "CNY"}
    plan = paying(bonus, measures=measures, quotas=[{**quota, "amount": amount}])
    enrolled = fact("payee-enrolled", "payee/sam", "2025-01-01T00:00:00+08:00", "e", payee="sam")
    short = [plan, enrolled, *(signed(number) for number in (1, 2))]
    assert by_deal(short, buckets, tmp_path / "short") == []
    assert by_deal([*short, signed(3)], buckets, tmp_path / "met") == [(None, 0, 50_000)]


def lead(number: int) -> list[Record]:
    """A lead of a customer of its own, found by mia and valid."""
    name, customer = f"L{number}", f"C{number}"
    day = f"2026-01-{number:02d}T0"
    found = {"lead": name, "customer": customer, "channel": "event", "by": "mia"}
    return [
        fact("lead-created", f"lead/{name}", f"{day}9:00:00+08:00", f"l{number}", **found),
        fact("lead-qualified", f"lead/{name}", f"{day}9:30:00+08:00", f"q{number}", lead=name),
    ]


def from_lead(number: int) -> Record:
    """The deal of such a lead, signed by sam."""
    told = signed(number)
    return told | {"data": {**told["data"], "lead": f"L{number}"}}


HALF = {
    "id": "g", "applies_to": ["m"], "count": "flow", "window": "month", "threshold": "50%",
    "inclusive": True, "zero_qualified": "open", "missed": "lost",
}  # fmt: skip
OF_MARKETING = {"id": "m", "kind": "commission", "credits": "marketing", "rate": "4%"}
GATES = [HALF, {**HALF, "count": "cohort", "days": 30}]


@pytest.mark.parametrize("gate", GATES, ids=["flow", "cohort"])
@pytest.mark.parametrize("buckets", BUCKETS)
def test_whether_enough_leads_signed_is_known_from_leads_of_all_cases(
    gate: dict[str, Any], buckets: int, tmp_path: Path
) -> None:
    plan = paying(OF_MARKETING, gates=[gate])
    half = [plan, *lead(1), *lead(2), from_lead(1)]
    less = [*half, *lead(3)]
    assert by_deal(half, buckets, tmp_path / "half") == [("D1", 0, 4_000)]
    assert by_deal(less, buckets, tmp_path / "less") == []
    assert by_deal([*less, from_lead(3)], buckets, tmp_path / "more") == [
        ("D1", 0, 4_000), ("D3", 0, 4_000),
    ]  # fmt: skip


@pytest.mark.parametrize("buckets", BUCKETS)
def test_leads_of_cases_that_say_nothing_in_a_month_count_for_it(
    buckets: int, tmp_path: Path
) -> None:
    """A deal of January shrinks in March, when nobody looks at the other leads of January."""
    less = amended("D1", "2026-03-05T12:00:00+08:00", "a1", "reduction", amount="500.00")
    half = [paying(OF_MARKETING, gates=[HALF]), *lead(1), *lead(2), from_lead(1), less]
    for number, (records, amounts) in enumerate([(half, [-2_000]), ([*half, *lead(3)], [])]):
        frame, march = frame_of(records), Question(position=100, only=JANUARY + 2)
        lines = in_parts(frame, march, 5, buckets, tmp_path / str(number))
        assert lines.equals(whole(frame, march))
        assert lines["amount"].to_list() == amounts


INSTALMENTS = {
    "instalments": [{"id": "i", "applies_to": ["m"], "parts": [
        {"share": "1/2", "on": "signing"},
        {"share": "1/2", "on": "milestone", "milestone": "live"}]}]}  # fmt: skip
KEPT = {
    "id": "k", "kind": "clawback", "applies_to": ["m"], "takes": "unserved", "unit": "months",
    "within": 12,
}  # fmt: skip


def test_a_gate_by_conversion_is_waited_for_unless_others_go_by_what_it_leaves() -> None:
    def told(*components: dict[str, Any], **more: Any) -> tuple[set[str], bool]:
        found = handing(law(frame_of([paying(*components, gates=[HALF], **more)])))
        later = set[tuple[str, str]]() if found.later is None else found.later.parts
        return {name for _, name in later}, found.counts_first

    sales = {"id": "s", "kind": "commission", "credits": "sales", "rate": "2%"}
    assert told(OF_MARKETING, sales) == ({"m"}, False)
    assert told(OF_MARKETING, sales, decreases="current-window") == (set(), True)
    assert told(OF_MARKETING, sales, **INSTALMENTS) == (set(), True)
    assert told(OF_MARKETING, sales, KEPT) == (set(), True)


AMOUNTS = st.sampled_from(["0.01", "20.00", "250.00", "1000.00"])


@settings(slowly, max_examples=60)
@given(history=histories(), data=st.data())
def test_under_caps_on_everything(history: list[Record], data: st.DataObject) -> None:
    """The seeds' plan with caps on all but points, which are used up soon."""
    for plan in (each["data"]["plan"] for each in history if each["type"] == "plan-published"):
        plan.setdefault("mid_period", data.draw(st.sampled_from(["split", "carry"])))
        for part in (part for part in plan["components"] if part["kind"] != "points"):
            per = data.draw(st.sampled_from(["month", "quarter", "year"]))
            currency = plan["currency"]
            amount = data.draw(AMOUNTS if currency == "CNY" else st.just("100"))
            part["cap"] = {"per": per, "amount": {"amount": amount, "currency": currency}}
    same_in_parts(history, data)


OVER_CASES = ["tiered", "bonus", "scorecard", "ceiling", "guarantee"]


@pytest.mark.parametrize("kind", OVER_CASES)
@settings(slowly, max_examples=25)
@given(data=st.data())
def test_under_plans_that_look_over_cases_and_none_is_looked_at_again(
    kind: str, data: st.DataObject
) -> None:
    others = st.sampled_from([other for other in KINDS if other not in (kind, "clawback")])
    kinds = [kind, *data.draw(st.lists(others, max_size=3, unique=True))]
    history: list[Record] = data.draw(paying_by(kinds))
    for plan in (each["data"]["plan"] for each in history if each["type"] == "plan-published"):
        plan.pop("instalments", None)
        plan["decreases"] = data.draw(st.sampled_from(["by-layer", "own-slice"]))
    told = handing(law(frame_of(history)))
    later = frozenset[tuple[str, str]]() if told.later is None else told.later.parts
    if told.far is None and kind != "tiered":  # a tier of one deal looks at no other
        assert kind in {component for _, component in later}
    same_in_parts(history, data)
