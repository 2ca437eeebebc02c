"""A history computed in parts: a case store of what came first, the rest after it, in buckets."""

from pathlib import Path

import polars as pl

from engine.earned import earned, named
from engine.reading import read
from engine.world import world
from evenhand.cases import made
from evenhand.cases.replaying import Stage, replayed
from evenhand.cases.tasks import Job
from evenhand.runs.leaving import Leaves, Leaving
from evenhand.runs.stores import Folder
from replay.runs import Frames, Task
from replay.stages import Question
from schemas.frames import KEY
from schemas.statements import LINES


def whole(records: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The lines of all records (RECORDS) at once."""
    known = records.filter(pl.col("position") <= question.position)
    told = world(known, effective_by=question.effective_by)
    lines = earned(told, through=question.through if question.only is None else question.only)
    if question.only is not None:
        lines = lines.filter(pl.col("period") == question.only)
    return named(lines, told).select(*LINES)


def in_parts(
    records: pl.DataFrame, question: Question, sealed: int, buckets: int, folder: Path
) -> pl.DataFrame:
    """The same lines from a store of the first `sealed` records and those after them."""
    told = read(records)
    frames = [told[: sealed // 2], told[sealed // 2 : sealed]]
    store = made(lambda: frames, Folder(folder), "store", buckets=buckets)
    later = folder / "later.parquet"
    told[sealed:].write_parquet(later)
    job = Job(store.place, str(later), question)

    return pl.concat(replayed(job, stages_in(folder)).lines()).collect().sort(KEY)


def stages_in(folder: Path) -> Stage:
    """Stages that leave what they found in a folder, computed one bucket after the other."""

    def stage(name: str, task: Task[Frames], buckets: range) -> Leaves:
        leaves = Leaves(Folder(folder / name))
        for bucket in reversed(buckets):
            Leaving(task, leaves)(bucket)
        return leaves

    return stage
