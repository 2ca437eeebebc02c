"""SPIFF: extra pay for deals signed between two days, an amount for each or a rate."""

import polars as pl

from engine.ground import Ground
from engine.rulebook import Version
from engine.signings import paid_for_signings, promised
from schemas.calendar import midnight
from schemas.frames import ENTITLED, empty
from schemas.plans import Spiff
from schemas.rates import rate_text
from schemas.recorded import microseconds


def entitlements(ground: Ground) -> pl.DataFrame:
    """What SPIFFs entitle to (ENTITLED), per period of change."""
    offers = [offers_of(ground, part, version) for version, part in ground.parts(Spiff)]
    return paid_for_signings(pl.concat(offers), ground) if offers else empty(ENTITLED)


def offers_of(ground: Ground, part: Spiff, version: Version) -> pl.DataFrame:
    """The signings of its days, in the plan's zone; turns run over all of them."""
    starts, ends = (microseconds(midnight(day, ground.zone)) for day in (part.starts, part.ends))
    rate = part.rate
    return (
        promised(ground, part, version, part.id)
        .filter(pl.col("opened_at") >= starts, pl.col("opened_at") < ends)
        .with_columns(
            unit=pl.lit(part.amount.minor if part.amount else None, dtype=pl.Int64),
            rate=pl.lit(None if rate is None else rate_text(rate), dtype=pl.String),
            rate_num=pl.lit(1 if rate is None else rate.numerator, dtype=pl.Int64),
            rate_den=pl.lit(1 if rate is None else rate.denominator, dtype=pl.Int64),
            run=pl.lit(0, dtype=pl.Int64),
            window=pl.lit(0, dtype=pl.Int64),
            most=pl.lit(part.first, dtype=pl.Int64),
        )
    )
