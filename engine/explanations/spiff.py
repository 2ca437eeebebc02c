"""A SPIFF's line: a signing in its days, among the first so many."""

import polars as pl

from engine.components.spiff import offers_of
from engine.explanations.asked import Asked, Worth
from engine.explanations.signed import of_signing
from engine.reasons import Reason
from schemas.plans import Spiff


def worth(asked: Asked, period: int) -> Worth:
    """What the signing is worth as at the end of a period."""
    part = asked.part
    assert isinstance(part, Spiff)
    offers = pl.concat(
        offers_of(asked.ground, same, version).filter(pl.col("payee") == asked.payee)
        for version, same in asked.alike(Spiff)
    )
    told = of_signing(asked, offers, period, "in all")
    if not told.reasons:
        return told
    days = Reason(f"For deals signed from {part.starts} up to, and not on, {part.ends}")
    return Worth(told.amount, (days, *told.reasons))
