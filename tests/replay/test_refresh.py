"""An answer that stands, refreshed by later records, is what a replay of everything gives."""

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.earned import earned, named
from engine.reading import read
from engine.world import world
from replay.refresh import Standing
from replay.stages import Question
from schemas.calendar import PayoutPeriod
from schemas.statements import LINES
from tests.frames import frame_of
from tests.strategies import Record, fact, histories, published, vary_plan
from tests.strategies.attribution_themes import THEMES
from tests.strategies.paid_plans import paying_with
from tests.strategies.plan_parts import KINDS
from tests.strategies.quarrels import quarrels

slowly = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FOREVER = 2**40
THOUSAND = {"amount": "1000.00", "currency": "CNY"}
SIGNED = {"signed_by": [{"payee": "sam", "share": "1"}], "value": THOUSAND}


def replayed(records: pl.DataFrame, through: int | None = None) -> pl.DataFrame:
    """The lines of all records (RECORDS) at once."""
    told = world(records)
    return named(earned(told, through=through), told).select(*LINES)


def refreshed_as_replayed(history: list[Record], data: st.DataObject) -> None:
    records = frame_of(history)
    told = read(records)
    ends = sorted(data.draw(st.lists(st.integers(1, records.height), min_size=1, max_size=3)))
    standing = Standing.of(told[: ends[0]], Question(position=FOREVER))
    for first, last in zip(ends, [*ends[1:], records.height], strict=True):
        standing = standing.refreshed(told[first:last]).standing
        found, expected = standing.lines(), replayed(records[:last])
        assert found.equals(expected), pl.concat([found, expected]).filter(
            pl.struct(pl.all().exclude("because")).is_unique()
        )


@settings(slowly, max_examples=30)
@given(history=histories(), data=st.data())
def test_under_the_seeds_plan(history: list[Record], data: st.DataObject) -> None:
    refreshed_as_replayed(history, data)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=5)
@given(data=st.data())
def test_under_plans_with_every_kind_of_component(kind: str, data: st.DataObject) -> None:
    refreshed_as_replayed(data.draw(paying_with(kind)), data)


@pytest.mark.parametrize("theme", list(THEMES))
@settings(slowly, max_examples=6)
@given(data=st.data())
def test_under_every_kind_of_policy(theme: str, data: st.DataObject) -> None:
    history: list[dict[str, Any]] = data.draw(quarrels(theme))
    refreshed_as_replayed(history, data)


@settings(slowly, max_examples=20)
@given(history=histories(), data=st.data())
def test_of_one_open_period_alone(history: list[Record], data: st.DataObject) -> None:
    records = frame_of(history)
    expected = replayed(records)
    months = sorted({*expected["period"].to_list(), 2026 * 12 + 1})
    only = data.draw(st.sampled_from(months))
    first = data.draw(st.integers(1, records.height))
    told = read(records)
    standing = Standing.of(told[:first], Question(position=FOREVER, only=only))
    found = standing.refreshed(told[first:]).standing.lines()
    assert found.equals(replayed(records, only).filter(pl.col("period") == only))


@pytest.mark.parametrize("others", [[], ["2026-03-20"]])
def test_when_the_last_fact_is_taken_back_time_goes_back_with_it(others: list[str]) -> None:
    """A guarantee is paid month by month up to that of the last fact, and no further."""
    floor = {"id": "g", "kind": "guarantee", "applies_to": ["c"], "basis": "top-up"}
    floor |= {"window": "month", "prorate": "none"}
    paid = {"id": "c", "kind": "commission", "credits": "sales", "rate": "10%"}
    plan = vary_plan(gate={}) | {"components": [paid, {**floor, "amount": THOUSAND}], "gates": []}
    enrolled = fact("payee-enrolled", "payee/sam", "2026-01-01T09:00:00+08:00", "e")
    days = ["2026-01-20", "2026-03-20", *others]
    deals = [
        fact("deal-signed", f"deal/D{n}", f"{day}T12:00:00+08:00", f"d{n}", **SIGNED)
        for n, day in enumerate(days)
    ]
    target = {"source": "/crm/demo", "id": "d1"}
    void = fact(
        "fact-voided", "deal/D1", "2026-04-01T09:00:00+08:00", "v", target=target, reason=""
    )
    records = read(frame_of([published(plan), enrolled, *deals, void]))
    standing = Standing.of(records[:-1], Question(position=FOREVER))
    refreshed = standing.refreshed(records[-1:]).standing.lines()
    assert refreshed.equals(replayed(records))
    months = set(refreshed.filter(component="g")["period"].to_list())
    assert (PayoutPeriod.parse("2026-03").number in months) == bool(others)
