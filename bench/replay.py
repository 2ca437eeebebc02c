"""How fast all periods are replayed: against a bare scan, DuckDB, and a plain loop over objects.

Every contender reads the same Parquet log and writes the same lines, each in a fresh process, in
turns; the figures are medians. No figure is given before all answers were found to be the same.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.generator import write

TURNS = ("scan", "ours", "duckdb", "loop")
COMPARED = (
    "payee",
    "period",
    "subject",
    "fact_source",
    "fact_id",
    "component",
    "source",
    "plan",
    "currency",
    "role",
    "rate",
    "base",
    "base_currency",
    "amount",
)
_ROOT = Path(__file__).parents[1]
Rounds = Mapping[str, Sequence[Mapping[str, float]]]


class DifferentError(Exception):
    """Two contenders answered differently, so none of their times means anything."""


def replay_row(events: int, rounds: int = 3) -> dict[str, Any]:
    """What a replay of a generated log of so many events takes, and the others beside it."""
    return row_of(events, measured(events, rounds))


def row_of(events: int, taken: Rounds) -> dict[str, Any]:
    """The published row: seconds, and our seconds over those of each other, round by round."""
    row: dict[str, Any] = {"events": events, "wall_s": _middle(taken, "ours", "wall_s")}
    others = [name for name in TURNS if name != "ours"]
    row |= {f"{name}_s": _middle(taken, name, "wall_s") for name in others}
    for name in others:
        pairs = zip(taken["ours"], taken[name], strict=True)
        ratio = median(mine["wall_s"] / its["wall_s"] for mine, its in pairs)
        row[f"{name}_ratio"] = round(ratio, 4)
    return row | {"peak_rss_mb": round(_middle(taken, "ours", "peak_rss_mb")), "identical": True}


def measured(events: int, rounds: int) -> Rounds:
    """The figures of every contender in every round. Raises `DifferentError`."""
    taken: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.parquet"
        write(events, log)
        for _ in range(rounds):
            for name in TURNS:
                taken[name].append(_run(name, log, Path(folder) / f"{name}.parquet"))
            _compare({name: Path(folder) / f"{name}.parquet" for name in TURNS[1:]})
    return taken


def answer(path: Path) -> pl.DataFrame:
    """Lines in one order, shares reduced, reasons as text: equal frames are equal answers."""
    name = pl.element().struct
    because = pl.concat_str(name.field("source"), pl.lit(" "), name.field("id"))
    share = pl.col("share_num") * (5_040 // pl.col("share_den"))
    return (
        pl.read_parquet(path)
        .select(*COMPARED, share=share, because=pl.col("because").list.eval(because).list.join(","))
        .sort(*COMPARED, "because")
    )


def _compare(answers: Mapping[str, Path]) -> None:
    (first, path), *others = answers.items()
    ours = answer(path)
    for name, other in others:
        if not answer(other).equals(ours):
            raise DifferentError(f"{first} and {name} answer differently")


def _run(name: str, log: Path, lines: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.contenders", name, str(log), str(lines)]
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _middle(taken: Rounds, name: str, figure: str) -> float:
    return round(median(run[figure] for run in taken[name]), 4)


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps(replay_row(events), indent=2))


if __name__ == "__main__":
    main()
