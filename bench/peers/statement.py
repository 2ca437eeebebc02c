"""The statements of an open month, all before it closed, from the case store in parts."""

from pathlib import Path
from typing import Final

import polars as pl

from bench.peers import ours
from engine.balances import balances
from engine.payable import payable
from evenhand.cases.replaying import Stage
from evenhand.cases.store import CaseStore
from evenhand.cases.tasks import Job
from evenhand.cases.told import InParts
from evenhand.runs.local import at_work, for_so_many, local
from evenhand.runs.progress import Silent
from evenhand.runs.stores import Folder
from evenhand.runs.work import Work
from replay.periods import stated_lines
from replay.runs import Runner
from replay.stages import Question
from replay.stating import Told, answer, everything
from schemas.calendar import PayoutPeriod
from schemas.frames import READ
from schemas.kept_issues import issue_of
from schemas.statements import Issue

PERIOD: Final = PayoutPeriod.parse("2026-12")
"""The last of the log."""
BEFORE: Final = "before.json"
"""One issue, of the month before, with all that was earned until then."""
prepare = ours.prepare


def close_before(segments: Path, events: int) -> None:
    """Close all months before on what is known then, and keep the issue beside the segments."""
    known = known_then(events)
    log = pl.scan_parquet(segments / "*.parquet").filter(pl.col("position") <= known)
    last = PayoutPeriod(PERIOD.number - 1)
    told = everything(log.select(*READ).collect(), through=last)
    due = payable(told.lines, stated_lines([]), period=last, issue=1)  # no causes: all at once
    cash, ledger = balances(due, [], told, last)
    found = Issue(period=last, number=1, lines=due, balances=cash, ledger=ledger)
    (segments.parent / BEFORE).write_bytes(found.document())


def known_then(events: int) -> int:
    """The position up to which everything is known when the month before is closed."""
    return events * 23 // 24


def replay(segments: Path, out: Path) -> None:
    """The issue of the month, as it would be kept."""
    cases = CaseStore.at(str(segments.parent / "cases")).checked()
    with at_work(local()) as runner:
        told = in_parts(segments, out, for_so_many(runner, cases.buckets))
        state(told, segments.parent, out, cases.through)


def state(told: Told, folder: Path, out: Path, events: int) -> None:
    """Write the issue of the month that a log tells of."""
    issues = [issue_of((folder / BEFORE).read_bytes())]
    found = answer(told, PERIOD, issues=issues, since=known_then(events)).issue
    (out / "issue.json").write_bytes(found.document())


def in_parts(segments: Path, out: Path, runner: Runner) -> InParts:
    """The log of segments (READ as Parquet), through the case store beside them."""

    def stages(job: Job) -> Stage:
        return Work(Folder(out), f"{job.question.through}", runner, Silent()).run

    def after(position: int) -> pl.DataFrame:
        log = pl.scan_parquet(segments / "*.parquet").select(*READ)
        return log.filter(pl.col("position") > position).collect()

    question = Question(position=2**62, through=PERIOD.number)
    job = Job(str(segments.parent / "cases"), str(segments.parent / ours.LATER), question)
    return InParts(job, stages, after)
