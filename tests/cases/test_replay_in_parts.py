"""A replay in parts gives what the whole log in one frame gives, to the byte."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from replay.stages import Question
from schemas.calendar import PayoutPeriod
from tests.cases.parts import in_parts, whole
from tests.frames import frame_of
from tests.strategies import Record, histories
from tests.strategies.attribution_themes import THEMES
from tests.strategies.paid_plans import paying_with
from tests.strategies.plan_parts import KINDS
from tests.strategies.quarrels import quarrels

JANUARY = PayoutPeriod.parse("2026-01").number

slowly = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def same_in_parts(history: list[Record], data: st.DataObject) -> None:
    records = frame_of(history)
    sealed = data.draw(st.integers(1, records.height))
    buckets = data.draw(st.sampled_from([1, 2, 7]))
    known = data.draw(st.sampled_from([records.height, records.height * 2 // 3]))
    last = int(records["position"][known - 1]) if known else 0
    instants = [None, *records["effective_at"].sort().gather([records.height // 2])]
    periods = [None, *range(JANUARY, JANUARY + 4)]
    question = Question(
        position=last,
        effective_by=data.draw(st.sampled_from(instants)),
        only=data.draw(st.sampled_from(periods)),
    )
    with TemporaryDirectory() as folder:
        found = in_parts(records, question, sealed, buckets, Path(folder))
    expected = whole(records, question)
    assert found.equals(expected), pl.concat([found, expected]).filter(
        pl.struct(pl.all().exclude("because")).is_unique()
    )


@settings(slowly, max_examples=40)
@given(history=histories(), data=st.data())
def test_of_the_seeds_plan(history: list[Record], data: st.DataObject) -> None:
    same_in_parts(history, data)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=8)
@given(data=st.data())
def test_under_plans_with_every_kind_of_component(kind: str, data: st.DataObject) -> None:
    same_in_parts(data.draw(paying_with(kind)), data)


@pytest.mark.parametrize("theme", list(THEMES))
@settings(slowly, max_examples=12)
@given(data=st.data())
def test_under_every_kind_of_policy(theme: str, data: st.DataObject) -> None:
    history: list[dict[str, Any]] = data.draw(quarrels(theme))
    same_in_parts(history, data)
