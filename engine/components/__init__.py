"""Components: each kind of pay a plan can promise, one file a kind, all of one shape.

A component's `entitlements(ground)` is what all parts of its kind entitle to, in all versions of
the ground: a row (ENTITLED) for each key and period in which it changed. It is computed for all
deals and payees at a time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from engine.components import (
    award,
    bonus,
    ceiling,
    clawback,
    commission,
    flat,
    guarantee,
    matrix,
    overlay,
    override,
    points,
    scorecard,
    spiff,
    tiered,
)
from engine.forfeitures import forfeitures
from engine.ground import Ground
from engine.rulebook import Version
from engine.window_lines import moves
from schemas.plans import Ceiling, Guarantee

Entitlements = Callable[[Ground], pl.DataFrame]

COMPONENTS: Final[Mapping[str, Entitlements]] = {
    "commission": commission.entitlements,
    "tiered": tiered.entitlements,
    "matrix": matrix.entitlements,
    "clawback": clawback.entitlements,
    "override": override.entitlements,
    "overlay": overlay.entitlements,
    "flat": flat.entitlements,
    "spiff": spiff.entitlements,
    "points": points.entitlements,
    "award": award.entitlements,
    "bonus": bonus.entitlements,
    "scorecard": scorecard.entitlements,
}
"""Kind of component to what it entitles to."""

OfWindows = Callable[[pl.DataFrame, Ground], pl.DataFrame]

OF_WINDOWS: Final[Mapping[str, OfWindows]] = {
    "guarantee": guarantee.entitlements,
    "ceiling": ceiling.entitlements,
}
"""Kind of component that looks at what the others came to, and what it adds or takes."""


def paid_by_components(ground: Ground) -> Iterator[pl.DataFrame]:
    """The entitlements (ENTITLED) of every kind of component that the versions of a ground have."""
    kinds = {part.kind for version in ground.versions for part in version.plan.components}
    for kind, entitlements in COMPONENTS.items():
        if kind in kinds:
            yield entitlements(ground)


def paid_by_windows(lines: pl.DataFrame, ground: Ground) -> Iterator[pl.DataFrame]:
    """The entitlements (ENTITLED) of what looks at the `lines` of the other components."""
    looked_at = components_looked_at(ground.versions)
    if looked_at:
        yield from paid_by_moves(moves(lines.filter(is_part(looked_at))), ground)
    if ground.world.people.left:
        yield forfeitures(lines, ground)


def paid_by_moves(moved: pl.DataFrame, ground: Ground) -> Iterator[pl.DataFrame]:
    """The entitlements (ENTITLED) of components that look at what others came to (MOVED)."""
    kinds = {part.kind for version in ground.versions for part in version.plan.components}
    for kind, entitlements in OF_WINDOWS.items():
        if kind in kinds:
            yield entitlements(moved, ground)


def components_looked_at(versions: Iterable[Version]) -> Collection[tuple[str, str]]:
    """The components, by plan version and id, that guarantees and ceilings look at.

    What any version looks at counts under all versions of its plan.
    """
    every = list(versions)
    names = {
        (version.plan.plan, name)
        for version in every
        for part in version.plan.components
        if isinstance(part, Guarantee | Ceiling)
        for name in part.applies_to
    }
    return {(v.plan.name, name) for v in every for plan, name in names if plan == v.plan.plan}


def is_part(parts: Iterable[tuple[str, str]]) -> pl.Expr:
    """Whether a line is of one of some components, by plan version and id."""
    return pl.any_horizontal(
        pl.lit(value=False),
        *((pl.col("plan") == plan) & (pl.col("component") == name) for plan, name in sorted(parts)),
    )
