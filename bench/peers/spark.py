"""The plan as Spark DataFrames, in a session on this machine's processors.

Starting the session is not timed. What runs first in it also pays for what the virtual machine
compiles; `spark_warm` is the second run.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

_spark: Any = import_module("pyspark.sql")
THREADS = 2
MEMORY = "8g"
_KEPT = re.compile(r"^CACHE TABLE (\w+) AS$", re.MULTILINE)
_sessions: list[Any] = []


def prepare(_segments: Path, out: Path) -> None:
    """Start a session; ended with the process. What it spills goes beside what it writes."""
    settings = {
        "spark.driver.memory": MEMORY,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": f"{out}-spilled",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(2 * THREADS),
        "spark.sql.warehouse.dir": f"{out}-warehouse",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = _spark.SparkSession.builder.master(f"local[{THREADS}]").config(map=settings)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    _sessions.append(session)


def replay(segments: Path, out: Path) -> None:
    """Every period's lines of a log (READ as Parquet), written as Parquet."""
    [session] = _sessions
    session.read.parquet(str(segments)).createOrReplaceTempView("log")
    for statement in Path(__file__).with_name("spark.sql").read_text("utf-8").split(";"):
        _done(session, statement)
    session.table("lines").write.mode("overwrite").parquet(str(out))


def _done(session: Any, statement: str) -> None:
    """A statement run. What is kept is a checkpoint: a plan of plans takes minutes to analyse."""
    kept = _KEPT.search(statement)
    if kept is None:
        session.sql(statement)
    else:
        frame = session.sql(statement[kept.end() :]).localCheckpoint()
        frame.createOrReplaceTempView(kept.group(1))
