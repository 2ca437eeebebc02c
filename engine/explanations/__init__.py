"""Explanations: for each kind of component what a line of it is worth, and why; one file a kind.

A kind's `worth(asked, period)` does the arithmetic of its component again, in fractions and for the
one line that is asked about, as at the end of a period. What bounds it is done again after it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from engine.explanations import (
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
from engine.explanations.asked import Asked, Worth
from engine.explanations.gates import through_gates
from engine.explanations.limits import below_cap, released, stayed

KINDS: Final[Mapping[str, Callable[[Asked, int], Worth]]] = {
    "matrix": matrix.worth,
    "override": override.worth,
    "overlay": overlay.worth,
    "points": points.worth,
    "award": award.worth,
    "flat": flat.worth,
    "spiff": spiff.worth,
    "bonus": bonus.worth,
    "scorecard": scorecard.worth,
    "guarantee": guarantee.worth,
    "ceiling": ceiling.worth,
}
"""Kind of component to what a line of it is worth."""

SEVERAL: Final[Mapping[str, Callable[[Asked, int], Iterator[tuple[Asked, Worth]]]]] = {
    "commission": commission.pieces,
    "tiered": tiered.pieces,
    "clawback": clawback.pieces,
}
"""Kinds whose line may be several pieces that are bounded apart, each with what it is worth."""

BOUNDS: Final = (stayed, through_gates, below_cap, released)
"""What is done to an entitlement, one after the other."""

OF_WINDOWS: Final = ("guarantee", "ceiling")
"""Kinds that look at what came out of the others, and are not bounded again."""


def worth(asked: Asked, period: int) -> Worth:
    """What a line entitles to as at the end of a period, with every step on the way."""
    kind = asked.part.kind
    if kind in SEVERAL:
        told = [_bounded(of, period, each) for of, each in SEVERAL[kind](asked, period)]
        reasons = tuple(reason for each in told for reason in each.reasons)
        return Worth(sum(each.amount for each in told), reasons)
    alone = KINDS[kind](asked, period)
    return alone if kind in OF_WINDOWS else _bounded(asked, period, alone)


def _bounded(asked: Asked, period: int, told: Worth) -> Worth:
    for bound in BOUNDS:
        told = bound(asked, period, told)
    return told
