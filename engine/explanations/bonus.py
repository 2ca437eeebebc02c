"""A bonus's line: the attainment of its quota, and what the table pays for it."""

from engine.explanations.aims import Aim, capped, most_reason, share_of
from engine.explanations.asked import NOTHING, Asked, Worth
from schemas.plans import Bonus


def worth(asked: Asked, period: int) -> Worth:
    """The bonus as at the end of a period."""
    part = asked.part
    assert isinstance(part, Bonus)
    aim = Aim(asked, part)
    if not aim.begun(period):
        return NOTHING
    attained = aim.attained(part.quota, period)
    share, rows = share_of(part.payout, capped(attained, part.most))
    paid = aim.paid(period, share)
    quota = aim.quota_reason(part.quota, period)
    return Worth(paid.amount, (quota, *most_reason(attained, part.most), *rows, *paid.reasons))
