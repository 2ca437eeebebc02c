"""Options of commands whose work is cut into buckets, and the runner that they ask for."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Final

import typer

from evenhand.runs.local import at_work, local
from evenhand.runs.progress import Telling
from evenhand.runs.spark import LOCAL, spark
from replay.runs import Runner

_UNITS: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_SIZE: Final = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


class Engine(StrEnum):
    """Who computes buckets."""

    LOCAL = "local"
    SPARK = "spark"


def _bytes(text: str) -> int:
    """A size as people write it, in bytes; a K is 1024."""
    told = _SIZE.fullmatch(text.strip())
    size = int(told[1]) * _UNITS[told[2].upper()] if told else 0
    if not size:
        raise typer.BadParameter("a size is written as 800M, 4G or 4GiB")
    return size


OnEngine = Annotated[
    Engine, typer.Option("--engine", help="This machine, or Apache Spark: the answer is the same.")
]
Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Of Spark; default local[*], Spark right here."),
]
WorkerCount = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Processes here; default one for each processor."),
]
MemoryBytes = Annotated[
    int | None,
    typer.Option(
        "--memory", metavar="SIZE", parser=_bytes, help="For all processes here, as in 4GiB."
    ),
]
BucketCount = Annotated[
    int | None,
    typer.Option("--buckets", min=1, help="Parts the work is cut into; more take less memory."),
]
ToldProgress = Annotated[
    Telling, typer.Option("--progress", help="How to tell progress, on standard error.")
]


@contextmanager
def running(
    engine: Engine = Engine.LOCAL,
    *,
    master: str | None = None,
    workers: int | None = None,
    memory_bytes: int | None = None,
) -> Generator[Runner]:
    """The runner that the options ask for, as long as it is needed."""
    if engine is Engine.SPARK:
        _refuse({"--workers": workers, "--memory": memory_bytes}, "Spark's own settings say that")
        with spark(master or LOCAL) as runner:
            yield runner
    else:
        _refuse({"--master": master}, "it needs --engine spark")
        with at_work(local(workers, memory_bytes)) as runner:
            yield runner


def _refuse(options: dict[str, str | int | None], why: str) -> None:
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter(why, param_hint=name)
