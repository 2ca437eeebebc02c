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
    return moved_lines(*(_earned(each, periods) for each in (before, after)))


def moved_lines(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What the second of two frames of earned lines says otherwise (IMPACT)."""
    now, then = (_sums(each) for each in (before, after))
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


def _earned(told: World, periods: Span) -> pl.DataFrame:
    """The earned lines of a world in a span of periods."""
    first, last = (None if period is None else period.number for period in periods)
    lines = earned(told, through=last)
    return lines if first is None else lines.filter(pl.col("period") >= first)


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    """What each payee earns in each period."""
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
