"""What payees did in a period and earned by it, the best first."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from evenhand.asking import known
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Log
from evenhand.cli.output import Format
from evenhand.cli.reports import To, report
from evenhand.times import period_of
from evenhand.wiring import open_log
from projections.performance import Performance, performance
from schemas.rates import rate_text
from schemas.values import amount_text

_COUNTS = ("leads", "qualified", "signed", "conversion", "deals", "points", "value")


def show_performance(
    name: Annotated[str, typer.Argument(metavar="PERIOD", help="As in 2026-03.")],
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """What each payee found, signed and earned in a period, ranked by what they earned."""
    asked = period_of(name)
    with open_log(log) as opened:
        told = known(opened, known_at, effective_by)
    rows = performance(told.world(), asked)
    kinds = sorted({kind for row in rows for kind in row.by_kind})
    earned = [f"earned_{kind}" for kind in kinds]
    shown = ("rank", "payee", *_COUNTS, *earned, "earned", "currency")
    report([_row(row, kinds) for row in rows], form, shown, to)


def _row(told: Performance, kinds: Sequence[str]) -> dict[str, Any]:
    """A row as it is shown; the exact value of shares is cut to whole minor units, down."""
    whole = told.value.numerator // told.value.denominator
    earned = {
        f"earned_{kind}": amount_text(told.by_kind.get(kind, 0), told.currency) for kind in kinds
    }
    rate = told.conversion
    return {
        "rank": told.rank,
        "payee": told.payee,
        "leads": told.leads,
        "qualified": told.qualified,
        "signed": told.signed,
        "conversion": None if rate is None else rate_text(rate),
        "deals": told.deals,
        "points": told.points,
        "value": amount_text(whole, told.currency),
        "value_exact_minor": str(told.value),
        **earned,
        "earned": amount_text(told.earned, told.currency),
        "currency": told.currency,
    }
