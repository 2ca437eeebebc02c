"""Work done in turns, and what it took: medians with the least and the most."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

Work = Callable[[], object]


def in_turns(work: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Seconds of each piece of work in each round, after one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(rounds + 1):
        for name, piece in work.items():
            seconds = once(piece)
            if turn:
                taken[name].append(seconds)
    return taken


def once(work: Work) -> float:
    """Seconds of a piece of work."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def spread(name: str, seconds: list[float]) -> dict[str, float]:
    """Median, least and most of the rounds."""
    told = {"s": median(seconds), "s_least": min(seconds), "s_most": max(seconds)}
    return {f"{name}_{figure}": round(value, 4) for figure, value in told.items()}
