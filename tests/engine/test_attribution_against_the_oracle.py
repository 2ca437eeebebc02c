"""Whose deal it is, by the kernel and by the oracle: claims, sources, credits, lines."""

from hypothesis import HealthCheck, given, settings

from tests.engine.attributing import Kernel, Oracle
from tests.engine.both_ways import by_the_kernel, by_the_oracle
from tests.strategies import Record
from tests.strategies.attribution_stories import quarrels

slowly = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slowly
@given(quarrels(paid=False))
def test_the_kernel_finds_the_claims_that_the_oracle_finds(history: list[Record]) -> None:
    assert Kernel(history).claims() == Oracle(history).claims()


@slowly
@given(quarrels(paid=False))
def test_the_kernel_finds_the_sources_that_the_oracle_finds(history: list[Record]) -> None:
    assert Kernel(history).sources() == Oracle(history).sources()


@slowly
@given(quarrels(paid=False))
def test_the_kernel_credits_whom_the_oracle_credits(history: list[Record]) -> None:
    assert Kernel(history).credits() == Oracle(history).credits()


@slowly
@given(quarrels())
def test_the_kernel_earns_what_the_oracle_earns_under_policies(history: list[Record]) -> None:
    assert by_the_kernel(history) == by_the_oracle(history)
