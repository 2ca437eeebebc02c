"""Components: each kind of pay a plan can promise, one file a kind, all of one shape.

A component's `entitlements(ground)` is what all parts of its kind entitle to, in all versions of
the ground: a row (ENTITLED) for each key and period in which it changed. It is computed for all
deals and payees at a time.
"""

from collections.abc import Callable, Iterator, Mapping
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
from engine.ground import Ground
from engine.holdback import forfeitures

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
    """The entitlements (ENTITLED) of components that look at the `lines` of the others."""
    kinds = {part.kind for version in ground.versions for part in version.plan.components}
    for kind, entitlements in OF_WINDOWS.items():
        if kind in kinds:
            yield entitlements(lines, ground)
    if ground.world.people.left:
        yield forfeitures(lines, ground)
