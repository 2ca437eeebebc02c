"""Options of commands that are cut into buckets."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from evenhand.cli.run_options import (
    BucketCount,
    Engine,
    Master,
    MemoryBytes,
    OnEngine,
    ToldProgress,
    WorkerCount,
    running,
)
from evenhand.runs.local import Crew, InThisProcess, InWorkers
from evenhand.runs.progress import Telling, watching
from tests.runs.toys import Odd

app = typer.Typer()


@app.command()
def command(  # noqa: PLR0917 - its options are its parameters
    engine: OnEngine = Engine.LOCAL,
    master: Master = None,
    workers: WorkerCount = None,
    memory: MemoryBytes = None,
    buckets: BucketCount = None,
    progress: ToldProgress = Telling.AUTO,
) -> None:
    """Says who would compute what."""
    with (
        running(engine, master=master, workers=workers, memory_bytes=memory) as runner,
        watching(progress),
    ):
        typer.echo(f"{runner} {buckets}")
        typer.echo(sorted(runner.map(Odd(), [0, 2])))


def said(*words: str) -> str:
    result = CliRunner().invoke(app, words, terminal_width=200)
    return result.output


def test_one_worker_computes_in_this_process() -> None:
    assert said("--workers", "1", "--buckets", "8") == f"{InThisProcess()} 8\n[(0, 0), (2, 2)]\n"


@pytest.mark.parametrize(
    ("size", "size_bytes"),
    [("900000000", 900_000_000), ("900M", 900 * 2**20), ("4GiB", 4 * 2**30), ("4 gb", 4 * 2**30)],
)
def test_memory_is_written_as_people_write_it(size: str, size_bytes: int) -> None:
    expected = Crew(InWorkers(workers=1, memory_bytes=size_bytes))
    assert said("--workers", "1", "--memory", size).startswith(str(expected))


@pytest.mark.parametrize("size", ["", "much", "0", "-4G", "4 parsecs"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    assert "a size is written as 800M, 4G or 4GiB" in said("--memory", size)


def test_spark_is_asked_for_by_name(tmp_path: Path) -> None:
    assert "needs --engine spark" in said("--master", "local[2]")
    assert "Spark's own settings say that" in said("--engine", "spark", "--workers", "2")
