"""A line of points: so many for the lead's first qualification."""

from engine.allocation import rounded
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import applies, coefficient_reasons, scale
from engine.explanations.words import money, percent, rounding, times
from engine.reasons import Reason
from schemas.plans import Points


def worth(asked: Asked, period: int) -> Worth:
    """What the points are worth from the month of the qualification on."""
    part = asked.part
    assert isinstance(part, Points)
    if period < asked.dated:
        return NOTHING
    whole = part.points * part.value.minor
    told = Reason(
        f"{part.points} points of {part.value} each, once: {money(whole, asked.currency)}"
    )
    if not applies(asked):
        return Worth(whole, (told,))
    exact = whole * scale(asked)
    amount = rounded(exact, asked.plan.rounding)
    product = times([money(whole, asked.currency), percent(scale(asked))])
    scaled = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
    return Worth(amount, (told, *coefficient_reasons(asked), scaled))
