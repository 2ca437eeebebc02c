"""Earned: what each payee is worth under the plans, per period, as known.

`earned(Q)` is the entitlement as at the end of Q less that as at the end of the period before. So a
decrease is posted in its own period at the prices of the layer it shrinks, lines telescope, and a
cancelled layer nets to nothing.
"""

from collections.abc import Sequence

import polars as pl

from engine.caps import capped
from engine.components import paid_by_components, paid_by_windows
from engine.gates import gated
from engine.ground import Ground
from engine.instalments import released
from engine.leaving import stayed
from engine.rulebook import Version
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.frames import EARNED, ENTITLED, KEY, empty
from schemas.recorded import instant

SEMANTICS = 1
"""The number of the meaning of this code. It grows when the same log would earn other lines."""

_KERNEL_KEY = ("fact", "component", "source", "payee", "subject", "plan", "currency")


def earned(world: World, *, through: int | None = None) -> pl.DataFrame:
    """Earned lines (EARNED), nonzero only, of periods up to and with `through`; in no order."""
    entitled = entitlements(world, through)
    if through is not None:
        entitled = entitled.filter(pl.col("period") <= through)
    changing = (
        entitled.group_by("fact")
        .agg(changes=pl.col("period").min() != pl.col("period").max())
        .filter("changes")
    )
    once = entitled.join(changing, on="fact", how="anti")
    again = entitled.join(changing, on="fact", how="semi")
    return pl.concat([once.select(*EARNED), _differences(again)]).filter(pl.col("amount") != 0)


def _differences(entitled: pl.DataFrame) -> pl.DataFrame:
    """Entitlements of keys that change in several periods, each less that of the period before.

    What entitles to nothing has a base of 0, so that a line says what it is that pays it.
    """
    was = pl.col("amount", "base").shift(1).over(_KERNEL_KEY).fill_null(0)
    unpaid = (pl.col("amount") == 0) & pl.col("base").is_not_null()
    return (
        entitled.with_columns(base=pl.when(unpaid).then(0).otherwise("base"))
        .sort(*_KERNEL_KEY, "period")
        .with_columns(was.name.prefix("_was_"))
        .with_columns(
            amount=pl.col("amount") - pl.col("_was_amount"),
            base=pl.when(pl.col("base").is_not_null()).then(pl.col("base") - pl.col("_was_base")),
        )
        .select(*EARNED)
    )


def entitlements(world: World, through: int | None = None) -> pl.DataFrame:
    """Entitlements of every key at the end of every period in which they changed (ENTITLED)."""
    parts = [empty(ENTITLED)]
    for versions in _by_zone(world):
        ground = Ground(world=world, versions=versions, through=_horizon(world, through))
        told = pl.concat([empty(ENTITLED), *paid_by_components(ground)])
        for stage in (stayed, gated, capped, released):
            told = stage(told, ground)
        parts.append(pl.concat([told, *paid_by_windows(told, ground)]))
    return pl.concat(parts)


def _horizon(world: World, through: int | None) -> int:
    """The last period of interest: that asked for, else that of the last fact."""
    if through is not None or world.last_at is None:
        return through or 0
    return PayoutPeriod.of(instant(world.last_at).astimezone(world.rules.zone)).number


def named(lines: pl.DataFrame, world: World) -> pl.DataFrame:
    """Lines for the outside: facts by (source, id) instead of orders, sorted by key.

    `fact` becomes `fact_source` and `fact_id`, `because` a list of structs `source, id`, sorted and
    unique, that holds the corrections of the facts as well as the facts.
    """
    names = world.names  # an order is the number of its row
    fact = lines["fact"]
    told = lines.with_columns(
        fact_source=names["source"].gather(fact), fact_id=names["id"].gather(fact)
    )
    return told.with_columns(_because(lines, world)).drop("fact").sort(KEY)


def _because(lines: pl.DataFrame, world: World) -> pl.Series:
    """The names of the facts each line rests on, and of the corrections that decided them.

    Each name that occurs gets its place in order of (source, id), so that the many lists are
    sorted and made unique as integers.
    """
    facts = world.names
    rows = lines.select(row=pl.int_range(pl.len(), dtype=pl.Int64), order="because")
    told = rows.explode("order").join(facts, on="order", how="left")
    repairs = _repair_names(world)
    corrections = told.join(repairs, on="repaired_by").select(
        "row", source="repair_source", id="repair_id"
    )
    used = pl.concat([told.select("row", "source", "id"), corrections])
    places = (
        used.select("source", "id")
        .unique()
        .sort("source", "id")
        .with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64))
    )
    many = max(1, places.height)
    placed = used.join(places, on=["source", "id"]).select(
        one=pl.col("row") * many + pl.col("place")
    )
    single = placed.to_series().unique().sort()
    name = places.select(pl.struct("source", "id")).to_series().gather(single % many)
    lists = pl.DataFrame({"row": single // many, "because": name})
    return lists.group_by("row", maintain_order=True).agg("because")["because"]


def _repair_names(world: World) -> pl.DataFrame:
    rows = [
        (repair.position, repair.source, repair.id) for repair in world.repairs.corrected.values()
    ]
    schema = {"repaired_by": pl.Int64(), "repair_source": pl.String(), "repair_id": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by_zone(world: World) -> list[Sequence[Version]]:
    """All plan versions, those that cut their periods in the same zone together."""
    zones: dict[str, list[Version]] = {}
    for version in world.rules.named.values():
        zones.setdefault(version.plan.time_zone, []).append(version)
    return list(zones.values())
