"""Earned: what each payee is worth under the plans, per period, as known.

`earned(Q)` is the entitlement as at the end of Q less that as at the end of the period before. So a
decrease is posted in its own period at the prices of the layer it shrinks, lines telescope, and a
cancelled layer nets to nothing.
"""

from collections.abc import Sequence

import polars as pl

from engine.components import award, commission, points
from engine.gates import gated
from engine.rulebook import Version
from engine.world import World
from schemas.frames import EARNED, KEY, empty

SEMANTICS = 1
"""The number of the meaning of this code. It grows when the same log would earn other lines."""

_KERNEL_KEY = ("payee", "subject", "fact", "component", "source", "plan", "currency")


def earned(world: World, *, through: int | None = None) -> pl.DataFrame:
    """Earned lines (EARNED), nonzero only, of periods up to and with `through`; in no order."""
    entitled = entitlements(world)
    if through is not None:
        entitled = entitled.filter(pl.col("period") <= through)
    in_order = entitled.sort(*_KERNEL_KEY, "period")
    was = pl.col("amount", "base").shift(1).over(_KERNEL_KEY).fill_null(0)
    differences = in_order.with_columns(was.name.prefix("_was_")).with_columns(
        amount=pl.col("amount") - pl.col("_was_amount"),
        base=pl.when(pl.col("base").is_not_null()).then(pl.col("base") - pl.col("_was_base")),
    )
    return differences.filter(pl.col("amount") != 0).select(*EARNED)


def entitlements(world: World) -> pl.DataFrame:
    """Entitlements of every key at the end of every period in which they changed (EARNED)."""
    credited = paid_under(layer_credits(world), world, "opened_at")
    qualified = paid_under(points.first_qualifications(world), world, "at")
    joint = paid_under(award.first_joint_signings(world), world, "at")
    parts = [empty(EARNED)]
    for versions in _by_zone(world):
        told = commission.entitlements(world, credited, versions)
        parts.append(gated(told, world, versions))
        parts.append(points.entitlements(qualified, versions))
        parts.append(award.entitlements(world, joint, versions))
    return pl.concat(parts)


def layer_credits(world: World) -> pl.DataFrame:
    """Every credit of every layer: CREDITS with `layer, opened_at, currency`."""
    opened = world.layers.select("deal", "split", "layer", "opened_at", "currency")
    return opened.join(world.credits, on=["deal", "split"])


def paid_under(rows: pl.DataFrame, world: World, at: str) -> pl.DataFrame:
    """Rows with `plan`, the version their `payee` is paid under at the instant in a column.

    Rows of payees without any plan keep a null.
    """
    payees = rows["payee"].drop_nulls().unique().to_list()
    spans = world.rules.version_spans(payees)
    return (
        rows.sort(at)
        .join_asof(
            spans.sort("since"),
            left_on=at,
            right_on="since",
            by="payee",
            strategy="backward",
            check_sortedness=False,
        )
        .drop("since")
    )


def named(lines: pl.DataFrame, world: World) -> pl.DataFrame:
    """Lines for the outside: facts by (source, id) instead of orders, sorted by key.

    `fact` becomes `fact_source` and `fact_id`, `because` a list of structs `source, id`, sorted and
    unique, that holds the corrections of the facts as well as the facts.
    """
    names = world.facts.select("order", "source", "id", "repaired_by")
    fact = names.select(fact="order", fact_source="source", fact_id="id")
    rows = lines.with_row_index("_row")
    told = rows.select("_row", order="because").explode("order").join(names, on="order")
    repairs = _repair_names(world)
    repaired = told.join(repairs, on="repaired_by").select(
        "_row", source="repair_source", id="repair_id"
    )
    because = (
        pl.concat([told.select("_row", "source", "id"), repaired])
        .unique()
        .sort("_row", "source", "id")
        .group_by("_row", maintain_order=True)
        .agg(because=pl.struct("source", "id"))
    )
    return (
        rows.drop("because")
        .join(fact, on="fact")
        .join(because, on="_row")
        .drop("_row", "fact")
        .sort(KEY)
    )


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
