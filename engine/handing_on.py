"""Handing on: what cases leave to whoever has all of a payee, so that they can be computed apart.

What a component entitles to before its cap, which layers a tier counts, and what a ceiling looks
at are functions of a case. What a cap leaves, which tier is reached, and what is above a ceiling
are functions of a payee (`engine.handed_on`). Facts go by name here, as orders are a case's own.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from engine.components import components_looked_at, is_part
from engine.deal_evidence import with_evidence
from engine.earned import before_caps, bounded, changes
from engine.ground import Ground
from engine.leaving import dates
from engine.line_evidence import evidence
from engine.rulebook import Rulebook
from engine.tier_steps import steps_and_worths
from engine.window_lines import MOVED, moves
from engine.world import World
from schemas.frames import ENTITLED, FACTS, Schema, empty
from schemas.plans import Tiered
from schemas.statements import NAMES

EFFECT: Final = ("effective_at", "rank", "stream", "fact_source", "fact_id")
"""The order of effect, by which facts of several parts of a log become one row."""
_NAMED: Final[Schema] = {
    "because": NAMES,
    "fact_source": pl.String(),
    "fact_id": pl.String(),
    "stream": pl.String(),
    "effective_at": pl.Int64(),
    "rank": FACTS["rank"],
    "at": pl.Int64(),  # the instant that lines of the fact are of
}
_BY_ORDER: Final = ("fact", "because", "rule", "opener")
UNCAPPED: Final[Schema] = {
    **{name: dtype for name, dtype in ENTITLED.items() if name not in _BY_ORDER},
    **_NAMED,
}
"""Entitlements after gates and before their cap; they have no `rule` or `opener` of their own."""
STEPS: Final[Schema] = {
    "payee": pl.String(),
    "plan": pl.String(),
    "component": pl.String(),
    "source": pl.String(),
    "role": pl.String(),
    "deal": pl.String(),
    "lead": pl.String(),
    "dated": pl.Int64(),
    "opened_at": pl.Int64(),
    "currency": pl.String(),
    "opening": pl.Int64(),  # minor units of `currency`
    "weight": pl.Int64(),
    "whole": pl.Int64(),
    "pays": pl.String(),
    "rounding": pl.String(),
    "period": pl.Int64(),
    "worth": pl.Int64(),
    **_NAMED,
}
"""Layers that tiers count: a row for each period at whose end one is worth something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """What cases hand on: entitlements (UNCAPPED), STEPS, and what windows look at (MOVED)."""

    uncapped: pl.DataFrame
    steps: pl.DataFrame
    moved: pl.DataFrame


def earned_but(
    world: World, near: Rulebook, later: Rulebook, through: int | None
) -> tuple[pl.DataFrame, HandedOn]:
    """Earned lines (EARNED) of cases, and what these hand on.

    `near` are all plans with the components that are priced here, `later` the same with those that
    are paid afterwards. What is in both waits for its cap.
    """
    entitled, uncapped = [empty(ENTITLED)], [empty(UNCAPPED)]
    steps, moved = [empty(STEPS)], [empty(MOVED)]
    versions = later.named.values()
    waits = is_part((v.plan.name, part.id) for v in versions for part in v.plan.components)
    looked_at = is_part(components_looked_at(versions))
    for ground, told in before_caps(world, near, through):
        left = bounded(told.filter(waits.not_()), ground)
        entitled.append(left)
        uncapped.append(_uncapped(told.filter(waits), world))
        moved.append(moves(left.filter(looked_at)))
        steps.append(_steps(ground, later))
    return changes(pl.concat(entitled), through), HandedOn(
        uncapped=pl.concat(uncapped), steps=pl.concat(steps), moved=pl.concat(moved)
    )


def _uncapped(told: pl.DataFrame, world: World) -> pl.DataFrame:
    """Entitlements (ENTITLED) as UNCAPPED."""
    assert told["rule"].null_count() == told["opener"].null_count() == told.height
    return _by_name(told, world).select(*UNCAPPED)


def _steps(ground: Ground, later: Rulebook) -> pl.DataFrame:
    """The layers (STEPS) that tiers of later components count, of the versions of a ground."""
    named = [later.named[version.plan.name] for version in ground.versions]
    parts = [(v, part) for v in named for part in v.plan.components if isinstance(part, Tiered)]
    if not parts:
        return empty(STEPS)
    steps, worths = steps_and_worths(ground, parts)
    rows = with_evidence(steps.join(worths, on="step"), ground.world)
    return _by_name(rows, ground.world).select(*STEPS)


def _by_name(rows: pl.DataFrame, world: World) -> pl.DataFrame:
    """Rows with the names of their `fact`, and of what they rest on (`because`).

    Facts have what puts them in order of effect.
    """
    facts = world.facts.select(
        "stream", "effective_at", "rank", fact="order", fact_source="source", fact_id="id"
    )
    names = world.names.select("source", "id").rechunk()
    return (
        rows.with_columns(because=evidence(rows["because"], names, world))
        .join(dates(world, rows["fact"]), on="fact")
        .join(facts, on="fact")
    )
