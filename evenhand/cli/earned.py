"""Every earned line of every period, in parts: on this machine, or on Spark."""

from typing import Annotated

import typer

from evenhand.asking import bounds
from evenhand.cases.answers import Asked, answered
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


def earned(
    to: Annotated[
        str, typer.Option("--to", metavar="PLACE", help="A folder or s3://bucket/prefix.")
    ],
    through: Annotated[
        str | None, typer.Option("--through", metavar="PERIOD", help="The last period.")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="No other period.")
    ] = None,
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
    with open_log(log) as opened:
        position, by = bounds(opened, known_at, effective_by)
        question = Question(
            position=position,
            effective_by=by,
            through=None if through is None else period_of(through).number,
            only=None if only is None else period_of(only).number,
        )
        with (
            running(engine, master=master, workers=workers, memory_bytes=memory) as runner,
            watching(progress) as watcher,
        ):
            asked = Asked(
                question=question,
                store=store_at(to),
                runner=runner,
                watcher=watcher,
                buckets=buckets,
            )
            answer = answered(opened, asked)
    say(
        f"read {answer.records_of_store:,} records from the case store and "
        f"{answer.records_later:,} after it, as known at position {position}"
    )
    show(
        [{"lines": answer.lines, "digest": answer.digest, "place": answer.place}],
        form,
        ("lines", "digest", "place"),
    )
