"""Journeys with their touches, as credited: skewed, with repeats, most without a conversion.

Four and a half touches a journey, from our own dice: the same for the same seed everywhere.
"""

import polars as pl

from bench.dice import Dice, zipf
from schemas.frames import JOURNEYS, TOUCHES

_LENGTHS = (206, 162, 128, 106, 88, 72, 58, 48, 38, 30, 22, 16, 12, 8, 6)
"""Of a thousand journeys, how many have 1, 2, .. touches; 4.5 in the mean."""
_NAMES = (
    "search", "direct", "e-mail", "webinar", "social", "display",
    "referral", "fair", "partner", "video", "podcast", "cold-call",
)  # fmt: skip
_START = 1_767_225_600_000_000
_HOUR = 3_600_000_000


def journeys(n: int, channels: int = 12, seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame]:
    """So many journeys (JOURNEYS) with their touches (TOUCHES), over so many channels."""
    dice = Dice(seed, "i")
    frame = pl.select(i=pl.int_range(n)).with_columns(
        length=dice.weighted(_LENGTHS, "length") + 1,
        value=100 + dice.below(500_000, "value"),
        started=_START + dice.below(90 * 24, "started") * _HOUR,
    )
    touches = _touches(frame, channels, seed)
    last = touches.group_by("i").agg(pl.col("c").last(), pl.col("at").last())
    told = frame.join(last, on="i", maintain_order="left").with_columns(
        converted=dice.below(1_000, "converted")
        < 40 + 8 * pl.col("length") + (pl.col("c") * 7) % 90
    )
    return _as(JOURNEYS, told.select(
        journey=_journey(), converted="converted", count=1,
        value=pl.when("converted").then("value"), currency=pl.when("converted").then(pl.lit("EUR")),
        ended_at=pl.when("converted").then(pl.col("at") + _HOUR),
    )), _as(TOUCHES, touches.select(
        journey=_journey(), place="place", channel=_channel(channels), at="at", milestone=None,
    ))  # fmt: skip


def _touches(frame: pl.DataFrame, channels: int, seed: int) -> pl.DataFrame:
    """Touches of numbered journeys: channels `c`; one in five is of the channel before it."""
    dice = Dice(seed, "t")
    rows = frame.select("i", "started", place=pl.int_ranges("length")).explode("place")
    drawn = rows.with_row_index("t").with_columns(
        c=dice.weighted(zipf(channels), "channel"), again=dice.chance(0.2, "again")
    )
    repeated = pl.when(pl.col("again") & (pl.col("place") > 0)).then(pl.col("c").shift(1))
    return drawn.with_columns(
        c=repeated.otherwise("c"), at=pl.col("started") + pl.col("place") * 30 * _HOUR
    )


def _journey() -> pl.Expr:
    return pl.format("J{}", pl.col("i"))


def _channel(channels: int) -> pl.Expr:
    names = [_NAMES[c] if c < len(_NAMES) else f"channel-{c}" for c in range(channels)]
    return pl.lit(pl.Series(names)).gather(pl.col("c"))


def _as(schema: dict[str, pl.DataType], frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast(dict(schema)).select(*schema)  # type: ignore[arg-type]
