"""Whose deal it is, by the kernel and by the oracle: claims, sources, credits, lines."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.attributing import Kernel, Oracle
from tests.engine.both_ways import by_the_kernel, by_the_oracle
from tests.strategies.attribution_themes import THEMES
from tests.strategies.quarrels import quarrels

slowly = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("theme", list(THEMES))
@slowly
@given(data=st.data())
def test_the_kernel_judges_as_the_oracle_does_of(theme: str, data: st.DataObject) -> None:
    history = data.draw(quarrels(theme, paid=False))
    kernel, oracle = Kernel(history), Oracle(history)
    assert kernel.claims() == oracle.claims()
    assert kernel.sources() == oracle.sources()
    assert kernel.credits() == oracle.credits()


@pytest.mark.parametrize("theme", list(THEMES))
@slowly
@given(data=st.data())
def test_the_kernel_earns_what_the_oracle_earns_by(theme: str, data: st.DataObject) -> None:
    history = data.draw(quarrels(theme))
    assert by_the_kernel(history) == by_the_oracle(history)


@pytest.mark.parametrize(
    ("theme", "rule"),
    [("ties", "tie"), ("accounts", "existing-account"), ("rulings", "ruling")],
)
def test_stories_of_a_theme_are_often_decided_by_its_rule(theme: str, rule: str) -> None:
    told: list[bool] = []

    @settings(slowly, max_examples=60, database=None)
    @given(quarrels(theme, paid=False))
    def told_by(history: list[dict[str, object]]) -> None:
        told.append(any(row[1] == rule for row in Kernel(history).sources()))

    told_by()
    assert any(told)
