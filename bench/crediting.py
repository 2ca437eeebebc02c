"""How fast journeys are credited, and how right: against the packages that a user would pick.

Every contender credits the same journeys, each in a fresh process, in turns; times are medians,
from Parquet to the answer. A peer's error is that of its share of a channel against the exact one.
The peers are installed into an environment of their own, when asked, and never into ours.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.installed import crediting
from bench.peers.credit import exact_position
from bench.touches import journeys

OURS = "bench.peers.credit"
MODELS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "closure": {"mam": ("bench.peers.mam", "closure")},
    "position": {"mam": ("bench.peers.mam", "position")},
    "markov": {
        "mam": ("bench.peers.mam", "markov"),
        "channel_attribution": ("bench.peers.channel_attribution", "markov"),
        "channel_attribution_counted": ("bench.peers.channel_attribution", "counted"),
    },
}
"""The models, and each peer's module and what it calls its equivalent."""
MANY_CHANNELS = 1_000
_ROOT = Path(__file__).parents[1]
Runs = Mapping[str, Sequence[Mapping[str, Any]]]


def crediting_row(n: int = 1_000_000, rounds: int = 3, *, peers: bool = True) -> dict[str, Any]:
    """What crediting so many journeys takes; of peers our time over theirs, and their error."""
    python = crediting() if peers else None
    with TemporaryDirectory() as name:
        folder, many = Path(name) / "few", Path(name) / "many"
        touches = _write(n, 12, folder)
        _write(n, MANY_CHANNELS, many)
        row: dict[str, Any] = {"journeys": n, "touches": touches}
        for model in MODELS:
            taken = _taken(model, folder, python, rounds)
            exact = exact_position(folder) if model == "position" else _answer(taken["ours"])
            row |= {f"{model}_{figure}": of for figure, of in _figures(taken, exact).items()}
        alone = {"ours": [_run(OURS, "effects", many, sys.executable) for _ in range(rounds)]}
        return row | {f"markov_1000_{figure}": of for figure, of in _figures(alone, {}).items()}


def _taken(model: str, folder: Path, peers: Path | None, rounds: int) -> Runs:
    """The runs of one model by every contender, in turns; `peers` is the Python that has them."""
    taken: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for _ in range(rounds):
        taken["ours"].append(_run(OURS, model, folder, sys.executable))
        for name, (module, equivalent) in MODELS[model].items() if peers else ():
            taken[name].append(_run(module, equivalent, folder, str(peers)))
    return taken


def _figures(taken: Runs, exact: Mapping[str, Fraction]) -> dict[str, float]:
    figures = {"wall_s": _middle(taken["ours"], "wall_s")}
    figures["peak_rss_mb"] = round(_middle(taken["ours"], "peak_rss_mb"))
    for name, runs in taken.items():
        if name == "ours":
            continue
        pairs = zip(taken["ours"], runs, strict=True)
        ratio = median(mine["wall_s"] / its["wall_s"] for mine, its in pairs)
        errors = [error for run in runs for error in _errors(_answer([run]), exact)]
        figures |= {
            f"{name}_s": _middle(runs, "wall_s"),
            f"{name}_ratio": round(ratio, 4),
            f"{name}_peak_rss_mb": round(_middle(runs, "peak_rss_mb")),
            f"{name}_error_max": float(f"{max(errors):.3g}"),
            f"{name}_error_mean": float(f"{mean(errors):.3g}"),
        }
    return figures


def _errors(answer: Mapping[str, Fraction], exact: Mapping[str, Fraction]) -> list[float]:
    """Of each channel: how far its share is from the exact one, relative to that."""
    return [float(abs(answer.get(name, 0) - share) / share) for name, share in exact.items()]


def _answer(runs: Sequence[Mapping[str, Any]]) -> dict[str, Fraction]:
    return {channel: Fraction(of) for channel, of in runs[0]["answer"].items()}


def _middle(runs: Sequence[Mapping[str, Any]], figure: str) -> float:
    return round(median(float(run[figure]) for run in runs), 3)


def _run(module: str, model: str, folder: Path, python: str) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    command = [python, "-m", module, model, str(folder)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _write(n: int, channels: int, folder: Path) -> int:
    """The same journeys in the shape that each contender takes; how many touches they have."""
    folder.mkdir()
    told, touches = journeys(n, channels)
    told.write_parquet(folder / "journeys.parquet")
    touches.write_parquet(folder / "touches.parquet")
    joined = touches.join(told, on="journey", maintain_order="left")
    last = pl.col("journey").ne_missing(pl.col("journey").shift(-1))
    joined.select(
        "journey", "channel", "converted", at=pl.from_epoch("at", time_unit="us"),
        value=pl.when(last).then(pl.col("value").cast(pl.Float64)),
    ).write_parquet(folder / "sessions.parquet")  # fmt: skip
    paths = joined.group_by("journey").agg(pl.col("channel"), pl.col("converted").first())
    counted = paths.group_by(path=pl.col("channel").list.join(" > ")).agg(
        won=pl.col("converted").sum(), lost=pl.col("converted").not_().sum()
    )
    counted.sort("path").write_csv(folder / "paths.csv")
    return touches.height


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps(crediting_row(n), indent=2))


if __name__ == "__main__":
    main()
