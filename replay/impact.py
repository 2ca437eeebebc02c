"""What a draft would change, before anybody approves it: the same facts, earned under it."""

from typing import Final

import polars as pl

from engine.earned import earned
from engine.world import World, world
from replay.drafts import with_draft
from replay.periods import closes, open_again
from schemas.calendar import PayoutPeriod
from schemas.frames import Schema
from schemas.plans import Plan
from schemas.policies import Policy

IMPACT: Final[Schema] = {
    "payee": pl.String(),
    "period": pl.Int64(),  # in which it is earned
    "currency": pl.String(),
    "before": pl.Int64(),  # minor units, under the rules as they are
    "after": pl.Int64(),  # with the draft among them
    "moved": pl.Int64(),
}
"""What is earned otherwise under a draft: one row a payee, period and currency that moves."""

Span = tuple[PayoutPeriod | None, PayoutPeriod | None]
"""The first and the last period of interest; None: as far as facts reach."""


def impact(
    records: pl.DataFrame, draft: Plan | Policy, periods: Span = (None, None)
) -> pl.DataFrame:
    """What a draft would move (IMPACT), if it were published beside what records (RECORDS) say.

    A version of the same name gives way to the draft. Sorted by payee, period and currency.
    """
    return moved_between(world(records), world(with_draft(records, draft)), periods)


def moved_between(before: World, after: World, periods: Span = (None, None)) -> pl.DataFrame:
    """What is earned otherwise in the second of two worlds (IMPACT)."""
    now, then = (_sums(each, periods) for each in (before, after))
    both = now.rename({"amount": "before"}).join(
        then.rename({"amount": "after"}),
        on=["payee", "period", "currency"],
        how="full",
        coalesce=True,
    )
    return (
        both.with_columns(pl.col("before", "after").fill_null(0))
        .with_columns(moved=pl.col("after") - pl.col("before"))
        .filter(pl.col("moved") != 0)
        .select(*IMPACT)
        .sort("payee", "period", "currency")
    )


def _sums(told: World, periods: Span) -> pl.DataFrame:
    """What each payee earns in each period."""
    first, last = (None if period is None else period.number for period in periods)
    lines = earned(told, through=last)
    if first is not None:
        lines = lines.filter(pl.col("period") >= first)
    return lines.group_by("payee", "period", "currency").agg(pl.col("amount").sum())


def last_closed(records: pl.DataFrame) -> PayoutPeriod | None:
    """The last period that is closed, if any; one that was reopened is not."""
    told, again = closes(records), open_again(records)
    if not told:
        return None
    latest = told[-1].period
    return latest if again is None else PayoutPeriod(latest.number - 1)


def reached(draft: Plan | Policy, closed: PayoutPeriod | None) -> list[PayoutPeriod]:
    """The closed periods that a version reaches back into, by the day it is in force from."""
    first = PayoutPeriod.of(draft.effective_from).number
    last = -1 if closed is None else closed.number
    return [PayoutPeriod(number) for number in range(first, last + 1)]
