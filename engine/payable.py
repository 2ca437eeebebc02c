"""Payable: what is earned less what was stated.

A late fact, a smaller contract, a settled dispute, a retroactive plan: each changes what is earned
and never what was stated. So one subtraction is every clawback, true-up and correction.
"""

import polars as pl

from schemas.calendar import PayoutPeriod
from schemas.frames import KEY, checked
from schemas.statements import LINES, NAMES, PAYABLE

_TOLD = ("deal", "lead", "role", "rate", "share_num", "share_den", "base_currency", "because")


def unsettled(earned: pl.DataFrame, stated: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Earned lines (LINES) and stated ones (PAYABLE) of keys in which their amounts differ.

    Nothing is payable of the others.
    """
    amounts = [earned.select(*KEY, "amount"), stated.select(*KEY, -pl.col("amount"))]
    sums = pl.concat(amounts).group_by(KEY).agg(pl.col("amount").sum())
    keys = sums.filter(pl.col("amount") != 0)
    told, kept = (
        each.join(keys, on=KEY, how="semi", nulls_equal=True, maintain_order="left")
        for each in (earned, stated)
    )
    return told, kept


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
