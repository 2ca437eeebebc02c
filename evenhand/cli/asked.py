"""The log that a command asks for statements, with whoever computes them."""

from collections.abc import Generator
from contextlib import contextmanager

from evenhand.cli.run_options import running
from evenhand.runs.progress import Telling, watching
from evenhand.stating import Stating, stating
from evenhand.wiring import open_log


@contextmanager
def asked(
    log: str | None,
    *,
    known_at: str | None = None,
    effective_by: str | None = None,
    workers: int | None = None,
    memory_bytes: int | None = None,
    progress: Telling = Telling.NONE,
) -> Generator[Stating]:
    """A log as its options say; raises what opening it and `stating` raise."""
    with (
        open_log(log) as opened,
        running(workers=workers, memory_bytes=memory_bytes) as runner,
        watching(progress) as watcher,
        stating(opened, runner, watcher, known_at=known_at, effective_by=effective_by) as told,
    ):
        yield told
