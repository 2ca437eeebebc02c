"""The work on one question: kept bucket by bucket, resumed after a kill, answered all at once.

    work/<question>/<stage>/00007.<table>.parquet   what bucket 7 left
    work/<question>/<stage>/00007.json              that all of it is there
    answers/<question>/                             the answer, whole

Names depend on the question alone. So a run that was killed goes on with what is missing, whoever
runs it; runs of other questions are elsewhere; and two runs of one question write the same bytes
under the same names, each skipping what the other has finished.
"""

import json
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from secrets import token_hex

from evenhand.runs.errors import RunCancelled
from evenhand.runs.leaving import Leaves, Leaving
from evenhand.runs.objects import LAST
from evenhand.runs.stores import Store
from replay.runs import Frames, Runner, Task, Watcher


@dataclass(frozen=True, slots=True)
class Work:
    """The work on a question (its digest, from `replay.runs.question`)."""

    store: Store
    question: str
    runner: Runner
    watcher: Watcher

    @property
    def answered(self) -> bool:
        """Whether the answer is there."""
        return self.answer.content(LAST) is not None

    @property
    def answer(self) -> Store:
        """Where the answer is, or will be."""
        return self.store.under(f"answers/{self.question}")

    def run(self, stage: str, task: Task[Frames], buckets: Sequence[int]) -> Leaves:
        """What all buckets of a stage left; those that are there already are not computed again."""
        leaves = Leaves(self.store.under(f"work/{self.question}/{stage}"))
        kept = leaves.kept().keys()
        missing = [bucket for bucket in buckets if bucket not in kept]
        finished = len(buckets) - len(missing)
        self.watcher.begun(stage, len(buckets), finished)
        try:
            with closing(self.runner.map(Leaving(task, leaves), missing)) as computed:
                for bucket, left in computed:
                    finished += 1
                    self.watcher.done(stage, bucket, left.figures)
        except KeyboardInterrupt:
            self.watcher.stopped(stage)
            raise RunCancelled(stage, finished, len(buckets)) from None
        except BaseException:
            self.watcher.stopped(stage)
            raise
        self.watcher.ended(stage)
        return leaves

    @contextmanager
    def answering(self) -> Generator[Store]:
        """A place for the files of the answer, which appears under its name when all are there."""
        name = f"work/{self.question}/answer-{token_hex(4)}"
        staged = self.store.under(name)
        yield staged
        files = {"question": self.question, "files": dict(sorted(staged.sizes().items()))}
        staged.put(LAST, json.dumps(files, indent=1).encode())
        self.store.publish(name, f"answers/{self.question}")


@contextmanager
def working(store: Store, question: str, runner: Runner, watcher: Watcher) -> Generator[Work]:
    """The work on a question; once it is answered, the last one at work clears up."""
    work = Work(store, question, runner, watcher)
    folder = f"work/{question}"
    with store.held(folder) as hold:
        yield work
        if work.answered and hold is not None and hold.last():
            store.under(folder).drop()
            hold.forget()
