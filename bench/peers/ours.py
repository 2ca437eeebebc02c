"""The product's replay of all periods, in parts: from the case store to lines in each bucket.

The store is made before; what making it costs is a bench of its own.
"""

from pathlib import Path
from typing import Final

import polars as pl

from evenhand.cases.making import made
from evenhand.cases.replaying import replayed
from evenhand.cases.tasks import Job
from evenhand.runs.local import at_work, local
from evenhand.runs.progress import Silent
from evenhand.runs.stores import Folder
from evenhand.runs.work import working
from replay.runs import Runner, question
from replay.stages import Question
from schemas.frames import READ, empty

LATER: Final = "later.parquet"


def prepare(segments: Path, _: Path) -> None:
    """The case store of segments, beside them, made by whoever needs it first."""
    files = sorted(segments.glob("*.parquet"))
    made(lambda: map(pl.read_parquet, files), Folder(segments.parent), "cases")
    empty(READ).write_parquet(segments.parent / LATER)


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    with at_work(local()) as runner:
        lines(segments, out, runner)


def lines(
    segments: Path, out: Path, runner: Runner, *, only: int | None = None, later: str = LATER
) -> None:
    """The lines that a runner computes, of all periods or of one, kept bucket by bucket."""
    cases = str(segments.parent / "cases")
    job = Job(cases, str(segments.parent / later), Question(position=2**62, only=only))
    with working(Folder(out), question({"of": "bench"}), runner, Silent()) as work:
        replayed(job, work.run)
    for number, file in enumerate(sorted(out.rglob("*.lines.parquet"))):
        file.rename(out / f"{number:05d}.parquet")
