"""Commission: a rate on what a layer is worth, for the payees credited in one role and class.

whole = round(rate x value x class share), divided among all payees of the class by largest
remainder; payees under another version of a plan take their part of the whole of their own.
"""

import polars as pl

from engine.ground import Ground
from engine.pricing import PART, Parts, offered, priced
from engine.valued import valued
from schemas.plans import Commission
from schemas.rates import rate_text

_RATES = {
    "plan": pl.String(),
    "component": pl.String(),
    "rate": pl.String(),
    "num": pl.Int128(),
    "den": pl.Int128(),
}


def entitlements(ground: Ground) -> pl.DataFrame:
    """What commission components entitle to (ENTITLED), per period of change."""
    parts = list(ground.parts(Commission))
    told: list[pl.DataFrame] = []
    for of in valued(ground):
        offers = offered(of.credited, parts, ground)
        rated = offers.with_columns(
            rates(parts).drop(PART).select(pl.all().gather(offers["offer"]))
        )
        told.append(priced(rated, of, ground))
    return pl.concat(told)


def rates(parts: Parts) -> pl.DataFrame:
    """The rate of each commission: `plan, component, rate, num, den`."""
    rows = [
        (
            version.plan.name,
            part.id,
            rate_text(part.rate),
            part.rate.numerator,
            part.rate.denominator,
        )
        for version, part in parts
        if isinstance(part, Commission)
    ]
    return pl.DataFrame(rows, schema=_RATES, orient="row")
