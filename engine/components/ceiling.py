"""Ceiling: at most so much for several components together, per payee and window.

Its line takes what they come to above the amount, as at the end of each period from the window's
first month on.
"""

from collections.abc import Iterator
from fractions import Fraction

import polars as pl

from engine.attendance import Attendance
from engine.ground import Ground
from engine.measures import Course, since
from engine.window_lines import Amounts, Worked, as_lines, grounded, level, sums
from schemas.frames import ENTITLED, empty
from schemas.plans import Ceiling


def entitlements(moved: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What ceilings take (ENTITLED) from what the components they apply to come to (MOVED)."""
    told = (
        _of_part(moved, Attendance(ground, version), part)
        for version, part in ground.parts(Ceiling)
    )
    return pl.concat([empty(ENTITLED), *told])


def _of_part(moved: pl.DataFrame, attendance: Attendance, part: Ceiling) -> pl.DataFrame:
    return as_lines(_taken(moved, attendance, part), attendance, part.id)


def _taken(
    moved: pl.DataFrame, attendance: Attendance, part: Ceiling
) -> Iterator[tuple[Worked, Amounts]]:
    for (payee, number), came_to in sums(moved, attendance, part.applies_to, part.window).items():
        for of in grounded(attendance, payee, attendance.window(part.window, number)):
            most = level(Fraction(part.amount.minor), attendance, of, part.prorate)
            yield of, _above(since(came_to, of.window.first), most)


def _above(came_to: Course, most: int) -> Amounts:
    for period, total in came_to:
        yield period, -max(0, int(total) - most) if total > 0 else 0
