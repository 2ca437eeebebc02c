"""The columnar kernel against the oracle of the plan language: line by line, cent by cent."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.earned import earned, named
from engine.world import world
from schemas.calendar import PayoutPeriod
from tests.frames import frame_of
from tests.oracle import law
from tests.strategies import Record
from tests.strategies.plan_language import plan_histories
from tests.strategies.plan_parts import KINDS

Told = tuple[Any, ...]
THROUGH = "2026-06"

slowly = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def by_the_oracle(records: Sequence[Record]) -> list[Told]:
    return sorted(
        (
            line.payee,
            line.period,
            line.subject,
            line.fact,
            line.component,
            line.source or "",
            line.plan,
            line.currency,
            line.amount,
            tuple(line.because),
        )
        for line in law.earned(records, THROUGH)
    )


def by_the_kernel(records: Sequence[Record]) -> list[Told]:
    known = world(frame_of(records))
    lines = named(earned(known, through=PayoutPeriod.parse(THROUGH).number), known)
    return sorted(
        (
            row["payee"],
            str(PayoutPeriod(row["period"])),
            row["subject"],
            (row["fact_source"], row["fact_id"]),
            row["component"],
            row["source"] or "",
            row["plan"],
            row["currency"],
            row["amount"],
            tuple((name["source"], name["id"]) for name in row["because"]),
        )
        for row in lines.iter_rows(named=True)
    )


@pytest.mark.parametrize("kind", list(KINDS))
@slowly
@given(data=st.data())
def test_the_kernel_earns_what_the_oracle_earns_by(kind: str, data: st.DataObject) -> None:
    history = data.draw(plan_histories([kind]))
    assert by_the_kernel(history) == by_the_oracle(history)


@slowly
@given(plan_histories(list(KINDS)))
def test_the_kernel_earns_what_the_oracle_earns_by_all_together(history: list[Record]) -> None:
    assert by_the_kernel(history) == by_the_oracle(history)
