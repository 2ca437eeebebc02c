"""A guarantee's line: the amount of the window, and what the components leave short of it."""

from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.own_amounts import own_amount
from engine.explanations.sums import level, sum_reason
from engine.explanations.words import money
from engine.reasons import Reason
from schemas.plans import Guarantee


def worth(asked: Asked, period: int) -> Worth:
    """What the guarantee adds as at the end of a period."""
    part = asked.part
    assert isinstance(part, Guarantee)
    window = asked.window(part.window)
    if period < window.last:
        return NOTHING
    amount, own = own_amount(asked, window.last, part.amount, part.own)
    least, told = level(asked, amount, window, part.prorate)
    if part.basis == "on-top":
        return Worth(least, (*own, told, Reason("It is paid beside what the components come to")))
    came_to = sum_reason(asked, part.applies_to, part.window, period)
    short = max(0, least - (came_to.amount or 0))
    text = f"What is short of the guaranteed amount: {money(short, asked.currency)}"
    below = Reason(came_to.text, (), came_to.below)
    return Worth(short, (*own, told, below, Reason(text)))
