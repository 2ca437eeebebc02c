"""Marketing-Attribution-Models (DP6) as it comes, from the same touches; in its own environment.

Its Shapley model plays a game of rates in each journey's own set, cut to four channels. It hands
out money as doubles.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from bench.peers.timing import Answer, report

mam: Any = import_module("mam")
pl: Any = import_module("polars")


def _journeys(folder: Path) -> Any:
    sessions = pl.read_parquet(folder / "sessions.parquet")
    return mam.MAM(
        sessions,
        "session",
        "channel",
        "converted",
        datetime_colname="at",
        user_id_colname="journey",
        conversion_value_colname="value",
    )


def closure(folder: Path) -> Answer:
    return _shares(_journeys(folder).run_shapley().to_polars())


def position(folder: Path) -> Answer:
    return _shares(_journeys(folder).run_position_based().to_polars())


def markov(folder: Path) -> Answer:
    effects = _journeys(folder).run_markov().metadata["removal_effect"]["removal_effect"]
    return {str(name): float(effect) / float(effects.sum()) for name, effect in effects.items()}


def _shares(attributed: Any) -> Answer:
    worth = {str(name): float(part) for name, part in attributed.iter_rows()}
    total = sum(worth.values())
    return {name: part / total for name, part in worth.items()}


if __name__ == "__main__":
    report({"closure": closure, "position": position, "markov": markov})
