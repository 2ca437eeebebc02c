"""Handing on: what cases leave to whoever has all of a payee, so that they can be computed apart.

What a component entitles to before its cap, which layers a tier counts, and what a ceiling looks
at are functions of a case. What a cap leaves, which tier is reached, and what is above a ceiling
are functions of a payee (`engine.handed_on`). Facts go by name here, as orders are a case's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import polars as pl

from engine.attendance import Attendance
from engine.components import components_looked_at, is_part
from engine.conversions import COUNTED
from engine.counts import MEASURED, changes
from engine.deal_evidence import with_evidence
from engine.earned import before_gates, bounded
from engine.earned import changes as changes_of
from engine.ground import Ground
from engine.leaving import dates
from engine.line_evidence import evidence
from engine.reads import measures_read
from engine.rulebook import Rulebook, Version
from engine.tier_steps import steps_and_worths
from engine.valued import dated_credits
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
UNBOUNDED: Final[Schema] = {
    **{name: dtype for name, dtype in ENTITLED.items() if name not in _BY_ORDER},
    **_NAMED,
}
"""Entitlements before gates and caps; they have no `rule` or `opener` of their own."""
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
DATED: Final[Schema] = {name: ENTITLED[name] for name in ("payee", "plan", "dated")}
"""Whose credits are dated when: payees with a version and a payout period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """What cases hand on.

    Attributes:
        unbounded: entitlements that gates or caps over cases wait for (UNBOUNDED).
        steps: what tiers count (STEPS).
        moved: what windows look at (MOVED).
        measured: what measures count (MEASURED).
        counted: leads that gates by conversion wait for (COUNTED, added up).
        dated: whose credits are dated when (DATED).
    """

    unbounded: pl.DataFrame
    steps: pl.DataFrame
    moved: pl.DataFrame
    measured: pl.DataFrame
    counted: pl.DataFrame
    dated: pl.DataFrame


NOTHING: Final = HandedOn(
    unbounded=empty(UNBOUNDED),
    steps=empty(STEPS),
    moved=empty(MOVED),
    measured=empty(MEASURED),
    counted=empty(COUNTED),
    dated=empty(DATED),
)
"""What cases hand on that have nothing to hand on."""


def earned_but(
    world: World, near: Rulebook, later: Rulebook, through: int | None
) -> tuple[pl.DataFrame, HandedOn]:
    """Earned lines (EARNED) of cases, and what these hand on.

    `near` are all plans with the components that are priced here, `later` the same with those that
    are paid afterwards. What is in both waits for its gates and its cap. Leads are counted apart
    (`engine.conversions`), since those of other cases count as well.
    """
    entitled, handed = [empty(ENTITLED)], [NOTHING]
    versions = later.named.values()
    waits = is_part((v.plan.name, part.id) for v in versions for part in v.plan.components)
    looked_at = is_part(components_looked_at(versions))
    for ground, told in before_gates(world, near, through):
        left = bounded(told.filter(waits.not_()), ground)
        entitled.append(left)
        here = [later.named[version.plan.name] for version in ground.versions]
        handed.append(
            replace(
                NOTHING,
                unbounded=_unbounded(told.filter(waits), world),
                steps=_steps(ground, here),
                moved=moves(left.filter(looked_at)),
                measured=_measured(ground, here),
                dated=_dated(ground, here),
            )
        )
    return changes_of(pl.concat(entitled), through), together(handed)


def together(handed: Sequence[HandedOn]) -> HandedOn:
    """What several hand on."""
    names = [field.name for field in fields(HandedOn)]
    return HandedOn(**{name: pl.concat([getattr(each, name) for each in handed]) for name in names})


def _unbounded(told: pl.DataFrame, world: World) -> pl.DataFrame:
    """Entitlements (ENTITLED) as UNBOUNDED."""
    assert told["rule"].null_count() == told["opener"].null_count() == told.height
    return _by_name(told, world).select(*UNBOUNDED)


def _steps(ground: Ground, later: Sequence[Version]) -> pl.DataFrame:
    """The layers (STEPS) that tiers count, of versions of a ground with what is paid later."""
    parts = [(v, part) for v in later for part in v.plan.components if isinstance(part, Tiered)]
    if not parts:
        return empty(STEPS)
    steps, worths = steps_and_worths(ground, parts)
    rows = with_evidence(steps.join(worths, on="step"), ground.world)
    return _by_name(rows, ground.world).select(*STEPS)


def _measured(ground: Ground, later: Sequence[Version]) -> pl.DataFrame:
    """What the measures count (MEASURED) that something paid later goes by."""
    told = [
        changes(Attendance(ground, version), measure).with_columns(
            plan=pl.lit(version.plan.name), measure=pl.lit(measure.id)
        )
        for version in later
        for read in [measures_read(version.plan)]
        for measure in version.plan.measures
        if measure.id in read and measure.of != "metric"
    ]
    return pl.concat([empty(MEASURED), *(each.select(*MEASURED) for each in told)])


def _dated(ground: Ground, later: Sequence[Version]) -> pl.DataFrame:
    """Whose credits are dated when (DATED), where something paid later goes by a measure."""
    if not any(measures_read(version.plan) for version in later):
        return empty(DATED)
    named = pl.col("plan").is_in([version.plan.name for version in later])
    return dated_credits(ground).filter(named).unique().select(*DATED)


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
