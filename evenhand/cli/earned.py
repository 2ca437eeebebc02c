"""Every earned line of every period, in parts: on this machine, or on Spark."""

from typing import Annotated

import typer

from evenhand.asking import bounds
from evenhand.cases.answers import Answer, Asked, answered
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format, say, show
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
from evenhand.runs.progress import Telling, watching
from evenhand.runs.stores import store_at
from evenhand.times import period_of
from evenhand.wiring import open_log
from replay.stages import Question

To = Annotated[str, typer.Option("--to", metavar="PLACE", help="A folder or s3://bucket/prefix.")]
Through = Annotated[
    str | None, typer.Option("--through", metavar="PERIOD", help="The last period.")
]
Only = Annotated[str | None, typer.Option("--period", metavar="PERIOD", help="No other period.")]


def earned(
    to: To,
    through: Through = None,
    only: Only = None,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    engine: OnEngine = Engine.LOCAL,
    master: Master = None,
    workers: WorkerCount = None,
    memory: MemoryBytes = None,
    buckets: BucketCount = None,
    progress: ToldProgress = Telling.AUTO,
    form: Form = Format.TABLE,
) -> None:
    """Compute every earned line of every period, as Parquet in order of payee; resumable."""
    with (
        open_log(log) as opened,
        running(engine, master=master, workers=workers, memory_bytes=memory) as runner,
        watching(progress) as watcher,
    ):
        position, counts = bounds(opened, known_at, effective_by)
        question = Question(
            position=position, effective_by=counts, through=_number(through), only=_number(only)
        )
        asked = Asked(
            question=question,
            store=store_at(to),
            runner=runner,
            watcher=watcher,
            buckets=buckets,
        )
        answer = answered(opened, asked)
    _told(answer, position, form)


def _number(period: str | None) -> int | None:
    return None if period is None else period_of(period).number


def _told(answer: Answer, position: int, form: Format) -> None:
    say(
        f"read {answer.records_of_store:,} records from the case store and "
        f"{answer.records_later:,} after it, as known at position {position}"
    )
    row = {"lines": answer.lines, "digest": answer.digest, "place": answer.place}
    show([row], form, tuple(row))
