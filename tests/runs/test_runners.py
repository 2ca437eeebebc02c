"""Whoever runs a task gives the same, and says what stands in the way in the same words."""

import sys
from pathlib import Path

import pytest

from evenhand.runs.errors import BucketFailed, BucketTooLarge, NotInstalled, WorkerDied
from evenhand.runs.local import InThisProcess, InWorkers, local, processors
from evenhand.runs.spark import OnSpark, spark
from evenhand.runs.stores import store_at
from replay.runs import Runner
from tests.runs.toys import BUCKETS, Dying, Hungry, Meeting, Odd, TooOdd, answered

MEBIBYTE = 2**20


@pytest.fixture(params=["one process", "two workers", "spark"])
def runner(request: pytest.FixtureRequest) -> Runner:
    match request.param:
        case "one process":
            return InThisProcess()
        case "two workers":
            return InWorkers(workers=2)
        case _:
            on_spark: OnSpark = request.getfixturevalue("on_spark")
            return on_spark


def test_one_process_two_workers_and_spark_answer_with_the_same_bytes(
    place: str, two_workers: Runner, on_spark: OnSpark, tmp_path: Path
) -> None:
    alone = answered(store_at(f"{tmp_path}/alone"), InThisProcess())
    assert answered(store_at(f"{place}/workers"), two_workers) == alone
    assert answered(store_at(f"{place}/spark"), on_spark) == alone


def test_every_bucket_is_given_once(runner: Runner) -> None:
    given = dict(runner.map(Odd(), [0, 2, 4]))
    assert given == {0: 0, 2: 2, 4: 4}


def test_nothing_to_do_is_done_at_once(runner: Runner) -> None:
    assert list(runner.map(Odd(), [])) == []


def test_an_error_of_ours_arrives_as_it_was_raised(runner: Runner) -> None:
    with pytest.raises(TooOdd, match=r"Bucket 3 is odd: three is\. Take another\.") as caught:
        list(runner.map(Odd(), BUCKETS))
    assert (caught.value.bucket, caught.value.why) == (3, "three is")


def test_a_bug_in_a_worker_shows_where_it_is(two_workers: Runner) -> None:
    with pytest.raises(ZeroDivisionError, match="by bucket 3") as caught:
        list(two_workers.map(Odd(bug=True), BUCKETS))
    assert "toys.py" in str(caught.value.__cause__)


def test_spark_says_which_bucket_failed_and_why(on_spark: OnSpark) -> None:
    with pytest.raises(BucketFailed, match=r"Bucket 3 .* ZeroDivisionError: by bucket 3"):
        list(on_spark.map(Odd(bug=True), BUCKETS))


def test_workers_share_the_processors(tmp_path: Path) -> None:
    told = dict(InWorkers(workers=2).map(Meeting(tmp_path), [0, 1])).values()
    assert len({process for process, _ in told}) == 2
    assert {threads for _, threads in told} == {max(1, processors() // 2)}


def test_spark_computes_buckets_side_by_side_with_a_thread_each(
    on_spark: OnSpark, tmp_path: Path
) -> None:
    told = dict(on_spark.map(Meeting(tmp_path), [0, 1])).values()
    assert len({process for process, _ in told}) == 2
    assert {threads for _, threads in told} == {1}


def test_a_worker_that_is_killed_is_told_with_its_bucket(
    two_workers: Runner, tmp_path: Path
) -> None:
    with pytest.raises(WorkerDied, match=r"Bucket 3 .* \(SIGKILL\)"):
        list(two_workers.map(Dying(tmp_path / "died"), BUCKETS))


def test_a_worker_that_is_killed_on_spark_is_told_with_its_bucket(
    on_spark: OnSpark, tmp_path: Path
) -> None:
    with pytest.raises(BucketFailed, match="Bucket 3 "):
        list(on_spark.map(Dying(tmp_path / "died"), BUCKETS))


def test_with_memory_for_one_bucket_one_is_computed_at_a_time(tmp_path: Path) -> None:
    tight = InWorkers(workers=2, memory_bytes=400 * MEBIBYTE)
    at_once = dict(tight.map(Hungry(200 * MEBIBYTE, tmp_path), BUCKETS))
    assert set(at_once.values()) == {1}


def test_with_memory_for_all_all_workers_work(tmp_path: Path) -> None:
    roomy = InWorkers(workers=2, memory_bytes=2_000 * MEBIBYTE)
    told = dict(roomy.map(Meeting(tmp_path, alone=frozenset({0})), [0, 1, 2]))
    assert told[1] != told[2]


def test_a_bucket_that_needs_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    tight = InWorkers(workers=1, memory_bytes=150 * MEBIBYTE)
    with pytest.raises(BucketTooLarge, match=r"Bucket 0 .* 150 MiB"):
        list(tight.map(Hungry(400 * MEBIBYTE, tmp_path), BUCKETS))


def test_whoever_stops_asking_stops_the_work(runner: Runner, tmp_path: Path) -> None:
    asked = runner.map(Hungry(8, tmp_path), range(30))
    next(asked)
    asked.close()
    assert list(asked) == []


def test_one_worker_without_a_limit_is_this_process() -> None:
    assert local(1) == InThisProcess()
    assert local() == local(processors())
    assert local(1, 10**9) == InWorkers(workers=1, memory_bytes=10**9)
    assert local(3) == InWorkers(workers=3)


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(NotInstalled, match="Java 17"), spark():
        pytest.fail("it started")


def test_spark_without_pyspark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(NotInstalled, match=r"pip install 'evenhand\[spark\]'"), spark():
        pytest.fail("it started")
