"""Guarantee: an amount a payee has for a window whatever they earn, and does not owe back.

A top-up is what the components leave short of it as at the end of a period; on top, it is paid
beside them. It counts from the last month of the window on.
"""

from collections.abc import Iterator

import polars as pl

from engine.attendance import Attendance
from engine.ground import Ground
from engine.measures import Course, since
from engine.own_amounts import amount_of
from engine.window_lines import Amounts, Worked, as_lines, level, sums, worked
from schemas.frames import ENTITLED, empty
from schemas.plans import Guarantee


def entitlements(moved: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """What guarantees add (ENTITLED) to what the components they apply to come to (MOVED)."""
    told = (
        _of_part(moved, Attendance(ground, version), part)
        for version, part in ground.parts(Guarantee)
    )
    return pl.concat([empty(ENTITLED), *told])


def _of_part(moved: pl.DataFrame, attendance: Attendance, part: Guarantee) -> pl.DataFrame:
    came_to = sums(moved, attendance, part.applies_to, part.window)
    guaranteed = (
        (of, _amounts(attendance, part, of, came_to.get((of.payee, of.window.number), ())))
        for of in _guaranteed(attendance, part)
    )
    return as_lines(guaranteed, attendance, part.id)


def _guaranteed(attendance: Attendance, part: Guarantee) -> Iterator[Worked]:
    """The windows of payees, only those that begin in their first months where it says so."""
    for of in worked(attendance, part.window):
        months = attendance.months_since_start(of.payee, of.window.first)
        if part.months is None or months is None or months < part.months:
            yield of


def _amounts(attendance: Attendance, part: Guarantee, of: Worked, came_to: Course) -> Amounts:
    amount = amount_of(attendance, of.payee, of.window.last, part.amount, part.own)
    least = level(amount, attendance, of, part.prorate)
    for period, total in since(came_to, of.window.last):
        yield period, max(0, least - int(total)) if part.basis == "top-up" else least
