"""How far a run is, on standard error: bars on a terminal, lines elsewhere, or events as JSON."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from replay.runs import Figures, Watcher


class Telling(StrEnum):
    """How progress is told."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"
    NONE = "none"


class Silent:
    """Tells nothing."""

    def begun(self, stage: str, buckets: int, kept: int) -> None:
        """Nothing."""

    def done(self, stage: str, bucket: int, figures: Figures) -> None:
        """Nothing."""

    def ended(self, stage: str) -> None:
        """Nothing."""

    def stopped(self, stage: str) -> None:
        """Nothing."""


class Events:
    """An event a line, as JSON, for programs that watch: what the web follows."""

    def begun(self, stage: str, buckets: int, kept: int) -> None:
        """`stage-begun`, with its buckets and how many are kept from an earlier run."""
        _event("stage-begun", stage, buckets=buckets, kept=kept)

    def done(self, stage: str, bucket: int, figures: Figures) -> None:
        """`bucket-done`, with what it took."""
        _event("bucket-done", stage, bucket=bucket, **asdict(figures))

    def ended(self, stage: str) -> None:
        """`stage-ended`."""
        _event("stage-ended", stage)

    def stopped(self, stage: str) -> None:
        """`stage-stopped`: the run does not go on."""
        _event("stage-stopped", stage)


class Lines:
    """A line at the beginning, at each tenth, and at the end: for logs."""

    def __init__(self) -> None:
        self._buckets = self._finished = self._rows = 0

    def begun(self, stage: str, buckets: int, kept: int) -> None:
        """How many buckets there are."""
        self._buckets, self._finished, self._rows = buckets, kept, 0
        many = "1 bucket" if buckets == 1 else f"{buckets} buckets"
        _say(f"{stage}: {many}" + (f", {kept} of them kept" if kept else ""))

    def done(self, stage: str, bucket: int, figures: Figures) -> None:  # noqa: ARG002 - as others have it
        """How many are done, when another tenth of them is."""
        before = self._finished * 10 // self._buckets
        self._finished += 1
        self._rows += figures.rows
        if self._finished < self._buckets and self._finished * 10 // self._buckets > before:
            _say(f"{stage}: {self._finished} of {self._buckets}")

    def ended(self, stage: str) -> None:
        """What was computed."""
        _say(f"{stage}: done, {self._rows} new rows")

    def stopped(self, stage: str) -> None:
        """How far it came."""
        _say(f"{stage}: stopped at {self._finished} of {self._buckets}")


class Bars:
    """A bar a stage, with the time that is left."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def begun(self, stage: str, buckets: int, kept: int) -> None:
        """A new bar, as far as earlier runs came."""
        self._bars[stage] = self._progress.add_task(stage, total=buckets, completed=kept)

    def done(self, stage: str, bucket: int, figures: Figures) -> None:  # noqa: ARG002 - as others have it
        """The bar grows."""
        self._progress.advance(self._bars[stage])

    def ended(self, stage: str) -> None:
        """The bar is full, and its clock stops."""
        self._progress.stop_task(self._bars[stage])

    def stopped(self, stage: str) -> None:
        """The bar stays as it is."""
        self._progress.stop_task(self._bars[stage])


@contextmanager
def watching(telling: Telling) -> Generator[Watcher]:
    """A watcher that tells progress so; `auto` are bars on a terminal, and lines elsewhere."""
    match telling:
        case Telling.AUTO if sys.stderr.isatty():
            with _progress() as progress:
                yield Bars(progress)
        case Telling.AUTO | Telling.PLAIN:
            yield Lines()
        case Telling.JSON:
            yield Events()
        case Telling.NONE:
            yield Silent()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _event(event: str, stage: str, **more: int) -> None:
    _say(json.dumps({"event": event, "stage": stage, **more}))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - stderr is words
