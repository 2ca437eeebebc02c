"""Paths as frames, and paths that Hypothesis draws."""

from collections.abc import Sequence

import polars as pl
from hypothesis import strategies as st

from engine.crediting_models.pools import Pool, Weigh, pool
from schemas.frames import JOURNEYS, TOUCHES
from tests.oracle.pooled_models import Path, Paths

LETTERS = "ABCDE"


def frames(paths: Paths) -> tuple[pl.DataFrame, pl.DataFrame]:
    journeys = [
        (f"J{n}", path.converted, path.count, path.value, "EUR", None)
        for n, path in enumerate(paths)
    ]
    touches = [
        (f"J{n}", place, channel, None, None)
        for n, path in enumerate(paths)
        for place, channel in enumerate(path.channels)
    ]
    return (
        pl.DataFrame(journeys, schema=JOURNEYS, orient="row"),
        pl.DataFrame(touches, schema=TOUCHES, orient="row"),
    )


def pooled(paths: Paths, weigh: Weigh = "count") -> Pool:
    return pool(*frames(paths), weigh)


def path(written: str, won: int = 0, lost: int = 0, value: int = 1) -> list[Path]:
    """`path("A>B", won=3, lost=2)`: three journeys over A and B converted, two did not."""
    channels = tuple(written.split(">"))
    kinds = ((True, won), (False, lost))
    return [Path(channels, converted, n, value) for converted, n in kinds if n]


def many_paths(channels: str = LETTERS, longest: int = 5) -> st.SearchStrategy[list[Path]]:
    one = st.builds(
        Path,
        channels=st.lists(st.sampled_from(channels), max_size=longest).map(tuple),
        converted=st.booleans(),
        count=st.integers(1, 9),
    )
    return st.lists(one, max_size=12)


def valued(paths: Paths, values: Sequence[int]) -> list[Path]:
    """The paths with values, dealt in turn."""
    return [
        Path(path.channels, path.converted, path.count, values[n % len(values)])
        for n, path in enumerate(paths)
    ]
