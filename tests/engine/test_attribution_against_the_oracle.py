"""Whose deal it is, by the kernel and by the oracle: claims, sources, credits, lines."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.passed_over import joint_signings_passed_over, referrals_passed_over
from engine.referrals import weighed_referrals
from tests.engine.attributing import Kernel, Oracle
from tests.engine.both_ways import by_the_kernel, by_the_oracle
from tests.strategies.attribution_stories import Quarrel
from tests.strategies.attribution_themes import THEMES
from tests.strategies.even_choices import even_choices
from tests.strategies.quarrels import quarrels
from tests.strategies.working_together import BARRED

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


def test_a_tenth_of_the_stories_about_awards_pass_something_over_by_each_rule() -> None:
    pick = even_choices()
    told: Counter[str] = Counter()
    for _ in range(60):
        known = Kernel(Quarrel(pick, THEMES["awards"]).written()).world
        referred = referrals_passed_over(weighed_referrals(known), known)
        told.update({*joint_signings_passed_over(known)["rule"], *referred["rule"]})
    assert set(told) == {"both-sides", *BARRED}
    assert min(told.values()) >= 6
