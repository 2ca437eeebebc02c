"""Scorecard: a target amount per window, paid by several attainments, each with its weight.

round(target x part x coefficient x sum of weight x payout share(attainment)). A card that needs
another contributes nothing while that other attains too little.
"""

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from engine.aims import Aim, at_most
from engine.attendance import Attendance
from engine.ground import Ground
from engine.measures import Attainments, held
from engine.payouts import payout_share
from engine.window_lines import Amounts, Worked, as_lines, worked
from schemas.frames import ENTITLED, empty
from schemas.plans import Card, Scorecard


def entitlements(ground: Ground) -> pl.DataFrame:
    """What scorecards entitle to (ENTITLED), per period of change."""
    told = (
        _of_part(Attendance(ground, version), part) for version, part in ground.parts(Scorecard)
    )
    return pl.concat([empty(ENTITLED), *told])


def _of_part(attendance: Attendance, part: Scorecard) -> pl.DataFrame:
    aim = Aim(attendance, part)
    named = {name for card in part.cards for name in (card.quota, card.needs) if name is not None}
    attainments = {name: aim.attainments(name) for name in sorted(named)}
    paid = worked(attendance, part.window)
    return as_lines(
        ((of, _amounts(aim, part, attainments, of)) for of in paid), attendance, part.id
    )


def _amounts(
    aim: Aim, part: Scorecard, attainments: Mapping[str, Attainments], of: Worked
) -> Amounts:
    courses = {name: aim.course(each, of) for name, each in attainments.items()}
    for period in aim.periods(of, courses.values()):
        reached = {name: held(course, period) for name, course in courses.items()}
        shares = (card.weight * card_share(card, reached) for card in part.cards)
        yield period, aim.worth(of, period, sum(shares, Fraction(0)))


def card_share(card: Card, reached: Mapping[str, Fraction]) -> Fraction:
    """What a card pays of its part of the target, by the attainments of quotas."""
    if card.needs is not None and reached[card.needs] < (card.at_least or 0):
        return Fraction(0)
    return payout_share(card.payout, at_most(reached[card.quota], card.most))
