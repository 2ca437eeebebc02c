"""Points: a valid lead earns its finder points once, at its first live qualification."""

import polars as pl

from engine.by_order import listed
from engine.coefficients import coefficients
from engine.deal_lines import rounded_alone
from engine.ground import Ground
from engine.zones import month
from schemas.frames import ENTITLED, empty
from schemas.plans import Points

_TERMS = {
    "plan": pl.String(),
    "component": pl.String(),
    "role": pl.String(),
    "worth": pl.Int64(),
    "pays": pl.String(),
    "rounding": pl.String(),
}


def entitlements(ground: Ground) -> pl.DataFrame:
    """What points components entitle to (ENTITLED), in the period of the qualification."""
    if ground.qualified.is_empty():
        return empty(ENTITLED)
    rows = [
        (
            version.plan.name,
            part.id,
            part.credits,
            part.points * part.value.minor,
            part.value.currency,
            version.plan.rounding,
        )
        for version, part in ground.parts(Points)
    ]
    terms = pl.DataFrame(rows, schema=_TERMS, orient="row")
    dated = ground.qualified.join(terms, on=["plan", "role"]).with_columns(
        dated=month(pl.col("at"), ground.zone)
    )
    earning = coefficients(ground, dated)
    return (
        earning.with_columns(amount=rounded_alone(earning, "worth", ["coef"]))
        .with_columns(
            period=pl.col("dated"),
            subject="lead/" + pl.col("lead"),
            deal=pl.lit(None, dtype=pl.String),
            source=pl.lit(None, dtype=pl.String),
            currency=pl.col("pays"),
            rate=pl.lit(None, dtype=pl.String),
            share_num=pl.lit(None, dtype=pl.Int64),
            share_den=pl.lit(None, dtype=pl.Int64),
            base=pl.lit(None, dtype=pl.Int64),
            base_currency=pl.lit(None, dtype=pl.String),
            rule=pl.lit(None, dtype=pl.String),
            opener=pl.lit(None, dtype=pl.Int64),
            because=listed("opened", "fact"),
        )
        .select(*ENTITLED)
    )
