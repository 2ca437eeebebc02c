"""What is priced, and what it is worth when: layers, and where a plan says so their decreases.

By the law a layer's worth moves with the contract. Under `decreases: current-window` it stands at
its opening, and each decrease is something of its own, below zero and of its own date.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from engine.ground import Ground, paid_under
from engine.world import World
from engine.zones import month

LAYER = ("deal", "layer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """Credits (CREDITED), everybody who shares with them, and what they are worth when.

    `values` has a row for each layer and period in which it changed: `layer, period, value,
    because`. Decreases are numbered below zero in `layer`; `opener` is the layer each shrinks and
    `fact` the amendment, and their values count with the sign.
    """

    credited: pl.DataFrame
    members: pl.DataFrame
    values: pl.DataFrame
    sign: Literal[1, -1] = 1
    by: Sequence[str] = LAYER


def valued(ground: Ground) -> Iterator[Valued]:
    """Everything that is credited under a ground, each with what it is worth."""
    kept = _keeping(ground)
    everybody, worth = ground.credited, worth_of_layers(ground)
    if not kept:
        yield Valued(credited=everybody, members=everybody, values=worth)
        return
    keeps = pl.col("plan").is_in(kept).fill_null(value=False)
    yield Valued(credited=everybody.filter(keeps.not_()), members=everybody, values=worth)
    opening = worth_at_opening(ground)
    yield Valued(credited=everybody.filter(keeps), members=everybody, values=opening)
    yield _decreases(ground, everybody.filter(keeps))


def dated_credits(ground: Ground) -> pl.DataFrame:
    """Whose credits are dated when, those of decreases too: `payee, plan, dated`."""
    columns = ("payee", "plan", "dated")
    if (of_the_whole := ground.world.whole.dated) is not None:
        return of_the_whole.select(columns)
    if not _keeping(ground):
        return ground.credited.select(columns)
    return pl.concat([of.credited.select(columns) for of in valued(ground)])


def _keeping(ground: Ground) -> list[str]:
    """The versions under which layers keep their worth, and decreases count by themselves."""
    return [v.plan.name for v in ground.versions if v.plan.decreases == "current-window"]


def worth_of_layers(ground: Ground) -> pl.DataFrame:
    """What layers are worth as at the ends of periods: STATES with `period`, the last of each."""
    return last_in_period(ground.world.states, zone_month=month(pl.col("at"), ground.zone))


def worth_at_opening(ground: Ground) -> pl.DataFrame:
    """What layers were worth when they opened: STATES with `period`, the first of each layer."""
    opening = ground.world.states.sort("layer", "at", maintain_order=True).unique(
        "layer", keep="first", maintain_order=True
    )
    return opening.with_columns(period=month(pl.col("at"), ground.zone))


def last_in_period(states: pl.DataFrame, *, zone_month: pl.Expr) -> pl.DataFrame:
    """States as at the ends of periods: the last of each layer and period, with `period`."""
    in_order = states.with_columns(period=zone_month).sort("layer", "at", maintain_order=True)
    followed = (pl.col("layer") == pl.col("layer").shift(-1)) & (
        pl.col("period") == pl.col("period").shift(-1)
    )
    return in_order.filter(followed.fill_null(value=False).not_())


def decreases(world: World) -> pl.DataFrame:
    """Every step that shrank a layer: `deal, layer, at, fact, value, because, own`.

    `value` is by how much, above zero; `fact` the amendment, which a correction may have given its
    value; of all that is behind the value then (`because`), `own` is this step. Sorted by layer, in
    order of effect.
    """
    again = pl.col("layer") == pl.col("layer").shift(1)
    told_before = pl.col("because").list.len().shift(1)
    corrected = world.steps.select("order", last="corrected_by").drop_nulls()
    return (
        world.states.sort("layer", "at", maintain_order=True)
        .with_columns(
            was=pl.when(again).then(pl.col("value").shift(1)),
            own=pl.col("because").list.slice(told_before),
        )
        .filter(pl.col("value") < pl.col("was"))
        .with_columns(value=pl.col("was") - pl.col("value"), last=pl.col("because").list.last())
        .join(corrected, on="last", how="left", maintain_order="left")
        .with_columns(fact=pl.coalesce("order", "last"))
        .select("deal", "layer", "at", "fact", "value", "because", "own")
    )


def _decreases(ground: Ground, kept: pl.DataFrame) -> Valued:
    """The decreases of layers that keep their worth, for the payees whose plan keeps it."""
    world = ground.world
    shrunk = decreases(world).with_columns(
        opener="layer", layer=-1 - pl.int_range(pl.len(), dtype=pl.Int64)
    )
    of_layers = world.layers.select("split", "currency", opener="layer")
    of_each = (
        shrunk.select("deal", "layer", "opener", "fact", opened_at="at")
        .join(of_layers, on="opener")
        .join(world.credits, on=["deal", "split"])
        .with_columns(dated=month(pl.col("opened_at"), ground.zone))
    )
    members = paid_under(of_each, world, "opened_at")
    keepers = kept.select("payee", "role", "source", opener="layer")
    credited = members.join(keepers, on=["opener", "payee", "role", "source"], how="semi")
    opened = worth_at_opening(ground).select(opener="layer", opening="because")
    values = shrunk.join(opened, on="opener").select(
        "deal",
        "layer",
        "value",
        because=pl.concat_list("opening", "own"),
        period=month(pl.col("at"), ground.zone),
    )
    return Valued(credited=credited, members=members, values=values, sign=-1)
