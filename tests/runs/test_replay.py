"""A replay gives the same lines whoever runs its stages, and wherever they are kept."""

import polars as pl
import pytest

from bench.generator import records
from engine.reading import read
from evenhand.cases import made
from evenhand.cases.replaying import replayed
from evenhand.cases.tasks import Job
from evenhand.runs.local import InThisProcess, InWorkers
from evenhand.runs.progress import Silent
from evenhand.runs.spark import OnSpark
from evenhand.runs.stores import Store, parquet, store_at
from evenhand.runs.work import working
from replay.runs import Runner, question
from replay.stages import Question
from schemas.frames import KEY
from tests.cases.parts import whole

EVENTS, SEALED = 3_000, 2_500


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    return records(EVENTS)


def lines(log: pl.DataFrame, store: Store, runner: Runner) -> pl.DataFrame:
    """All lines of a log: most of it in a case store of four buckets, the rest after that."""
    asked, told = Question(position=EVENTS), read(log)
    cases = made(lambda: [told[:SEALED]], store, "cases", buckets=4)
    store.put("later.parquet", parquet(told[SEALED:]))
    job = Job(cases.place, f"{store.place}/later.parquet", asked)
    with working(store, question({"events": EVENTS}), runner, Silent()) as work:
        return pl.concat(replayed(job, work.run).lines()).collect().sort(KEY)


def test_of_a_company_in_one_process_in_two_workers_and_on_spark(
    place: str, log: pl.DataFrame, on_spark: OnSpark
) -> None:
    expected = whole(log, Question(position=EVENTS))
    assert expected.height > 100
    for name, runner in (
        ("alone", InThisProcess()),
        ("workers", InWorkers(workers=2, memory_bytes=2**30)),
        ("spark", on_spark),
    ):
        found = lines(log, store_at(f"{place}/{name}"), runner)
        assert parquet(found) == parquet(expected), name
