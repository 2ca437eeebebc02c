"""Earned: what each payee is worth under the plans, per period, as known.

`earned(Q)` is the entitlement as at the end of Q less that as at the end of the period before. So a
decrease is posted in its own period at the prices of the layer it shrinks, lines telescope, and a
cancelled layer nets to nothing.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from engine.by_order import differing
from engine.caps import capped
from engine.components import paid_by_components, paid_by_windows
from engine.gates import gated
from engine.ground import Ground
from engine.groups import first_of
from engine.instalments import released
from engine.leaving import stayed
from engine.line_evidence import evidence
from engine.rulebook import Rulebook, Version
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.frames import EARNED, ENTITLED, KEY, empty
from schemas.recorded import instant

SEMANTICS = 1
"""The number of the meaning of this code. It grows when the same log would earn other lines."""

_KERNEL_KEY = ("fact", "component", "source", "payee", "subject", "plan", "currency")
_MANY_PERIODS = 2**20


def earned(world: World, *, through: int | None = None) -> pl.DataFrame:
    """Earned lines (EARNED), nonzero only, of periods up to and with `through`; in no order."""
    return changes(entitlements(world, through), through)


def changes(entitled: pl.DataFrame, through: int | None) -> pl.DataFrame:
    """What entitlements (ENTITLED) change by, period by period, as lines (EARNED); none of 0."""
    if through is not None:
        entitled = entitled.filter(pl.col("period") <= through)
    changing = differing(entitled["fact"], entitled["period"])
    paid = pl.col("amount") != 0
    if not changing.any():
        return entitled.select(*EARNED).filter(paid)
    once = entitled.select(*EARNED).filter(paid & changing.not_())
    return pl.concat([once, _differences(entitled.filter(changing)).filter(paid)])


def _differences(entitled: pl.DataFrame) -> pl.DataFrame:
    """Entitlements of keys that change in several periods, each less that of the period before.

    What entitles to nothing has a base of 0, so that a line says what it is that pays it.
    """
    known = pl.when(first_of(_KERNEL_KEY).not_())
    was = known.then(pl.col("amount", "base").shift(1)).fill_null(0)
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
    parts = [bounded(told, ground) for ground, told in before_gates(world, world.rules, through)]
    return pl.concat([empty(ENTITLED), *parts])


def before_gates(
    world: World, rules: Rulebook, through: int | None
) -> Iterator[tuple[Ground, pl.DataFrame]]:
    """What components of rules entitle to (ENTITLED) before gates, by the versions of a zone."""
    for versions in by_zone(rules):
        ground = Ground(world=world, versions=versions, through=horizon(world, through))
        told = pl.concat([empty(ENTITLED), *paid_by_components(ground)])
        yield ground, stayed(told, ground)


def bounded(told: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What is left of entitlements (ENTITLED) by gates and caps, and so far by instalments.

    With them what windows pay that look at them.
    """
    left = released(capped(gated(told, ground), ground), ground)
    return pl.concat([left, *paid_by_windows(left, ground)])


def horizon(world: World, through: int | None) -> int:
    """The last period of interest: that asked for, else that of the last fact."""
    if through is not None or world.last_at is None:
        return through or 0
    return PayoutPeriod.of(instant(world.last_at).astimezone(world.rules.zone)).number


def named(lines: pl.DataFrame, world: World) -> pl.DataFrame:
    """Lines for the outside: facts by (source, id) instead of orders, sorted by key.

    `fact` becomes `fact_source` and `fact_id`, `because` a list of structs `source, id`, sorted and
    unique, that holds the corrections of the facts as well as the facts.
    """
    names = world.names.select("source", "id").rechunk()  # an order is the number of its row
    source, id_ = (pl.lit(names[name]).gather(pl.col("fact")) for name in names.columns)
    told = by_key(lines.with_columns(fact_source=source, fact_id=id_))
    return told.with_columns(because=evidence(told["because"], names, world)).drop("fact")


def by_key(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines sorted by KEY: one integer of payee and period tells nearly all of them apart."""
    payees = pl.Enum(lines["payee"].unique().sort())
    payee = pl.col("payee").cast(payees).to_physical().cast(pl.Int64)
    rows = pl.arg_sort_by(payee * _MANY_PERIODS + pl.col("period"), *KEY[2:])
    return lines.rechunk()[lines.select(rows).to_series()]


def by_zone(rules: Rulebook) -> list[Sequence[Version]]:
    """All plan versions, those that cut their periods in the same zone together."""
    zones: dict[str, list[Version]] = {}
    for version in rules.named.values():
        zones.setdefault(version.plan.time_zone, []).append(version)
    return list(zones.values())
