"""Statements of a log told in parts are those of the log told whole, to the byte."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from commands.handle import kept_by
from engine.explain import explained
from engine.memory import MemoryLog
from engine.payable import payable
from engine.reading import read
from engine.why_not import why_not
from engine.why_nothing import why_not_in
from evenhand.cases import made
from evenhand.cases.replaying import Stage
from evenhand.cases.tasks import Job
from evenhand.cases.told import InParts
from evenhand.runs.stores import Folder
from replay.periods import closes, stated_lines
from replay.stages import Question
from replay.stating import at, everything, replayed
from schemas.calendar import PayoutPeriod
from tests.cases.parts import stages_in
from tests.engine.living import closable, lived
from tests.stating import as_it_stands, computed_again
from tests.strategies import Record, arrivals, histories
from tests.strategies.attribution_themes import THEMES
from tests.strategies.paid_plans import paying_with
from tests.strategies.plan_parts import KINDS
from tests.strategies.quarrels import quarrels

slowly = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Sealed:
    """A log of which so many records are in a case store, asked in parts."""

    def __init__(self, log: MemoryLog, sealed: int, buckets: int, folder: Path) -> None:
        self.records, self.folder = read(log.columns()), folder
        first, later = self.records[:sealed], self.records[sealed:]
        self.store = made(lambda: [first], Folder(folder), "store", buckets=buckets)
        later.write_parquet(folder / "later.parquet")

    def told(self, period: PayoutPeriod | None, position: int | None = None) -> InParts:
        until = self.records.height if position is None else position
        last = None if period is None else period.number
        question = Question(position=until, through=last)
        job = Job(self.store.place, str(self.folder / "later.parquet"), question)
        known = self.records.filter(pl.col("position") <= until)

        def stages(job: Job) -> Stage:
            return stages_in(self.folder / f"{job.question.through}-{until}")

        return InParts(job, stages, lambda since: known.filter(pl.col("position") > since))


def same_in_parts(arrived: list[Record], data: st.DataObject) -> None:
    log = lived(closable(arrived))
    done = closes(log.columns())
    assume(done)
    sealed = data.draw(st.integers(1, log.head().position))
    buckets = data.draw(st.sampled_from([1, 2, 7]))
    following = PayoutPeriod(done[-1].period.number + data.draw(st.sampled_from([1, 3])))
    kept = kept_by(log)
    with TemporaryDirectory() as folder:
        parts = Sealed(log, sealed, buckets, Path(folder))
        for closed in (done[0], done[-1]):
            again = replayed(parts.told(closed.period, closed.position), closed, kept).issue
            assert again.document() == computed_again(log, closed).document()
            assert again.digest() == closed.digest
        ahead = at(parts.told(following), following, kept).issue
    assert ahead.document() == as_it_stands(log, following).document()


@settings(slowly, max_examples=30)
@given(arrived=histories().flatmap(arrivals), data=st.data())
def test_of_the_seeds_plan(arrived: list[Record], data: st.DataObject) -> None:
    same_in_parts(arrived, data)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=5)
@given(data=st.data())
def test_under_plans_with_every_kind_of_component(kind: str, data: st.DataObject) -> None:
    same_in_parts(data.draw(paying_with(kind).flatmap(arrivals)), data)


def explained_in_parts(arrived: list[Record], data: st.DataObject) -> None:
    """Every line is explained, and everybody told why not, as in the world of everything."""
    log = lived(closable(arrived))
    known = everything(log.columns())
    assume(not known.lines.is_empty())
    period = PayoutPeriod(known.lines["period"].to_list()[-1])
    [row, *_] = data.draw(st.permutations(list(_payable(known.lines, period))))
    sealed = data.draw(st.integers(1, log.head().position))
    nothing = stated_lines([])
    with TemporaryDirectory() as folder:
        parts = Sealed(log, sealed, data.draw(st.sampled_from([1, 3])), Path(folder))
        world = parts.told(None).concerning(row["payee"], [row["subject"]])
        assert explained(row, world, nothing) == explained(row, known.law, nothing)
        for deal in ("D1", "D2"):
            world = parts.told(None).concerning(row["payee"], [f"deal/{deal}"])
            told, expected = (why_not(row["payee"], deal, each) for each in (world, known.law))
            assert told == expected
        for part in {row["component"] for row in _payable(known.lines, period)}:
            told, expected = (
                why_not_in(row["payee"], part, period, each) for each in (world, known.law)
            )
            assert told == expected


def _payable(lines: pl.DataFrame, period: PayoutPeriod) -> Iterator[dict[str, Any]]:
    """What is earned up to a period, as if it were stated at once by its close."""
    yield from payable(
        lines.filter(pl.col("period") <= period.number), stated_lines([]), period=period, issue=1
    ).iter_rows(named=True)


@settings(slowly, max_examples=30)
@given(arrived=histories(), data=st.data())
def test_explanations_of_the_seeds_plan(arrived: list[Record], data: st.DataObject) -> None:
    explained_in_parts(arrived, data)


@pytest.mark.parametrize("kind", list(KINDS))
@settings(slowly, max_examples=5)
@given(data=st.data())
def test_explanations_under_plans_with_every_kind_of_component(
    kind: str, data: st.DataObject
) -> None:
    explained_in_parts(data.draw(paying_with(kind)), data)


@pytest.mark.parametrize("theme", list(THEMES))
@settings(slowly, max_examples=5)
@given(data=st.data())
def test_explanations_under_every_kind_of_policy(theme: str, data: st.DataObject) -> None:
    history: list[Record] = data.draw(quarrels(theme))
    explained_in_parts(history, data)
