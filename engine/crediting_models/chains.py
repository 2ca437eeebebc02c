"""Markov chains of touches: how often journeys went from where to where, in whole numbers."""

from dataclasses import dataclass
from operator import sub
from typing import Final

import polars as pl

from engine.allocation import product_dtype
from engine.crediting_models.pools import Pool
from engine.crediting_models.runs import in_order
from schemas.errors import Refused

STATES_MAX: Final = 4_000
"""A dense matrix of so many rows takes 128 MB."""
_END: Final = 0


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
    every, won = pool.journeys["all"], pool.journeys["won"]
    moves = _moves(_summed(steps, "move", every), order, radix)
    codes = moves["state"].unique().sort()
    if len(codes) > STATES_MAX:
        raise TooManyStates(len(codes))
    going_on = moves.filter(pl.col("touch") != _END)
    visits, come = (
        _by_state(some.group_by(state=of).agg(pl.col("sum").sum()), codes)
        for some, of in ((moves, "state"), (going_on, "next"))
    )
    return Chain(
        channels=pool.channels,
        states=tuple(_touches(code, radix) for code in codes.to_list()),
        moves=_numbered(going_on, codes),
        visits=visits,
        starts=tuple(map(sub, visits, come)),
        won=_by_state(_summed(steps.filter("ends"), "state", won), codes),
    )


def _steps(pool: Pool, order: int, radix: int) -> pl.DataFrame:
    """Touches with the state they lead to, and the move from there: `state * radix + touch`.

    `touch` is the next touch of the journey, as a state of it alone; 0 where there is none.
    """
    code = pl.col("channel").to_physical().cast(product_dtype(*[radix] * (order + 1))) + 1
    touches = pool.touches.select("row", "place", code=code)
    ordered = touches if in_order(touches, "row") else touches.sort("row", "place")
    earlier = (
        pl.when(pl.col("row").shift(back) == pl.col("row"))
        .then(pl.col("code").shift(back) * radix**back)
        .otherwise(0)
        for back in range(1, order)
    )
    begins = pl.col("row").ne_missing(pl.col("row").shift(1))
    stated = ordered.select(
        "row", "code", ends=begins.shift(-1, fill_value=True),
        state=pl.sum_horizontal("code", *earlier),
    )  # fmt: skip
    touch = pl.when("ends").then(_END).otherwise(pl.col("code").shift(-1))
    return stated.with_columns(move=pl.col("state") * radix + touch)


def _summed(steps: pl.DataFrame, by: str, weights: pl.Series) -> pl.DataFrame:
    """The steps of each kind, each with the weight of its journey: `by` and `sum`."""
    weighed = steps.select(by, sum=weights.gather(steps["row"])).lazy()
    # This engine sums few groups of many rows in a third of the time.
    return weighed.group_by(by).agg(pl.col("sum").sum()).collect(engine="streaming")


def _moves(moves: pl.DataFrame, order: int, radix: int) -> pl.DataFrame:
    """Moves with their `state`, the `touch` after it, and the state that it leads to."""
    taken_apart = moves.with_columns(state=pl.col("move") // radix, touch=pl.col("move") % radix)
    kept = (pl.col("state") % radix ** (order - 1)) * radix
    return taken_apart.with_columns(next=pl.col("touch") + kept)


def _touches(code: int, radix: int) -> tuple[int, ...]:
    """The channels of a state by their places in `channels`, the last touch first."""
    touched: list[int] = []
    while code:
        code, digit = divmod(code, radix)
        touched.append(digit - 1)
    return tuple(touched)


def _numbered(moves: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    number = pl.lit(codes)
    return moves.select(
        number.search_sorted(pl.col("state")).cast(pl.Int64).alias("from"),
        number.search_sorted(pl.col("next")).cast(pl.Int64).alias("to"),
        count="sum",
    ).sort("from", "to")


def _by_state(sums: pl.DataFrame, codes: pl.Series) -> tuple[int, ...]:
    joined = codes.to_frame("state").join(sums, on="state", how="left", maintain_order="left")
    return tuple(joined["sum"].fill_null(0).to_list())
