"""A flat line: an amount for a touch, a qualification or a signing, in its turn."""

import polars as pl

from engine.allocation import rounded
from engine.components.flat import events_of, signings_of
from engine.explanations.asked import NOTHING, Asked, Worth
from engine.explanations.coefficients import applies, coefficient_reasons, scale
from engine.explanations.signed import of_signing
from engine.explanations.turns import Taker, turn, turn_reason
from engine.explanations.words import percent, rounding, times
from engine.reasons import Reason
from schemas.plans import Flat


def worth(asked: Asked, period: int) -> Worth:
    """What the event is worth as at the end of a period."""
    part = asked.part
    assert isinstance(part, Flat)
    if part.on == "deal-signed":
        return of_signing(asked, _offers(asked), period, _per(part))
    if period < asked.dated:
        return NOTHING
    return _of_event(asked, part, period)


def _per(part: Flat) -> str:
    return "" if part.limit is None else f"a {part.limit.per}"


def _offers(asked: Asked) -> pl.DataFrame:
    """The signings that the component pays the payee for, in all versions of its plan."""
    told = [
        signings_of(asked.ground, part, version).filter(pl.col("payee") == asked.payee)
        for version, part in asked.alike(Flat)
        if part.on == "deal-signed"
    ]
    return pl.concat(told)


def _of_event(asked: Asked, part: Flat, period: int) -> Worth:
    events = pl.concat(
        events_of(asked.ground, same, version).filter(
            pl.col("payee") == asked.payee, pl.col("dated") <= period
        )
        for version, same in asked.alike(Flat)
        if same.on != "deal-signed"
    )
    what = "touch" if part.on == "touch-recorded" else "qualified lead"
    once = "" if part.once == "each" else f", once a {part.once}"
    told = Worth(part.amount.minor, (Reason(f"{part.amount} for a {what}{once}"),))
    if applies(asked):
        told = _scaled(asked, told, str(part.amount))
    if part.limit is None:
        return told
    windows = {row["fact"]: (row["run"], row["window"]) for row in events.to_dicts()}
    takers = [Taker(fact, window, stands=True) for fact, window in windows.items()]
    number = turn(asked.fact, windows[asked.fact], takers)
    paid = told.amount if number <= part.limit.count else 0
    return told.then(paid, turn_reason(number, part.limit.count, _per(part)))


def _scaled(asked: Asked, told: Worth, written: str) -> Worth:
    exact = told.amount * scale(asked)
    amount = rounded(exact, asked.plan.rounding)
    product = times([written, percent(scale(asked))])
    paid = Reason(f"{product} = {rounding(exact, asked.plan.rounding, amount, asked.currency)}")
    return told.then(amount, *coefficient_reasons(asked), paid)
