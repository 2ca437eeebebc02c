"""What an overlay moves is the difference of two replays; no more is computed than it touches."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.reading import read
from replay.stages import Question
from replay.what_if import OverlayContradicts, moved_by_key, what_if
from schemas.events.deals import Signer
from schemas.events.rulings import CreditOverridden, Ruling
from schemas.frames import KEY
from tests.frames import frame_of, unrecorded_of
from tests.replay.test_refresh import FOREVER, replayed
from tests.strategies import Record, fact, histories, vary_plan
from tests.strategies.paid_plans import paying_by
from tests.strategies.plan_parts import KINDS
from tests.strategies.records import published

slowly = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
NEVER = Question(position=FOREVER)


def once(history: list[Record]) -> list[Record]:
    """The records of a history, those that repeat another left out."""
    by_name = {(each["source"], each["id"]): each for each in reversed(history)}
    return [each for each in history if each is by_name[each["source"], each["id"]]]


def the_difference_of_two_replays(history: list[Record], data: st.DataObject) -> None:
    records = [each for each in once(history) if not each["type"].startswith("period-")]
    split = data.draw(st.integers(0, len(records)))
    through = data.draw(st.sampled_from([None, 2026 * 12 + 2]))
    overlay = [unrecorded_of(each) for each in records[split:]]
    known = frame_of(records[:split])
    found = what_if(read(known), overlay, Question(position=FOREVER, through=through), NOW)
    expected = moved_by_key(replayed(known, through), replayed(frame_of(records), through))
    assert found.moved.drop("cause").sort(KEY).equals(expected)
    assert all(len(cause) > 0 for cause in found.moved["cause"].to_list())
    assert found.by("payee")["moved"].sum() == expected["moved"].sum()


@settings(slowly, max_examples=20)
@given(history=histories(), data=st.data())
def test_under_the_seeds_plan(history: list[Record], data: st.DataObject) -> None:
    the_difference_of_two_replays(history, data)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=3)
@given(data=st.data())
def test_under_plans_with_every_kind_of_component(kind: str, data: st.DataObject) -> None:
    the_difference_of_two_replays(data.draw(paying_by([kind])), data)


def company(deals: int) -> list[Record]:
    """So many deals, each of its own customer, and signed by one of ten."""
    return [published(vary_plan(gate={})), *(_signed(number) for number in range(deals))]


def _signed(number: int) -> Record:
    return fact(
        "deal-signed",
        f"deal/D{number}",
        f"2026-{number % 3 + 1:02}-10T12:00:00+08:00",
        str(number),
        signed_by=[{"payee": f"p{number % 10}", "share": "1"}],
        value={"amount": f"{number + 1}000.00", "currency": "CNY"},
    )


def shrunk(deal: str) -> Record:
    at = "2026-03-20T12:00:00+08:00"
    value = {"amount": "100.00", "currency": "CNY"}
    return fact("contract-amended", f"deal/{deal}", at, "shrunk", kind="reduction", value=value)


def test_only_the_case_of_a_fact_is_computed() -> None:
    records = read(frame_of(company(100)))
    found = what_if(records, [unrecorded_of(shrunk("D7"))], NEVER, NOW)
    assert (len(found.circle.after or ()), found.circle.payees) == (1, frozenset())
    assert found.was["deal"].unique().to_list() == ["D7"]
    [line] = found.moved.iter_rows(named=True)
    assert (line["payee"], line["moved"], line["cause"]) == (
        "p7",
        -5 * (800_000 - 10_000) // 100,
        [{"source": "/crm/demo", "id": "shrunk"}],
    )


def test_a_ruling_moves_its_deal_alone() -> None:
    records = read(frame_of(company(100)))
    ruling = Ruling(sales=[Signer.model_validate({"payee": "p1", "share": "1"})])
    overridden = CreditOverridden(deal="D7", ruling=ruling)
    found = what_if(records, [overridden], NEVER, NOW)
    assert len(found.circle.after or ()) == 1
    assert found.by("payee").select("payee", "moved").rows() == [("p1", 40_000), ("p7", -40_000)]


def test_a_fact_about_a_payee_touches_their_cases() -> None:
    records = read(frame_of(company(100)))
    left = fact("payee-left", "payee/p7", "2026-03-01T00:00:00+08:00", "left")
    found = what_if(records, [unrecorded_of(left)], NEVER, NOW)
    assert len(found.circle.after or ()) == 10
    assert set(found.was["payee"]) == {"p7"}


def test_a_fact_with_the_name_of_another_is_refused() -> None:
    records = read(frame_of(company(3)))
    with pytest.raises(OverlayContradicts):
        what_if(records, [unrecorded_of(_signed(2))], NEVER, NOW)


def test_without_an_overlay_nothing_moves() -> None:
    found = what_if(read(frame_of(company(3))), [], NEVER, NOW)
    assert found.moved.is_empty()
    assert isinstance(found.by("cause"), pl.DataFrame)
