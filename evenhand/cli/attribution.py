"""Whose deals are: the answer with every claim and its evidence; and where two sides collide."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import polars as pl
import typer

from engine.explanations.otherwise import otherwise
from engine.explanations.sources import source_reason
from evenhand.asking import about, known
from evenhand.cli.options import EffectiveBy, Form, KnownAt, Lang, Language, Log
from evenhand.cli.output import Format, document, say, tree
from evenhand.cli.policies import attribution_row, cost_text, show_attributions
from evenhand.cli.questions import NoSuchSubject
from evenhand.cli.reports import To, report
from evenhand.wiring import open_log
from projections.attribution import attributions
from replay.collisions import Collision, collisions_with_costs
from schemas.recorded import instant
from schemas.values import amount_text, instant_text

_COLLISION_COLUMNS = (
    *("deal", "source", "signers", "lead", "finder", "days", "status", "marketing_touches"),
    *("sales_touches", "as_it_is", "if_marketing", "if_self"),
)


def attribution(
    deal: Annotated[str | None, typer.Argument(help="The deal; else a table of all.")] = None,
    language: Lang = Language.EN,
    log: Log = None,
    known_at: KnownAt = None,
    effective_by: EffectiveBy = None,
    form: Form = Format.TABLE,
    to: To = None,
) -> None:
    """Whose a deal is: shares, the rule, every claim with its evidence, what would change it."""
    with open_log(log) as opened:
        if deal is None:
            world = known(opened, known_at, effective_by).world()
        else:
            world, _ = about(opened, f"deal/{deal}", known_at, effective_by)
    if deal is None:
        found = attributions(world)
        if to is None:
            show_attributions(found, form)
        else:
            report([attribution_row(each) for each in found], form, (), to)
        return
    found = attributions(world, [deal])
    if not found:
        raise NoSuchSubject(f"deal/{deal}")
    if to is not None or form is Format.CSV:
        report([claim.document() for claim in found[0].claims], form, (), to)
        return
    source = world.sources.row(by_predicate=pl.col("deal") == deal, named=True)
    reason = source_reason(source, world, language.value)
    others = tuple(otherwise(deal, world, language.value))
    if form is Format.TABLE:
        tree(replace(reason, below=(*reason.below, *others)))
    else:
        changes = [each.document() for each in others]
        more = {"reason": reason.document(), "counterfactuals": changes}
        document({**found[0].document(), **more})


def show_collisions(
    log: Log = None, known_at: KnownAt = None, form: Form = Format.TABLE, to: To = None
) -> None:
    """Deals that sales call their own, of customers marketing had found; the cost either way."""
    with open_log(log) as opened:
        records = known(opened, known_at, None).records
    found = collisions_with_costs(records)
    told = form if to is None else Format.CSV
    report([_row(each, told) for each in found], form, _COLLISION_COLUMNS, to)
    say(f"{len(found)} deals are claimed by both sides")


def _row(told: Collision, form: Format) -> dict[str, Any]:
    """A collision as a row: facts by name and amounts as data, both as words in a table."""
    row = dict(told.row)
    row |= {name: instant_text(instant(row[name])) for name in ("signed_at", "opened_at")}
    costs = {name: getattr(told, name) for name in ("as_it_is", "if_marketing", "if_self")}
    if form is Format.JSON:
        return row | {name: _amounts(each) for name, each in costs.items()}
    touches = {name: len(row[name]) for name in ("marketing_touches", "sales_touches")}
    return row | touches | {name: cost_text(each) for name, each in costs.items()}


def _amounts(costs: Mapping[str, int]) -> list[dict[str, str]]:
    return [
        {"amount": amount_text(amount, currency), "currency": currency}
        for currency, amount in costs.items()
    ]
