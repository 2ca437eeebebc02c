"""A scorecard's line: each card with its quota, attainment, payout and weight."""

from fractions import Fraction

from engine.explanations.aims import Aim, capped, most_reason, share_of
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.words import percent
from engine.reasons import Reason
from schemas.plans import Card, Scorecard


def worth(asked: Asked, period: int) -> Worth:
    """The scorecard as at the end of a period."""
    part = asked.part
    assert isinstance(part, Scorecard)
    aim = Aim(asked, part)
    if not aim.begun(period):
        return NOTHING
    cards = [_card(aim, card, period) for card in part.cards]
    paid = aim.paid(period, sum((share for share, _ in cards), Fraction(0)))
    return Worth(paid.amount, (*(reason for _, reason in cards), *paid.reasons))


def _card(aim: Aim, card: Card, period: int) -> tuple[Fraction, Reason]:
    """The weighted share of a card, and why."""
    attained = aim.attained(card.quota, period)
    share, rows = share_of(card.payout, capped(attained, card.most))
    needed = _needed(aim, card, period)
    if needed:
        share = Fraction(0)
    weighted = card.weight * share
    text = (
        f"Card {card.quota}: attainment {percent(attained)} pays {percent(share)}, "
        f"weight {percent(card.weight)}: {percent(weighted)} of the target"
    )
    quota = aim.quota_reason(card.quota, period)
    return weighted, Reason(text, (), (quota, *needed, *most_reason(attained, card.most), *rows))


def _needed(aim: Aim, card: Card, period: int) -> tuple[Reason, ...]:
    """That another card is not reached, where this one needs it."""
    if card.needs is None:
        return ()
    least, reached = card.at_least or Fraction(0), aim.attained(card.needs, period)
    if reached >= least:
        return ()
    told = f"it needs {percent(least)} of {card.needs}, and that is at {percent(reached)}"
    return (Reason(f"It pays nothing: {told}"),)
