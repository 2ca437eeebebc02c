"""Every earned line of every period: computed in parts, put together in order, with a digest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import polars as pl

from engine.earned import SEMANTICS
from evenhand.cases.making import made
from evenhand.cases.places import standing
from evenhand.cases.records import Stretches
from evenhand.cases.replaying import Found, replayed
from evenhand.cases.spans import spans
from evenhand.cases.store import LAYOUT, CaseStore
from evenhand.cases.tasks import Job
from evenhand.runs.stores import Store, parquet
from evenhand.runs.work import Work, working
from evenhand.sql.log import SqlLog
from replay.runs import Runner, Watcher, question
from replay.stages import Question
from schemas.frames import KEY
from schemas.statements import LINES

LINES_A_FILE: Final = 500_000
"""At most about so many lines are put in order at a time."""
ABOUT: Final = "about.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the lines are, how many, and the SHA-256 of them in order of their keys."""

    place: str
    lines: int
    digest: str
    records_of_store: int
    records_later: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a log, where its work and answer are kept, and who computes it."""

    question: Question
    store: Store
    runner: Runner
    watcher: Watcher
    buckets: int | None = None


def answered(log: SqlLog, asked: Asked) -> Answer:
    """The answer, computed unless it is there. A run that was stopped goes on where it was."""
    cases, later = _prepared(log, asked)
    with working(asked.store, _digest(asked, cases), asked.runner, asked.watcher) as work:
        if not work.answered:
            _compute(work, asked, cases, later)
        told = json.loads(work.answer.content(ABOUT) or b"{}")
        return Answer(
            place=work.answer.place,
            records_of_store=cases.through,
            records_later=later.height,
            **told,
        )


def _prepared(log: SqlLog, asked: Asked) -> tuple[CaseStore, pl.DataFrame]:
    """The case store of what is sealed, else of all that is asked about; and the records after."""
    position = asked.question.position
    known = Stretches.of(log)
    cases = None if asked.buckets else standing(log)
    if cases is None:
        through, which = known.sealed_through(position) or (position, "unsealed")
        name = f"cases/{which}-{through}-{asked.buckets or 'auto'}-{LAYOUT}"
        cases = made(lambda: known.frames(through), asked.store, name, buckets=asked.buckets)
    return cases, known.records(position, after=cases.through)


def _digest(asked: Asked, cases: CaseStore) -> str:
    told = asked.question
    return question(
        {
            "cases": cases.place,
            "position": told.position,
            "effective_by": str(told.effective_by),
            "through": str(told.through),
            "only": str(told.only),
            "semantics": SEMANTICS,
        }
    )


def _compute(work: Work, asked: Asked, cases: CaseStore, later: pl.DataFrame) -> None:
    name = f"later/{asked.question.position}-{cases.through}.parquet"
    asked.store.put(name, parquet(later))
    job = Job(cases.place, f"{asked.store.place}/{name}", asked.question)
    found = replayed(job, work.run)
    with work.answering() as answer:
        lines, sums = 0, sha256()
        for number, frame in enumerate(_in_order(found)):
            answer.put(f"lines-{number:05d}.parquet", parquet(frame))
            sums.update(_text(frame))
            lines += frame.height
        about = {"lines": lines, "digest": sums.hexdigest()}
        answer.put(ABOUT, json.dumps(about).encode())


def _in_order(found: Found) -> Iterator[pl.DataFrame]:
    """All lines in order of their keys, some payees at a time."""
    payees = (lines.group_by("payee").len().collect() for lines in found.lines())
    for span in spans(payees, LINES_A_FILE):
        yield span.read(found.lines()).sort(KEY)


def _text(lines: pl.DataFrame) -> bytes:
    """Lines as text, a JSON object a line: what the digest is over."""
    return lines.select(*LINES).write_ndjson().encode()
