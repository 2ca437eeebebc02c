"""One contender in a process of its own: `python -m bench.contenders NAME LOG LINES`.

Prints what it took as JSON. Imports and the start of the interpreter are not timed.
"""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from bench.peers import duckdb_sql, loop
from engine.earned import earned, named
from engine.world import world
from schemas.frames import RECORDS


def scan(log: Path, _lines: Path) -> None:
    """The least that any replay does: decode every column of the records once."""
    pl.scan_parquet(log).select(pl.col(*RECORDS).max()).collect()


def ours(log: Path, lines: Path) -> None:
    """The product's replay of all periods: records, world, earned lines with their names."""
    told = world(pl.read_parquet(log))
    named(earned(told), told).write_parquet(lines)


CONTENDERS = {"scan": scan, "ours": ours, "duckdb": duckdb_sql.replay, "loop": loop.replay}


def main() -> None:
    name, log, lines = sys.argv[1:]
    cpu, start = time.process_time(), time.perf_counter()
    CONTENDERS[name](Path(log), Path(lines))
    figures = {
        "wall_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
