"""Which credits a component pays for: the role, the class of the deal, and its condition.

A condition looks at the signing of the deal and at what a layer was worth when it opened, so a
smaller contract never leaves it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import polars as pl

from engine.allocation import largest, product_dtype
from engine.exchange import exchanged
from engine.ground import Ground
from engine.matching import matches
from engine.rulebook import Version
from engine.world import World
from schemas.currencies import DIGITS
from schemas.expressions import Condition, Kind, parsed
from schemas.plans import AttributeKind


class Conditional(Protocol):
    """A part of a plan that may have a condition on deals."""

    @property
    def where(self) -> str | None:
        """The condition, None for every deal."""


class OfDeals(Conditional, Protocol):
    """A part of a plan that pays for, or counts, deals of one class or of all."""

    @property
    def source(self) -> str | None:
        """The class, None for each of them."""


def eligible(
    credited: pl.DataFrame, ground: Ground, part: OfDeals, version: Version
) -> pl.DataFrame:
    """The rows (CREDITED) that a part of a plan version pays for or counts.

    Those of payees under the version, in the role it `credits` (a part without one: any), of its
    class and in its condition.
    """
    wanted = pl.col("plan") == version.plan.name
    if (role := getattr(part, "credits", None)) is not None:
        wanted &= pl.col("role") == role
    if part.source is not None:
        wanted &= pl.col("source") == part.source
    return satisfying(credited.filter(wanted), ground, part, version)


def satisfying(
    rows: pl.DataFrame, ground: Ground, part: Conditional, version: Version
) -> pl.DataFrame:
    """The rows for which a part's condition holds; all of them where it has none.

    Rows name their `deal` and `layer`, and `source` and `role` where they have them; `opener`
    instead of `layer` where they are no layers themselves. Their other columns are as they were.
    """
    if part.where is None or rows.is_empty():
        return rows
    condition = condition_of(part.where, tuple(version.plan.attributes.items()))
    seen = seen_by_conditions(rows, ground.world, version)
    return rows.filter(matches(seen, condition, DIGITS[version.plan.currency]))


@lru_cache(maxsize=512)
def condition_of(text: str, attributes: Sequence[tuple[str, AttributeKind]]) -> Condition:
    """The condition of a text under a plan's attributes. Raises `BadCondition`."""
    return parsed(text, {name: Kind(kind) for name, kind in attributes})


def seen_by_conditions(rows: pl.DataFrame, world: World, version: Version) -> pl.DataFrame:
    """What conditions look at, row by row: DETAILS with class, role, side, kind and amount.

    `amount_num / amount_den` are minor units of the version's currency, null without a rate of
    exchange.
    """
    opener = "opener" if "opener" in rows.columns else "layer"
    about = [name for name in ("source", "role") if name in rows.columns]
    asked = rows.select("deal", *about, layer=opener).with_row_index("_row")
    of_layers = _openings(asked.select("layer").unique(), world, version)
    return (
        asked.join(of_layers, on="layer", how="left")
        .join(_sides(world), on="deal", how="left")
        .join(world.details, on="deal", how="left")
        .sort("_row")
        .drop("_row")
    )


def _openings(wanted: pl.DataFrame, world: World, version: Version) -> pl.DataFrame:
    """How layers began: `layer, kind, amount_num, amount_den`."""
    opening = pl.col("kind").replace({"reduction": "upsell"})  # one that raised the value
    kinds = world.steps.select(kind=opening, layer="order")
    opened = world.layers.join(wanted, on="layer", how="semi").select(
        "layer",
        "currency",
        "opened_at",
        plan=pl.lit(version.plan.name),
        worth=pl.col("value") - pl.col("before"),
    )
    told = exchanged(opened, world.rules).join(kinds, on="layer")
    product_dtype(largest(told["worth"]), largest(told["fx_num"]))
    return told.select(
        "layer", "kind", amount_num=pl.col("worth") * pl.col("fx_num"), amount_den="fx_den"
    )


def _sides(world: World) -> pl.DataFrame:
    """The side of the lead that decided each deal, null where none did: `deal, side`."""
    sides = world.leads.select(claimed_lead="lead", side=pl.col("side").fill_null("marketing"))
    return (
        world.sources.select("deal", "claimed_lead")
        .join(sides, on="claimed_lead", how="left")
        .drop("claimed_lead")
    )
