"""What a leaver forfeits: the share of a deal's lines that would be held back."""

import polars as pl

from engine.allocation import rounded
from engine.attendance import AFTER_ALL_TIME
from engine.explanations.asked import Asked, Worth, at_end
from engine.explanations.words import money, month_name, percent, rounding
from engine.holdback import released
from engine.reasons import Reason, day
from engine.zones import period_end
from schemas.plans import Holdback

_LINE = ("subject", "fact", "component", "source", "plan", "role")


def worth(asked: Asked, rule: Holdback, period: int) -> Worth:
    """What is lost as at the end of a period, while the payee is away."""
    left, fact = asked.world.people.left[asked.payee]
    back = asked.world.people.returned.get(asked.payee, AFTER_ALL_TIME)
    end = period_end(period, asked.zone)
    away = Reason(
        f"{asked.payee} left on {day(left, asked.world)}, and forfeits what is held back",
        (asked.books.named(fact),),
    )
    if left >= end or back < end:
        return Worth(0, (Reason(f"{asked.payee} is not away at the end of {month_name(period)}"),))
    if _was_released(asked, left):
        return Worth(0, (away, Reason("The deal was released before that")))
    of = asked.books.released.filter(
        pl.col("payee") == asked.payee,
        pl.col("deal") == asked.row["deal"],
        pl.col("currency") == asked.currency,
        pl.col("component").is_in(rule.applies_to),
    )
    total = max(0, sum(at_end(line, period) for line in of.partition_by(_LINE)))
    exact = rule.share * total
    amount = rounded(exact, asked.plan.rounding)
    product = f"{percent(rule.share)} x {money(total, asked.currency)}, what the deal comes to"
    held = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
    return Worth(-amount, (away, held))


def _was_released(asked: Asked, left: int) -> bool:
    wanted = pl.DataFrame(
        {"terms": asked.plan.name, "deal": asked.row["deal"], "before": left},
        schema={"terms": pl.String(), "deal": pl.String(), "before": pl.Int64()},
    )
    return not released(wanted, asked.world, [asked.version]).is_empty()
