"""A run that is killed goes on where it was, and an answer is there whole or not at all."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from evenhand.runs.errors import WorkerDied
from evenhand.runs.local import InThisProcess, InWorkers
from evenhand.runs.progress import Silent
from evenhand.runs.stores import Folder, Store, store_at
from evenhand.runs.work import working
from replay.runs import Figures, Runner, question
from tests.runs.toys import BUCKETS, QUESTION, Dying, Squares, answered, digest

MOMENTS_S = (0, 0.4, 0.1, 0.2)
"""When runs are killed, after their first sign of life."""


class Noted(Silent):
    """What a watcher was told, in order."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def begun(self, stage: str, buckets: int, kept: int) -> None:
        self.notes.append(f"{stage}: {kept} of {buckets} kept")

    def done(self, stage: str, bucket: int, figures: Figures) -> None:  # noqa: ARG002 - as others have it
        assert figures.rows > 0
        assert figures.peak_bytes > 0

    def ended(self, stage: str) -> None:
        self.notes.append(f"{stage} ended")

    def stopped(self, stage: str) -> None:
        self.notes.append(f"{stage} stopped")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the answer of a run that nobody disturbed."""
    return answered(Folder(tmp_path_factory.mktemp("undisturbed")), InThisProcess())


def begun(
    url: str | Path, workers: int = 2, pause_s: float = 0.05, engine: str = "local"
) -> subprocess.Popen[str]:
    """The toys as a program of its own."""
    words = [str(url), engine, str(workers), str(pause_s)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.runs.program", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(program: subprocess.Popen[str]) -> tuple[int, str, list[str]]:
    """Its exit code, what it printed, and its lines on standard error."""
    out, err = program.communicate(timeout=300)
    return program.returncode, out.strip(), err.splitlines()


def events(lines: Sequence[str]) -> list[str]:
    return [json.loads(line)["event"] for line in lines if line.startswith("{")]


def after_buckets(program: subprocess.Popen[str], count: int) -> None:
    """Waits until so many buckets are done."""
    assert program.stderr is not None
    for line in program.stderr:
        count -= "bucket-done" in line
        if not count:
            return


def test_an_answer_is_asked_for_once(tmp_path: Path, expected: str) -> None:
    first, second = Noted(), Noted()
    assert answered(Folder(tmp_path), InThisProcess(), first) == expected
    assert answered(Folder(tmp_path), InThisProcess(), second) == expected
    assert first.notes == [
        "squares: 0 of 6 kept",
        "squares ended",
        "sums: 0 of 6 kept",
        "sums ended",
    ]
    assert second.notes == []


def test_an_answer_says_which_files_it_has(place: str) -> None:
    answered(store_at(place), InThisProcess())
    answer = store_at(f"{place}/answers/{QUESTION}")
    told = json.loads(answer.content("answer.json") or b"")
    assert told["question"] == QUESTION
    assert told["files"] == {
        name: size for name, size in answer.sizes().items() if name != "answer.json"
    }


def test_the_folder_of_the_work_is_gone_once_it_is_answered(tmp_path: Path) -> None:
    answered(Folder(tmp_path), InThisProcess())
    assert [each.name for each in (tmp_path / "work").iterdir()] == []


def test_a_worker_is_killed_and_the_next_run_goes_on(
    place: str, two_workers: Runner, tmp_path: Path
) -> None:
    task, noted = Dying(tmp_path / "died"), Noted()
    store = store_at(place)
    with pytest.raises(WorkerDied), working(store, QUESTION, two_workers, noted) as work:
        work.run("squares", task, BUCKETS)
    with working(store, QUESTION, two_workers, noted) as work:
        squares = work.run("squares", task, BUCKETS)
        assert set(squares.kept()) == set(BUCKETS)
    assert noted.notes[1] == "squares stopped"
    assert noted.notes[2] > "squares: 1"


@pytest.mark.parametrize(("engine", "workers"), [("local", 1), ("local", 2), ("spark", 2)])
def test_ctrl_c_says_how_to_go_on_and_the_next_run_does(
    tmp_path: Path, expected: str, engine: str, workers: int
) -> None:
    program = begun(tmp_path, workers, 0.3, engine)
    after_buckets(program, 2)
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does
    code, out, err = ended(program)
    assert (code, out) == (1, "")
    assert len(err) == len(events(err)) + 1, "nothing else is said"
    assert events(err)[-1] == "stage-stopped"
    assert err[-1].startswith("run-cancelled: The run was stopped in the stage squares, with ")
    assert err[-1].endswith("run the same command again, and it goes on with what is missing.")
    code, out, err = ended(begun(tmp_path, pause_s=0))
    assert (code, out) == (0, expected)
    [first, *_] = [json.loads(line) for line in err]
    assert first["kept"] >= 2


@pytest.mark.parametrize("url", ["folder", "objects"])
def test_a_run_that_is_killed_again_and_again_never_leaves_half_an_answer(
    request: pytest.FixtureRequest, tmp_path: Path, expected: str, url: str
) -> None:
    place = str(tmp_path)
    if url == "objects":
        place = f"s3://{request.getfixturevalue('objects').create_bucket()}/killed"
    answer = store_at(f"{place}/answers/{QUESTION}")
    for moment in MOMENTS_S:
        killed(begun(place), moment)
        assert answer.content("answer.json") is not None or nothing_in(answer)
    code, out, _ = ended(begun(place, pause_s=0))
    assert (code, out) == (0, expected)
    assert digest(answer) == expected


def killed(program: subprocess.Popen[str], after_s: float) -> None:
    """Ends the program some time after it has begun to work, unless it is done before."""
    with program:
        assert program.stderr is not None
        program.stderr.readline()
        time.sleep(after_s)
        program.kill()


def nothing_in(answer: Store) -> bool:
    """Whether nobody can take what is there for an answer."""
    return not isinstance(answer, Folder) or not answer.path.exists()


def test_workers_end_when_whoever_gives_them_orders_is_killed(tmp_path: Path) -> None:
    program = begun(tmp_path, pause_s=2)
    time.sleep(0.1)
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
    while not (found := children.read_text().split()):
        time.sleep(0.01)
    program.kill()
    ended(program)
    until = time.monotonic() + 60
    while any(Path(f"/proc/{each}").exists() for each in found):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_two_runs_of_one_question_side_by_side_answer_the_same(
    tmp_path: Path, expected: str
) -> None:
    runs = [begun(tmp_path, workers) for workers in (1, 2, 1)]
    assert [ended(run)[:2] for run in runs] == [(0, expected)] * 3
    assert [each.name for each in (tmp_path / "work").iterdir()] == []


def test_runs_of_other_questions_do_not_mix(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    small, large = question({"rows": 10}), question({"rows": 20})
    for asked, rows in ((small, 10), (large, 20)):
        with working(store, asked, InThisProcess(), Silent()) as work:
            kept = work.run("squares", Squares(rows), BUCKETS).kept()
            assert {left.figures.rows for left in kept.values()} == {rows + 1}


def test_a_file_that_was_cut_short_is_made_again(tmp_path: Path, expected: str) -> None:
    store = Folder(tmp_path)
    with working(store, QUESTION, InThisProcess(), Silent()) as work:
        work.run("squares", Squares(), BUCKETS)
    [cut] = tmp_path.rglob("00004.squares.parquet")
    cut.write_bytes(cut.read_bytes()[:100])
    noted = Noted()
    assert answered(store, InThisProcess(), noted) == expected
    assert noted.notes[0] == "squares: 5 of 6 kept"


def test_the_number_of_workers_does_not_show_in_what_is_kept(tmp_path: Path) -> None:
    def kept(runner: Runner, name: str) -> dict[str, bytes]:
        with working(Folder(tmp_path / name), QUESTION, runner, Silent()) as work:
            work.run("squares", Squares(), BUCKETS)
        files = sorted((tmp_path / name).rglob("*.parquet"))
        return {each.name: each.read_bytes() for each in files}

    assert kept(InThisProcess(), "one") == kept(InWorkers(workers=2), "two")
