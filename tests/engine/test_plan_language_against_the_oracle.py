"""The columnar kernel against the oracle of the plan language: line by line, cent by cent."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.both_ways import by_the_kernel, by_the_oracle
from tests.strategies import Record
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS

slowly = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("kind", list(KINDS))
@slowly
@given(data=st.data())
def test_the_kernel_earns_what_the_oracle_earns_by(kind: str, data: st.DataObject) -> None:
    history = data.draw(plan_histories([kind]))
    assert by_the_kernel(history) == by_the_oracle(history)


def test_at_least_a_third_of_the_histories_with_a_clawback_keep_something() -> None:
    kept: list[bool] = []

    @settings(slowly, max_examples=60, derandomize=True, database=None)
    @given(plan_histories(["clawback"]))
    def looked_at(history: list[Record]) -> None:
        kept.append(any(line[4] == "clawback" for line in by_the_kernel(history)))

    looked_at()
    assert sum(kept) * 3 >= len(kept)


@slowly
@given(plan_histories(list(KINDS)))
def test_the_kernel_earns_what_the_oracle_earns_by_all_together(history: list[Record]) -> None:
    assert by_the_kernel(history) == by_the_oracle(history)
