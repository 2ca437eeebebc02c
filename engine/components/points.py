"""Points: a valid lead earns its finder points once, at its first live qualification."""

from collections.abc import Sequence

import polars as pl

from engine.rulebook import Version
from engine.world import World
from engine.zones import month
from schemas.frames import EARNED
from schemas.plans import Points

_TERMS = {
    "plan": pl.String(),
    "component": pl.String(),
    "role": pl.String(),
    "worth": pl.Int64(),
    "pays": pl.String(),
}


def first_qualifications(world: World) -> pl.DataFrame:
    """The first live qualification of each known lead: `lead, payee, role, opened, fact, at`."""
    return (
        world.facts.filter(pl.col("type") == "lead-qualified")
        .unique("lead", keep="first", maintain_order=True)
        .select("lead", fact="order", at="effective_at")
        .join(world.leads, on="lead")
        .select("lead", "payee", "opened", "fact", "at", role=pl.col("side").fill_null("marketing"))
    )


def entitlements(qualified: pl.DataFrame, versions: Sequence[Version]) -> pl.DataFrame:
    """What points components of `versions`, all in one zone, entitle to, per period.

    `qualified` is `first_qualifications` with `plan`, the version the finder is paid under.
    """
    rows = [
        (
            version.plan.name,
            part.id,
            part.credits,
            part.points * part.value.minor,
            part.value.currency,
        )
        for version in versions
        for part in version.plan.components
        if isinstance(part, Points)
    ]
    terms = pl.DataFrame(rows, schema=_TERMS, orient="row")
    zone = versions[0].plan.zone
    return (
        qualified.join(terms, on=["plan", "role"])
        .with_columns(
            period=month(pl.col("at"), zone),
            subject="lead/" + pl.col("lead"),
            deal=pl.lit(None, dtype=pl.String),
            source=pl.lit(None, dtype=pl.String),
            currency=pl.col("pays"),
            rate=pl.lit(None, dtype=pl.String),
            share_num=pl.lit(None, dtype=pl.Int64),
            share_den=pl.lit(None, dtype=pl.Int64),
            base=pl.lit(None, dtype=pl.Int64),
            base_currency=pl.lit(None, dtype=pl.String),
            amount=pl.col("worth"),
            because=pl.concat_list("opened", "fact"),
        )
        .select(*EARNED)
    )
