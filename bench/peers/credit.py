"""Ours: the same journeys through the crediting models, exact to the end."""

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import polars as pl

from bench.peers.timing import Answer, report
from engine.crediting_models import by_channel_weights, cents, credit
from engine.crediting_models.markov import removal_effects
from engine.crediting_models.paths import converted, journey_rows
from engine.crediting_models.pooled import frozen
from engine.crediting_models.pools import pool
from engine.crediting_models.shapley import closure as closure_game
from engine.crediting_models.worth import shares
from schemas.crediting import Position
from schemas.frames import TOUCHES

POSITION = Position(model="position", first=Fraction(2, 5), last=Fraction(2, 5))
LOOKED_AT = ("journey", "place", "channel")
"""None of the models here looks at another column of touches, so no other is read."""


def frames(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    touches = pl.read_parquet(folder / "touches.parquet", columns=list(LOOKED_AT))
    absent = [name for name in TOUCHES if name not in LOOKED_AT]
    empty = (pl.lit(None, dtype=TOUCHES[name]).alias(name) for name in absent)
    return pl.read_parquet(folder / "journeys.parquet"), touches.with_columns(empty)


def closure(folder: Path) -> Answer:
    return shares(closure_game(pool(*frames(folder))))


def position(folder: Path) -> Answer:
    """Minor units of each channel; those of each journey sum to its value."""
    journeys, touches = frames(folder)
    parts = cents(credit(touches, journeys, POSITION), journeys, by_channel=False)
    return dict(parts.group_by("channel").agg(pl.col("part").sum()).iter_rows())


def markov(folder: Path) -> Answer:
    """Shares, which are then frozen and credit every journey over its own touches."""
    journeys, touches = frames(folder)
    rows = journey_rows(touches, journeys)
    found = shares(removal_effects(pool(journeys, touches, rows=rows)))
    by_channel_weights(converted(touches, journeys, rows), frozen(found), distinct=False)
    return found


def effects(folder: Path) -> Answer:
    """Removal effects alone, of however many channels."""
    return removal_effects(pool(*frames(folder)))


def exact_position(folder: Path) -> dict[str, Fraction]:
    """The shares of channels in the value of all journeys, before any cent is rounded."""
    journeys, touches = frames(folder)
    shared = credit(touches, journeys, POSITION).join(journeys, on="journey")
    sums = shared.group_by("channel", "den").agg((pl.col("num") * pl.col("value")).sum())
    worth: defaultdict[str, Fraction] = defaultdict(Fraction)
    for channel, den, num in sums.iter_rows():
        worth[channel] += Fraction(num, den)
    return shares(worth)


if __name__ == "__main__":
    report({"closure": closure, "position": position, "markov": markov, "effects": effects})
