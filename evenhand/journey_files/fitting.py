"""Whether touches and journeys that were read fit together."""

import polars as pl

from evenhand.journey_files.errors import Found, where


def wrong_touches(touches: pl.DataFrame) -> list[Found]:
    """Touches that are in one place of a journey."""
    twice = pl.struct("journey", "place").is_duplicated()
    return where(touches, twice, "another touch of the journey has this place")


def wrong_ends(ends: pl.DataFrame) -> list[Found]:
    """Journeys that end twice, and lost ones that are worth something."""
    lost = ~pl.col("converted") & pl.col("value").is_not_null()
    return [
        *where(ends, pl.col("journey").is_duplicated(), "the journey is there more than once"),
        *where(ends, lost, "a journey that did not convert has no value"),
    ]


def misfits(touches: pl.DataFrame, ends: pl.DataFrame) -> list[Found]:
    """Touches of journeys that have no end, or after their end."""
    joined = touches.join(ends.select("journey", "converted", "ended_at"), on="journey", how="left")
    homeless = pl.col("converted").is_null() & pl.col("journey").is_first_distinct()
    late = pl.col("at") > pl.col("ended_at")
    return [
        *where(joined, homeless, "no row says how the journey of this touch ended"),
        *where(joined, late, "the touch is later than the end of its journey"),
    ]
