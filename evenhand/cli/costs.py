"""What contracts cost to obtain: commissions capitalised, amortised and written off."""

from typing import Annotated, Any

import polars as pl
import typer

from engine.details import details
from engine.earned import earned, named
from evenhand.asking import Known, known
from evenhand.cli.options import Form, KnownAt, Log
from evenhand.cli.output import Format
from evenhand.cli.reports import To, report
from evenhand.times import period_of
from evenhand.wiring import open_log
from projections.contract_costs import FORWARD, Policy, contract_costs, roll_forward
from schemas.calendar import PayoutPeriod
from schemas.values import amount_text

_AMOUNTS = ("accrued", "expensed", *FORWARD)


def costs(
    through: Annotated[
        str | None,
        typer.Option("--through", metavar="PERIOD", help="Up to this period; default the last."),
    ] = None,
    benefit_months: Annotated[
        int | None,
        typer.Option(
            "--benefit-months",
            min=1,
            max=1_200,
            metavar="N",
            help="Months to spread over; default each contract's own term.",
        ),
    ] = None,
    expense_short: Annotated[
        bool,
        typer.Option("--expense-short", help="Expense at once what benefits 12 months or fewer."),
    ] = False,
    totals: Annotated[
        bool, typer.Option("--totals", help="The roll-forward of all deals, a row a period.")
    ] = False,
    log: Log = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """Commissions as costs of contracts (ASC 340-40): capitalised, amortised, written off."""
    with open_log(log) as opened:
        told = known(opened, known_at, None)
    policy = Policy(benefit_months=benefit_months, expense_short=expense_short)
    last = None if through is None else period_of(through).number
    rows = _costs(told, policy, last)
    shown = roll_forward(rows) if totals else rows
    of_deal = () if totals else ("deal", "event")
    columns = ("period", *of_deal, *_AMOUNTS, "currency")
    report([_document(row) for row in shown.iter_rows(named=True)], form, columns, to)


def _costs(told: Known, policy: Policy, through: int | None) -> pl.DataFrame:
    """The costs of all that is known, up to a period or the last with anything earned."""
    world = told.world()
    lines = named(earned(world, through=through), world)
    last = lines["period"].max() if through is None else through
    terms = details(told.records, world.repairs, world.signings, world.leads, {})
    return contract_costs(lines, world, terms, policy, 0 if last is None else int(str(last)))


def _document(row: dict[str, Any]) -> dict[str, Any]:
    of_deal: dict[str, Any] = {name: row[name] for name in ("deal", "event") if name in row}
    if "fact_id" in row:
        of_deal["fact"] = {"source": row["fact_source"], "id": row["fact_id"]}
    amounts = {name: amount_text(row[name], row["currency"]) for name in _AMOUNTS}
    period = str(PayoutPeriod(row["period"]))
    return {"period": period, **of_deal, "currency": row["currency"], **amounts}
