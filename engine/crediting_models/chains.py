"""Markov chains of touches: how often journeys went from where to where, in whole numbers."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from engine.crediting_models.pools import Pool
from schemas.errors import Refused

STATES_MAX: Final = 4_000
"""A dense matrix of so many rows takes 128 MB."""
_END: Final = -1


class TooManyStates(Refused):
    """A chain remembers so much that it has more states than can be solved for."""

    code = "too-many-states"

    def __init__(self, states: int) -> None:
        super().__init__(
            f"A chain of {states} states was to be solved, and up to {STATES_MAX} can be. Lower "
            "the order of the model, or group the rarest channels."
        )


@dataclass(frozen=True)
class Chain:
    """Journeys as a chain: a state is the tuple of the last touches, as many as the order says.

    At the beginning of a journey it is shorter. States are numbered; `visits`, `starts` and `won`
    have a number for each: how many touches led to it, how many journeys began there, and what the
    conversions right after it weigh. `moves` has from, to and count, by from and to.
    """

    channels: tuple[str, ...]
    states: tuple[tuple[int, ...], ...]
    moves: pl.DataFrame
    visits: tuple[int, ...]
    starts: tuple[int, ...]
    won: tuple[int, ...]


def chain(pool: Pool, order: int = 1) -> Chain:
    """The chain of a pool. Raises `TooManyStates`."""
    radix = len(pool.channels) + 1
    if radix**order >= 2**62:
        raise TooManyStates(radix**order)
    steps = _steps(pool, order, radix)
    flows = steps.group_by("state", "next").agg(pl.col("all", "won").sum())
    codes = flows["state"].unique().sort()
    if len(codes) > STATES_MAX:
        raise TooManyStates(len(codes))
    ends = flows.filter(pl.col("next") == _END)
    begun = steps.filter("begins").group_by("state").agg(pl.col("all").sum())
    return Chain(
        channels=pool.channels,
        states=tuple(_touches(code, radix) for code in codes.to_list()),
        moves=_numbered(flows.filter(pl.col("next") != _END), codes),
        visits=_by_state(flows, "all", codes),
        starts=_by_state(begun, "all", codes),
        won=_by_state(ends, "won", codes),
    )


def _steps(pool: Pool, order: int, radix: int) -> pl.DataFrame:
    """Touches with the state they lead to, the next one, and what their journey weighs."""
    touches = pool.touches.select(
        "row", "place", code=pl.col("channel").to_physical().cast(pl.Int64) + 1
    )
    ordered = touches if _in_order(touches) else touches.sort("row", "place")
    earlier = (
        pl.when(pl.col("row").shift(back) == pl.col("row"))
        .then(pl.col("code").shift(back) * radix**back)
        .otherwise(0)
        for back in range(1, order)
    )
    same = (pl.col("row").shift(-1) == pl.col("row")).fill_null(value=False)
    return ordered.with_columns(state=pl.sum_horizontal("code", *earlier)).select(
        "state",
        next=pl.when(same).then(pl.col("state").shift(-1)).otherwise(_END),
        begins=pl.col("row").ne_missing(pl.col("row").shift(1)),
        all=pool.journeys["all"].gather(ordered["row"]),
        won=pool.journeys["won"].gather(ordered["row"]),
    )


def _in_order(touches: pl.DataFrame) -> bool:
    row, place = pl.col("row"), pl.col("place")
    follows = (row > row.shift(1)) | ((row == row.shift(1)) & (place > place.shift(1)))
    return bool(touches.select(follows.all()).item())


def _touches(code: int, radix: int) -> tuple[int, ...]:
    """The channels of a state by their places in `channels`, the last touch first."""
    touched: list[int] = []
    while code:
        code, digit = divmod(code, radix)
        touched.append(digit - 1)
    return tuple(touched)


def _numbered(flows: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    moves = flows.select("state", "next", "all")
    return moves.select(
        pl.lit(codes).search_sorted(pl.col("state")).cast(pl.Int64).alias("from"),
        pl.lit(codes).search_sorted(pl.col("next")).cast(pl.Int64).alias("to"),
        pl.col("all").alias("count"),
    ).sort("from", "to")


def _by_state(sums: pl.DataFrame, column: str, codes: pl.Series) -> tuple[int, ...]:
    total = sums.group_by("state").agg(pl.col(column).sum())
    joined = codes.to_frame("state").join(total, on="state", how="left", maintain_order="left")
    return tuple(joined[column].fill_null(0).to_list())
