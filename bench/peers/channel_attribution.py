"""ChannelAttribution as it comes: removal effects by simulation; in its own environment.

It takes paths that are counted: `markov` counts them from the touches first, as somebody who has
touches must, `counted` is given them.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from bench.peers.timing import Answer, report

package: Any = import_module("ChannelAttribution")
pandas: Any = import_module("pandas")


def markov(folder: Path) -> Answer:
    touches = pandas.read_parquet(folder / "sessions.parquet")
    grouped = touches.groupby("journey", sort=False)
    paths = grouped["channel"].agg(" > ".join).to_frame("path")
    paths["won"] = grouped["converted"].first().astype(int)
    paths["lost"] = 1 - paths["won"]
    return _shares(paths.groupby("path", as_index=False).sum())


def counted(folder: Path) -> Answer:
    return _shares(pandas.read_csv(folder / "paths.csv"))


def _shares(paths: Any) -> Answer:
    found = package.markov_model(
        paths, "path", "won", var_null="lost", verbose=False, flg_pro=False
    )
    rows = found["result"] if isinstance(found, dict) else found
    worth = dict(zip(rows["channel_name"], rows["total_conversions"], strict=True))
    return {name: float(part) / float(sum(worth.values())) for name, part in worth.items()}


if __name__ == "__main__":
    report({"markov": markov, "counted": counted})
