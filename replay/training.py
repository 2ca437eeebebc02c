"""Weights learned from the log at a position: the same position gives the same weights for ever.

Nothing here is ever run by a replay: what was learned is recorded, approved by a second person and
activated from a date, and replay reads that.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import polars as pl

from engine.allocation import allocate
from engine.crediting_models.pooled import channel_shares
from engine.crediting_models.worth import NothingToShare
from replay.journeys import OF_ALL, Cohort, cohort
from schemas.events.attribution import WHOLE_WEIGHT, WeightsTrained
from schemas.recorded import instant
from schemas.training import Training, weights_digest

Shares = Mapping[str, Fraction]


def trained(
    records: pl.DataFrame, training: Training, matured_by: int, by: str | None = None
) -> WeightsTrained:
    """The weights that records (RECORDS) teach, of journeys that were over by an instant.

    Raises `NothingToShare` where nothing was signed, and what the model raises.
    """
    read = cohort(records, training, matured_by)
    weights = {kind: _whole(shares, training) for kind, shares in _shares(read, training)}
    document = training.document()
    return WeightsTrained.model_validate(
        {
            "name": training.name,
            "position": records.select(pl.col("position").max().fill_null(0)).item(),
            "matured_by": instant(matured_by),
            "training": document,
            "cohort": read.digest,
            "journeys": read.journeys.height,
            "conversions": int(read.journeys["converted"].sum()),
            "weights": weights,
            "digest": weights_digest(document, weights),
            "by": by,
        }
    )


def _shares(read: Cohort, training: Training) -> Iterator[tuple[str, Shares]]:
    """The shares of all, and drawn to them those of each type with enough conversions."""
    of_all = channel_shares(read.touches, read.journeys, training.model)
    yield OF_ALL, of_all
    if training.by == "all":
        return
    for kind in sorted(set(read.journeys["kind"].to_list()) - {OF_ALL}):
        journeys = read.journeys.filter(pl.col("kind") == kind)
        won = int(journeys["converted"].sum())
        if won < training.minimum:
            continue
        touches = read.touches.join(journeys, on="journey", how="semi", maintain_order="left")
        try:
            own = channel_shares(touches, journeys, training.model)
        except NothingToShare:
            continue
        yield kind, _drawn(own, of_all, won, training.shrink)


def _drawn(own: Shares, of_all: Shares, conversions: int, towards: int) -> Shares:
    """(n x own + k x all) / (n + k), channel by channel."""
    return {
        channel: (conversions * own.get(channel, Fraction(0)) + towards * share)
        / (conversions + towards)
        for channel, share in of_all.items()
    }


def _whole(shares: Shares, training: Training) -> dict[str, int]:
    """Shares kept between floor and ceiling, as whole weights of 10,000 by largest remainder."""
    names = sorted(shares)
    kept = [min(max(shares[name], training.floor), training.ceiling) for name in names]
    total = sum(kept, Fraction(0))
    weights = allocate(WHOLE_WEIGHT, [each / total for each in kept], names)
    return dict(zip(names, weights, strict=True))
