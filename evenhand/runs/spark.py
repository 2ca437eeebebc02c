"""A runner on Apache Spark, which is only a scheduler here: numbers of buckets go out.

Executors read and write the store themselves, and send back what a bucket took. Each bucket is a
job of one task: so results arrive as they are done (the tasks of one job arrive together, or one
after the other), and a failure says whose it is. Spark tries a task again as its settings say.
"""

import os
import shutil
import signal
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile
from threading import current_thread, main_thread
from typing import Any, Final, Generic

from evenhand.runs.errors import BucketFailed, NotInstalled
from evenhand.runs.trying import Done, Failed, tried
from replay.runs import Given, Task
from schemas.errors import EvenhandError

LOCAL: Final = "local[*]"
_JOBS_MAX: Final = 256
"""So many buckets are waiting in Spark at once, each with a thread here."""
_JAVA: Final = "Java 17 or later, on PATH or at JAVA_HOME"
_EVERYWHERE: Final = {
    "spark.app.name": "evenhand",
    "spark.ui.showConsoleProgress": "false",  # we show our own
    "spark.executorEnv.POLARS_MAX_THREADS": "1",  # a task has one processor, as Spark counts them
}
_ON_THIS_MACHINE: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.python.authenticate.socketTimeout": "120s",  # a busy machine starts Python slowly
    "spark.driver.extraJavaOptions": "-Dlog4j2.configurationFile=file:"
    + str(Path(__file__).with_name("log4j2.properties")),
}


@dataclass(frozen=True, slots=True)
class OnSpark:
    """Computes buckets on the executors of a SparkContext."""

    context: Any

    def map(self, task: Task[Given], buckets: Sequence[int]) -> Generator[tuple[int, Given]]:
        """Each bucket and what the task gives for it, in the order in which they are done."""
        tag = f"evenhand-{token_hex(8)}"
        job = _Job(self.context, tag, _Trying(task))
        with ThreadPoolExecutor(min(len(buckets), _JOBS_MAX) or 1) as threads:
            running = {threads.submit(job.outcome, bucket): bucket for bucket in buckets}
            try:
                for done in as_completed(running):
                    yield running[done], _given(done.result())
            finally:
                for each in running:
                    each.cancel()
                self.context.cancelJobsWithTag(tag)


@dataclass(frozen=True, slots=True)
class _Trying(Generic[Given]):
    """What an executor does; what is no error of ours, Spark may try again."""

    task: Task[Given]

    def __call__(self, bucket: int) -> Done[Given] | Failed:
        return tried(self.task, bucket, EvenhandError)


@dataclass(frozen=True, slots=True)
class _Job(Generic[Given]):
    context: Any
    tag: str
    trying: _Trying[Given]

    def outcome(self, bucket: int) -> Done[Given] | Failed:
        """What became of a bucket. Raises `BucketFailed`."""
        self.context.addJobTag(self.tag)
        try:
            [told] = self.context.parallelize([bucket], 1).map(self.trying).collect()
        except Exception as error:
            raise BucketFailed(bucket, _reason(error)) from error
        return told  # type: ignore[no-any-return]  # pyspark has no type for it


def _given(told: Done[Given] | Failed) -> Given:
    match told:
        case Done(given):
            return given
        case Failed():
            raise told.error()


def _reason(error: Exception) -> str:
    """The last line of the Python error in what Spark tells, else its first line."""
    lines = str(getattr(error, "java_exception", None) or error).strip().splitlines()
    before = [line.strip() for line in lines if line.strip() and not line.startswith(("\t", " "))]
    named = [line for line in before if "Error: " in line or "Exception: " in line]
    return (named or before or ["it says nothing"])[-1].rstrip(".")


@contextmanager
def spark(master: str = LOCAL) -> Generator[OnSpark]:
    """A runner with a context of its own, stopped afterwards. Raises `NotInstalled`."""
    pyspark = _pyspark()
    conf = pyspark.SparkConf().setMaster(master).setAll(_settings(master).items())
    with _own_interrupts():
        gateway = _quiet_gateway(conf) if _is_here(master) else None
        context = pyspark.SparkContext(conf=conf, gateway=gateway)
        try:
            yield OnSpark(context)
        finally:
            context.stop()


@contextmanager
def _own_interrupts() -> Generator[None]:
    """Ctrl-C does afterwards what it did before: Spark puts its own answer to it in place."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if current_thread() is main_thread():
            signal.signal(signal.SIGINT, before)


def _settings(master: str) -> dict[str, str]:
    """What we set; `spark-defaults.conf` and `spark-submit` say the rest of a cluster."""
    return _EVERYWHERE | (_ON_THIS_MACHINE if _is_here(master) else {})


def _is_here(master: str) -> bool:
    return master.startswith("local")


def _quiet_gateway(conf: Any) -> Any:
    """The Java side of Spark on this machine; what it says is shown if it does not start."""
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    gateways = import_module("pyspark.java_gateway")
    with TemporaryFile() as said:
        try:
            return gateways.launch_gateway(conf, popen_kwargs={"stderr": said})
        except Exception as error:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise NotInstalled("Spark", f"a Java that it starts with ({words})", _JAVA) from error


def _pyspark() -> Any:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise NotInstalled("Spark", "Java", _JAVA)
    try:
        return import_module("pyspark")
    except ImportError:
        remedy = "pip install 'evenhand[spark]'"
        raise NotInstalled("Spark", "pyspark", remedy) from None
