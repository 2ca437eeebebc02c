"""The columnar kernel against the law in plain fractions: line by line, cent by cent."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.earned import earned, named
from engine.world import world
from replay.stating import answer, everything
from schemas.calendar import PayoutPeriod
from schemas.rates import rate_text
from schemas.statements import Issue
from tests.frames import frame_of
from tests.oracle import law
from tests.strategies import Record, arrivals, histories

Told = tuple[Any, ...]

slowly = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def by_the_oracle(records: Sequence[Record]) -> list[Told]:
    return sorted(
        (
            line.payee,
            line.period,
            line.deal or "",
            line.lead or "",
            line.fact,
            line.component,
            line.source or "",
            line.plan,
            line.currency,
            line.amount,
            line.base,
            None if line.rate is None else rate_text(line.rate),
            None if line.rate is None else line.share,
            tuple(line.because),
        )
        for line in law.earned(records)
    )


def by_the_kernel(records: Sequence[Record]) -> list[Told]:
    known = world(frame_of(records))
    lines = named(earned(known), known)
    return sorted(
        (
            row["payee"],
            str(PayoutPeriod(row["period"])),
            row["deal"] or "",
            row["lead"] or "",
            (row["fact_source"], row["fact_id"]),
            row["component"],
            row["source"] or "",
            row["plan"],
            row["currency"],
            row["amount"],
            row["base"],
            row["rate"],
            None if row["rate"] is None else Fraction(row["share_num"], row["share_den"]),
            tuple((name["source"], name["id"]) for name in row["because"]),
        )
        for row in lines.iter_rows(named=True)
    )


@slowly
@given(histories())
def test_the_kernel_earns_what_the_oracle_earns(history: list[Record]) -> None:
    assert by_the_kernel(history) == by_the_oracle(history)


def issued(records: Sequence[Record]) -> list[Issue]:
    """The issues that the closes in a log lead to."""
    issues: list[Issue] = []
    since = 0
    for record in records:
        if record["type"] != "period-closed":
            continue
        position = record["data"]["position"]
        known = frame_of(records).filter(pl.col("position") <= position)
        period = PayoutPeriod.parse(record["data"]["period"])
        issues.append(answer(everything(known), period, issues=issues, since=since).issue)
        since = position
    return issues


@slowly
@given(st.data())
def test_the_kernel_states_what_the_oracle_states(data: st.DataObject) -> None:
    log = data.draw(arrivals(data.draw(histories())))
    ours = issued(log)
    theirs = law.statements(log)
    assert len(ours) == len(theirs)
    for issue, statement in zip(ours, theirs, strict=True):
        assert (str(issue.period), issue.number) == (statement.period, statement.issue)
        lines = issue.lines.select("payee", "period", "component", "plan", "amount", "fact_id")
        assert sorted(lines.iter_rows()) == sorted(
            (
                line.key.payee,
                PayoutPeriod.parse(line.key.period).number,
                line.key.component,
                line.key.plan,
                line.amount,
                line.key.fact[1],
            )
            for line in statement.lines
        )
