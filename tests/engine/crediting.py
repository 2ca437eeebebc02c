"""Journeys of the oracle as the frames that the kernel reads, and its answer as the oracle's."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from engine.crediting_models import cents, credit, duplicates_are_harmless
from schemas.crediting import CreditingModel
from schemas.frames import JOURNEYS, TOUCHES
from tests.oracle.crediting_models import Journey


def frames(journeys: Sequence[Journey]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Touches and journeys."""
    rows = [
        {
            "journey": journey.name,
            "converted": True,
            "count": journey.count,
            "value": journey.value,
            "currency": None if journey.value is None else "EUR",
            "ended_at": journey.ended_at,
        }
        for journey in journeys
    ]
    touches: list[dict[str, Any]] = [
        {
            "journey": journey.name,
            "place": place,
            "channel": touch.channel,
            "at": touch.at,
            "milestone": list(touch.marks) or None,
        }
        for journey in journeys
        for place, touch in enumerate(journey.touches)
    ]
    return pl.DataFrame(touches, schema=TOUCHES), pl.DataFrame(rows, schema=JOURNEYS)


def credited(journeys: Sequence[Journey], model: CreditingModel) -> dict[str, list[Fraction]]:
    """The shares of each journey's touches, in order."""
    found: dict[str, list[Fraction]] = {}
    for row in credit(*frames(journeys), model).iter_rows(named=True):
        found.setdefault(row["journey"], []).append(Fraction(row["num"], row["den"]))
    return found


def paid(journeys: Sequence[Journey], model: CreditingModel) -> dict[str, list[int]]:
    """The minor units of the touches of each journey that has a value, in order."""
    touches, rows = frames(journeys)
    shared = credit(touches, rows, model)
    found: dict[str, list[int]] = {}
    parts = cents(shared, rows, by_channel=duplicates_are_harmless(model))
    for row in parts.iter_rows(named=True):
        found.setdefault(row["journey"], []).append(row["part"])
    return found
