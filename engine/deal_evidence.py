"""What lines of deals rest on: the facts that decide whose deal it is, and those of its value.

Nearly all lines rest on the signing of their deal, or on it and one claim, alone: only the others
pay for lists whose length must be looked at.
"""

from typing import Final

import polars as pl

from engine.by_order import beside, listed
from engine.world import World

_ORDERS: Final = pl.List(pl.Int64)
_MORE: Final = ("because", "touches", "own_touches")
"""Lists of facts that most lines do not rest on."""
_ONE_BY_ONE: Final = ("signing", "signing_corrected", "layer")


def with_evidence(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Parts of layers with the `lead` of their deal, and all they rest on as `because`.

    That is the grounds, the signing, the layer, the steps behind its value (`because` before), and
    the touches by which somebody is credited. Parts keep their order.
    """
    told = beside(_with_touches(parts, world), _signed_for(world), "layer")
    plain = (
        pl.col("signing_corrected").is_null()
        & (pl.col("layer") == pl.col("signing"))
        & pl.all_horizontal(pl.col(_MORE).list.len().fill_null(0) == 0)
    )
    rests = told.select(
        *(*_ONE_BY_ONE, *_MORE, "ground"),
        alone=plain & (pl.col("many") == 0),
        on_one=plain & (pl.col("many") == 1),
    ).with_row_index("_row")
    lists = [
        rests.filter("alone").select("_row", because=listed("signing")),
        rests.filter("on_one").select("_row", because=listed("ground", "signing")),
    ]
    others = rests.filter(pl.any_horizontal("alone", "on_one").not_())
    if not others.is_empty():
        lists.append(_of_any_length(others, world))
    return told.with_columns(pl.concat(lists, rechunk=True).sort("_row")["because"])


def _of_any_length(rests: pl.DataFrame, world: World) -> pl.DataFrame:
    """All that rows rest on: `_row, because`."""
    told = beside(rests, world.sources.select("signing", "grounds"), "signing")
    single = [told.select("_row", order=name) for name in _ONE_BY_ONE]
    grounds, *more = (
        told.select("_row", order=name).explode("order") for name in ("grounds", *_MORE)
    )
    orders = pl.concat([grounds, *single, *more]).drop_nulls()
    return orders.group_by("_row").agg(because="order")


def _signed_for(world: World) -> pl.DataFrame:
    """What the deals of layers rest on, a row a layer: `layer, lead, signing, signing_corrected`.

    With the first of their grounds as `ground`, and how `many` they are.
    """
    grounds = pl.col("grounds").list
    signed = beside(
        world.sources.select(
            "deal", "signing", lead="claimed_lead", ground=grounds.first(), many=grounds.len()
        ),
        world.steps.select(signing="order", signing_corrected="corrected_by"),
        "signing",
    )
    own = signed.with_columns(layer="signing")
    later = world.layers.select("deal", "layer").join(own, on="layer", how="anti")
    if later.is_empty():
        return own.drop("deal")
    of_later = later.join(signed, on="deal").select(own.columns)
    return pl.concat([own, of_later], rechunk=True).drop("deal")


def _with_touches(parts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Parts with the `touches` by which their payees are credited, null where by none.

    What of marketing is the self-sourced part of one person rests on both sides' touches: theirs as
    a finder are `own_touches`.
    """
    if world.sides.is_empty() or "role" not in parts.columns:
        none = pl.lit(None, dtype=_ORDERS)
        return parts.with_columns(touches=none, own_touches=none)
    touches = world.sides.select("deal", "payee", "role", touches="because")
    found = world.classes.filter(pl.col("source") == "marketing")
    both = touches.filter(pl.col("role") == "marketing").join(found, on="deal", how="semi")
    own = both.select("deal", "payee", own_touches="touches", source=pl.lit("self"))
    return parts.join(
        touches, on=["deal", "role", "payee"], how="left", maintain_order="left"
    ).join(own, on=["deal", "payee", "source"], how="left", maintain_order="left")
