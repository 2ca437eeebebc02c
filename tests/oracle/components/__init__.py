"""The kinds of components, one a file: what each entitles to as at the end of a month."""

from collections.abc import Callable, Iterator

from tests.oracle.components import (
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
from tests.oracle.lines import Entitled, Line
from tests.oracle.world import World

PAYING: list[Callable[[World, str], Iterator[Entitled]]] = [
    commission.entitled,
    clawback.entitled,
    tiered.entitled,
    matrix.entitled,
    override.entitled,
    overlay.entitled,
    points.entitled,
    award.entitled,
    flat.entitled,
    spiff.entitled,
    bonus.entitled,
    scorecard.entitled,
]
OVER_LINES: list[Callable[[World, str, list[Entitled]], Iterator[Line]]] = [
    ceiling.lines,
    guarantee.lines,
]
"""Those that look at what came out of the others."""
