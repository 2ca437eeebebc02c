"""What became of a bucket, as it travels from whoever computed it to whoever asked."""

import pickle
from dataclasses import dataclass
from traceback import format_exception
from typing import Any, Generic, TypeVar

from replay.runs import Task

Given = TypeVar("Given")


class Elsewhere(Exception):
    """Where an error happened in another process: shown below the error that it belongs to."""


@dataclass(frozen=True, slots=True)
class Done(Generic[Given]):
    """The task gave something."""

    given: Given


@dataclass(frozen=True, slots=True)
class Failed:
    """The task raised an error; most of ours build their own message, so it travels in parts."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    attributes: dict[str, Any]
    trace: str

    def error(self) -> BaseException:
        """The error again, with the place where it happened as its cause."""
        error = self.kind.__new__(self.kind)
        error.args = self.arguments
        error.__dict__.update(self.attributes)
        error.__cause__ = Elsewhere(f"\n{self.trace}")
        return error


def tried(task: Task[Given], bucket: int, expected: type[BaseException]) -> Done[Given] | Failed:
    """What became of a bucket; errors that are not expected are raised."""
    try:
        return Done(task(bucket))
    except expected as error:
        return _failed(error)


def _failed(error: BaseException) -> Failed:
    trace = "".join(format_exception(error))
    told = Failed(type(error), error.args, dict(vars(error)), trace)
    try:
        pickle.loads(pickle.dumps(told))  # noqa: S301 - what we wrote ourselves
    except Exception:  # noqa: BLE001 - whatever it holds that cannot travel, its words can
        return Failed(RuntimeError, (str(error),), {}, trace)
    return told
