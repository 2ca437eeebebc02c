"""Bonus: a target amount per window, paid by how much of a quota is attained.

round(target x part x payout share(attainment) x coefficient). Paid to date, each month's line is
what the window has come to so far, less what it had come to before: a true-up.
"""

import polars as pl

from engine.aims import Aim, at_most
from engine.attendance import Attendance
from engine.ground import Ground
from engine.measures import Attainments, held
from engine.payouts import payout_share
from engine.window_lines import Amounts, Worked, as_lines, worked
from schemas.frames import ENTITLED, empty
from schemas.plans import Bonus


def entitlements(ground: Ground) -> pl.DataFrame:
    """What bonus components entitle to (ENTITLED), per period of change."""
    told = (_of_part(Attendance(ground, version), part) for version, part in ground.parts(Bonus))
    return pl.concat([empty(ENTITLED), *told])


def _of_part(attendance: Attendance, part: Bonus) -> pl.DataFrame:
    aim = Aim(attendance, part)
    attainments = aim.attainments(part.quota)
    paid = worked(attendance, part.window)
    return as_lines(
        ((of, _amounts(aim, part, attainments, of)) for of in paid), attendance, part.id
    )


def _amounts(aim: Aim, part: Bonus, attainments: Attainments, of: Worked) -> Amounts:
    course = aim.course(attainments, of)
    for period in aim.periods(of, [course]):
        attainment = at_most(held(course, period), part.most)
        yield period, aim.worth(of, period, payout_share(part.payout, attainment))
