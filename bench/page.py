"""docs/performance.md, made from the results that are kept beside the benches."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).with_name("results")
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BOUNDS = Path(__file__).with_name("bounds.md")
_SAID = """# Performance

Made by `python -m bench` from `bench/results`: do not write here. Each result says on which machine
and with which versions it was measured; what one table says was measured in one run, in turns, each
contender in a fresh process. Compare ratios, not seconds.
"""
_REPLAY = """## Replay: all periods of the seeds' plan

From segments (typed Parquet, in the page cache) to written Parquet lines with their reasons.
Imports and the start of a Java machine are not timed. Every contender's lines were found equal
before any figure was written. CPU is that of a process and of all it started; the peak is the
operating system's account of both; waited is the share of the time in which some task of the
machine waited for a processor: where it is high, trust CPU. Ratios are ours over theirs, paired
round by round.
"""
_WHO = {
    "scan": "bare scan of the needed columns (polars, `max`)",
    "floor": "bare scan, then writing as many lines",
    "ours": "**Evenhand**, from its case store, a process for each processor",
    "alone": "the same by one process on one processor",
    "month": "the same, lines of one period only",
    "general": "the same under a general plan: tiers, overrides, a ceiling, gates",
    "shipped": "the same, its buckets shipped by Spark 4.3, second run of a session",
    "duckdb": "the same plan as hand-written SQL (DuckDB)",
    "loop": "the same plan as a plain loop over Python objects",
    "spark": "the same plan as Spark 4.3 DataFrames, first run of a session",
    "spark_warm": "the same plan as Spark 4.3 DataFrames, second run",
}
_TITLES = {
    "parts": "Where the time of a replay goes: processor seconds a million facts, one process",
    "asof": "As of: one deal's attribution at a past position",
    "refresh": "Refresh: a thousand new facts and the open period",
    "statements": "Statements of a month, and why not: in parts, and whole",
    "ingest": "Ingest: files into the log, the log into segments",
    "append": "Append",
    "crediting": "Crediting models",
    "kafka": "Kafka",
}


def write() -> str:
    """Write the page anew; the text of it."""
    text = "\n".join([_SAID, *_replays(), *_others(), BOUNDS.read_text("utf-8")])
    PAGE.write_text(text, "utf-8")
    return text


def _replays() -> Iterator[str]:
    kept = [_kept(path) for path in RESULTS.glob("replay-*.json")]
    if kept:
        yield _REPLAY
    for result in sorted(kept, key=lambda each: each["figures"]["events"]):
        yield from replay_table(result["figures"])
        yield _measured(result)


def replay_table(figures: Mapping[str, Any]) -> Iterator[str]:
    rounds: Mapping[str, Sequence[Mapping[str, float]]] = figures["rounds"]
    many = len(rounds["ours"])
    yield f"### {figures['events']:,} events, {figures['lines']:,} lines, {many} rounds\n"
    yield "| | wall s | CPU s | peak MB | waited | wall, ours / this | CPU, ours / this |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, who in _WHO.items():
        if name in rounds:
            yield f"| {who} | {_row(name, rounds[name], figures)} |"
    yield ""


def _row(name: str, runs: Sequence[Mapping[str, float]], figures: Mapping[str, Any]) -> str:
    cells = [_spread([run[figure] for run in runs]) for figure in ("wall_s", "cpu_s")]
    cells.append(f"{figures[f'{name}_peak_rss_mb']:,}")
    cells.append(f"{min(1.0, median(run['waited'] for run in runs)):.0%}")
    ratios = (figures.get(f"{name}_ratio"), figures.get(f"{name}_cpu_ratio"))
    cells += ["1" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
    return " | ".join(cells)


def _others() -> Iterator[str]:
    """Benches with one figure a name."""
    for name, title in _TITLES.items():
        path = RESULTS / f"{name}.json"
        if path.exists():
            result = _kept(path)
            yield f"## {title}\n\n| | |\n|---|--:|"
            yield from _rows(result["figures"])
            yield f"\n{_measured(result)}"


def _rows(figures: Mapping[str, Any]) -> Iterator[str]:
    """A figure a row; the least and the most of one stand beside its median."""
    for what, figure in figures.items():
        told = _written(figure)
        if what.endswith(("_least", "_most")):
            continue
        if f"{what}_least" in figures:
            least, most = (_written(figures[f"{what}_{end}"]) for end in ("least", "most"))
            told += f" ({least}-{most})"
        yield f"| {what.replace('_', ' ')} | {told} |"


def _kept(path: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return kept


def _measured(result: Mapping[str, Any]) -> str:
    return f"{result['day']}, {result['machine']}.\n"


def _spread(figures: Sequence[float]) -> str:
    return f"{median(figures):.2f} ({min(figures):.2f}-{max(figures):.2f})"


def _written(figure: object) -> str:
    return f"{figure:,}" if isinstance(figure, int | float) else str(figure)
