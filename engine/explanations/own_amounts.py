"""An amount of the plan or of the payee's own, as a reason."""

from collections.abc import Sequence
from fractions import Fraction

from engine.explanations.asked import Asked
from engine.explanations.words import exact_money, month_name
from engine.own_amounts import amount_of
from engine.reasons import Reason
from schemas.values import Money


def own_amount(
    asked: Asked, month: int, planned: Money, own: str | None
) -> tuple[Fraction, Sequence[Reason]]:
    """The amount of the payee in minor units; where it may be their own, whose it is."""
    amount = amount_of(asked.attendance, asked.payee, month, planned, own)
    if own is None:
        return amount, ()
    if (asked.payee, own) not in asked.world.people.figures:
        return amount, (Reason(f"no {own} of {asked.payee} is reported, and {planned} holds"),)
    told = f"{own} of {asked.payee} for {month_name(month)}: {exact_money(amount, asked.currency)}"
    return amount, (Reason(told),)
