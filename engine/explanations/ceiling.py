"""A ceiling's line: what the components come to above the amount of the window."""

from fractions import Fraction

from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.sums import level, sum_reason
from engine.explanations.words import money
from engine.reasons import Reason
from schemas.plans import Ceiling


def worth(asked: Asked, period: int) -> Worth:
    """What the ceiling takes as at the end of a period."""
    part = asked.part
    assert isinstance(part, Ceiling)
    window = asked.window(part.window)
    if period < window.first:
        return NOTHING
    most, told = level(asked, Fraction(part.amount.minor), window, part.prorate)
    came_to = sum_reason(asked, part.applies_to, part.window, period)
    total = came_to.amount or 0
    above = max(0, total - most) if total > 0 else 0
    text = f"What is above it is lost: {money(above, asked.currency)}"
    return Worth(-above, (told, Reason(came_to.text, (), came_to.below), Reason(text)))
