"""Issues of made-up lines of one payee, for what becomes of them: cash and balances."""

from collections.abc import Sequence

import polars as pl

from engine.balances import balances
from engine.lookup import Everywhere
from engine.world import World
from schemas.calendar import PayoutPeriod
from schemas.statements import PAYABLE, Issue
from tests.strategies.payments import CNY, Told

SAM = "sam"


def lines(told: Sequence[Told], month: str, issue: int = 1) -> pl.DataFrame:
    """Lines of Sam as an issue has them."""
    rows: list[dict[str, object]] = [
        {
            "payee": SAM,
            "period": PayoutPeriod.parse(month).number,
            "subject": "lead/L1" if deal is None else f"deal/{deal}",
            "deal": deal,
            "lead": "L1" if deal is None else None,
            "fact_source": "/crm/test",
            "fact_id": f"{month}-{number}",
            "component": component,
            "plan": "seed-4-2-5@1",
            "currency": CNY,
            "amount": amount,
            "because": [],
            "stated_in": PayoutPeriod.parse(month).number,
            "issue": issue,
            "cause": [],
        }
        for number, (deal, component, amount) in enumerate(told)
    ]
    return pl.DataFrame(rows, schema=PAYABLE)


def issued(month: str, told: Sequence[Told], known: World, issues: Sequence[Issue] = ()) -> Issue:
    """The next issue of a month, after others."""
    period = PayoutPeriod.parse(month)
    number = 1 + sum(issue.period == period for issue in issues)
    stated = lines(told, month, number)
    cash, ledger = balances(stated, issues, Everywhere(known), period)
    return Issue(period=period, number=number, lines=stated, balances=cash, ledger=ledger)


def after(issue: Issue) -> dict[str, int]:
    """What is left of Sam after an issue, by name; nothing of who has no row."""
    rows = issue.balances.filter(pl.col("payee") == SAM).iter_rows(named=True)
    names = ("cash", "held", "capped", "carried", "owed")
    return next(({name: row[name] for name in names} for row in rows), dict.fromkeys(names, 0))
