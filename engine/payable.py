"""Payable: what is earned less what was stated, and the cash that follows.

A late fact, a smaller contract, a settled dispute, a retroactive plan: each changes what is earned
and never what was stated. So one subtraction is every clawback, true-up and correction.
"""

import polars as pl

from schemas.calendar import PayoutPeriod
from schemas.frames import KEY, checked
from schemas.statements import BALANCES, LINES, NAMES, PAYABLE

_TOLD = ("deal", "lead", "role", "rate", "share_num", "share_den", "base_currency", "because")


def payable(
    earned: pl.DataFrame, stated: pl.DataFrame, *, period: PayoutPeriod, issue: int
) -> pl.DataFrame:
    """The lines (PAYABLE, `cause` still empty) still to be stated at the close of a period.

    `earned` are the lines (LINES) of all periods up to it, `stated` those of all issues so far. A
    key that is no longer earned is taken back whole, with the reasons it was stated with.
    """
    checked(earned, LINES)
    taken = stated.select(*LINES).with_columns(amount=-pl.col("amount"), base=-pl.col("base"))
    both = pl.concat([taken, earned.select(*LINES)])
    sums = both.group_by(KEY, maintain_order=True).agg(
        pl.col("amount").sum(),
        pl.when(pl.col("base").is_not_null().any()).then(pl.col("base").sum()).first(),
        pl.col(_TOLD).last(),
    )
    return (
        sums.filter(pl.col("amount") != 0)
        .with_columns(
            stated_in=pl.lit(period.number, dtype=pl.Int64),
            issue=pl.lit(issue, dtype=pl.Int64),
            cause=pl.lit([], dtype=NAMES),
        )
        .select(*PAYABLE)
        .sort(KEY)
    )


def balances(lines: pl.DataFrame, before: pl.DataFrame, enrolled: frozenset[str]) -> pl.DataFrame:
    """The cash (BALANCES) that lines (PAYABLE) come to, after the balances of the issue before.

    What is below zero is carried to the next issue and never asked back in cash; what a payee who
    is not enrolled earns is carried until they are. Sorted by payee and currency.
    """
    stated = lines.group_by("payee", "currency").agg(stated=pl.col("amount").sum())
    carried = before.filter(pl.col("carried") != 0).select(
        "payee", "currency", carried_before="carried"
    )
    due = pl.col("stated") + pl.col("carried_before")
    payable_out = pl.col("payee").is_in(sorted(enrolled)) & (due > 0)
    return (
        stated.join(carried, on=["payee", "currency"], how="full", coalesce=True)
        .with_columns(pl.col("stated", "carried_before").fill_null(0))
        .with_columns(cash=pl.when(payable_out).then(due).otherwise(0))
        .with_columns(carried=due - pl.col("cash"))
        .select(*BALANCES)
        .sort("payee", "currency")
    )
