"""Issues in which a person who was stated under several ids has one set of balances.

When two ids turn out to be one person, the lines of the other id are reversed and stated for the
one that stands for both. Cash must not be paid twice for that: so what was stated, paid, held,
carried or owed under any of the ids counts for the one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from schemas.statements import BALANCES, LEDGER, Issue


def lines_as_one(lines: pl.DataFrame, payees: Mapping[str, str]) -> pl.DataFrame:
    """Lines, or a ledger, with each payee by the id that stands for them."""
    return lines.with_columns(pl.col("payee").replace(dict(payees))) if payees else lines


def issues_as_one(issues: Sequence[Issue], payees: Mapping[str, str]) -> Sequence[Issue]:
    """Issues with each payee by the id that stands for them, and their balances added up."""
    if not payees:
        return issues
    return [
        replace(
            issue,
            lines=lines_as_one(issue.lines, payees),
            balances=_added(lines_as_one(issue.balances, payees)),
            ledger=lines_as_one(issue.ledger, payees).select(*LEDGER),
        )
        for issue in issues
    ]


def _added(balances: pl.DataFrame) -> pl.DataFrame:
    purse = ("payee", "currency")
    return balances.group_by(purse).agg(pl.all().sum()).select(*BALANCES).sort(purse)
