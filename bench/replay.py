"""How fast all periods are replayed: against a bare scan, DuckDB, a plain loop and Spark.

Every contender reads the same segments and writes the same lines, each in a fresh process, in
turns; the figures are medians. No figure is given before all answers were found to be the same.
"""

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.answers import compare
from bench.generator import write_segments
from bench.installed import spark
from bench.peers import ours
from bench.processes import Figures, run

TURNS = ("scan", "ours", "alone", "month", "general", "shipped", "floor", "duckdb")
SLOW = ("loop", "spark", "spark_warm")
"""Contenders that are run up to a million events: beyond, they take hours or all memory."""
SLOW_UP_TO = 1_000_000
_ON_JAVA = ("shipped", "spark", "spark_warm")
_ANSWERING = ("ours", "alone", "shipped", "duckdb", *SLOW)
Rounds = Mapping[str, Sequence[Figures]]


def replay_row(
    events: int = 1_000_000, rounds: int = 5, *, slow: Sequence[str] = SLOW
) -> dict[str, Any]:
    """What a replay of a generated log of so many events takes, and the others beside it."""
    names = _runnable((*TURNS, *(slow if events <= SLOW_UP_TO else ())))
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "segments").mkdir()
        write_segments(events, folder / "segments")
        ours.prepare(folder / "segments", folder)  # here, so that no contender has its memory
        taken, lines = _measured(folder, names, rounds)
    return {"events": events, "lines": lines, "identical": True, **row_of(taken), "rounds": taken}


def _runnable(names: Sequence[str]) -> Sequence[str]:
    """The contenders that can run here: Spark needs Java."""
    if shutil.which("java") is not None:
        return names
    print("without Java there is no Spark to compare with", file=sys.stderr)
    return [name for name in names if name not in _ON_JAVA]


def row_of(taken: Rounds) -> dict[str, float]:
    """Medians, and of each other our figure over its own, in pairs round by round."""
    row: dict[str, float] = {}
    for name, runs in taken.items():
        row[f"{name}_s"] = round(median(run["wall_s"] for run in runs), 4)
        row[f"{name}_cpu_s"] = round(median(run["cpu_s"] for run in runs), 4)
        row[f"{name}_peak_rss_mb"] = round(max(run["peak_rss_mb"] for run in runs))
        if name != "ours":
            row[f"{name}_ratio"] = _ratio(taken["ours"], runs, "wall_s")
            row[f"{name}_cpu_ratio"] = _ratio(taken["ours"], runs, "cpu_s")
    return row


def _measured(folder: Path, names: Sequence[str], rounds: int) -> tuple[Rounds, int]:
    """The figures of every contender in every round, and how many lines all of them gave."""
    taken: dict[str, list[Figures]] = defaultdict(list)
    lines = 0
    pythons = {name: spark() for name in names if name.startswith("spark")}
    for turn in range(rounds):
        for name in names:
            shutil.rmtree(folder / name, ignore_errors=True)
            python = pythons.get(name, sys.executable)
            taken[name].append(run(name, folder / "segments", folder / name, python))
        if turn == 0:
            lines = compare({name: folder / name for name in names if name in _ANSWERING})
    return dict(taken), lines


def _ratio(ours: Sequence[Figures], others: Sequence[Figures], figure: str) -> float:
    pairs = zip(ours, others, strict=True)
    return round(median(mine[figure] / its[figure] for mine, its in pairs), 4)


def main() -> None:
    print(json.dumps(replay_row(*(int(asked) for asked in sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
