"""Exceptions that matter where a plan reads more than deals: people, targets, metrics, money."""

from collections.abc import Iterator

import polars as pl

from engine.coefficients import figure_of_month
from engine.ground import layer_credits, paid_under
from engine.hierarchy import deciding_at
from engine.matching import matches
from engine.rulebook import Version
from engine.world import World
from engine.zones import month
from schemas.currencies import DIGITS
from schemas.expressions import Kind
from schemas.expressions.nodes import Field, Known
from schemas.plans import Coefficient, Quota

Told = tuple[str, str, str, str, str]
"""Code, subject, source and id of the fact, and a sentence."""


def exceptions_of_plans(world: World) -> Iterator[Told]:
    """What somebody should look at because a plan reads it."""
    yield from _other_money(world)
    yield from _own_referrals(world)
    yield from _attributes(world)
    yield from _metrics(world)
    yield from _targets(world)
    if any(_has(version, "override") for version in world.rules.named.values()):
        yield from _managers(world)


def _has(version: Version, *kinds: str) -> bool:
    return any(part.kind in kinds for part in version.plan.components)


def _other_money(world: World) -> Iterator[Told]:
    """Payments and refunds in another currency than their deal."""
    priced = world.signings.select("deal", _currency="currency")
    moved = world.facts.filter(pl.col("type").is_in(["payment-received", "refund-issued"]))
    for row in moved.join(priced, on="deal").iter_rows(named=True):
        if row["currency"] != row["_currency"]:
            text = f"the deal is in {row['_currency']}; it does not count as its money"
            yield "money-in-another-currency", row["stream"], row["source"], row["id"], text


def _own_referrals(world: World) -> Iterator[Told]:
    made = world.facts.filter(
        pl.col("type") == "referral-made", pl.col("payee") == pl.col("payees").list.get(1)
    )
    for row in made.iter_rows(named=True):
        text = f"{row['payee']} refers to themselves; it earns nothing"
        yield "self-referral", row["stream"], row["source"], row["id"], text


def _attributes(world: World) -> Iterator[Told]:
    """Attributes whose text does not read as what a plan declares them to be."""
    declared = {
        name: kind
        for version in world.rules.named.values()
        for name, kind in version.plan.attributes.items()
        if f"attr_{name}" in world.details.columns and kind != "text"
    }
    signed = world.signings.select("deal", "source", "id")
    for name, kind in declared.items():
        column = pl.col(f"attr_{name}")
        readable = matches(world.details, Known(Field(name, Kind(kind))), max(DIGITS.values()))
        wrong = world.details.filter(column.is_not_null() & readable.not_())
        for row in wrong.join(signed, on="deal").iter_rows(named=True):
            text = f"{name} is {row[f'attr_{name}']!r}, which is no {kind}; it counts as missing"
            yield "attribute-unreadable", f"deal/{row['deal']}", row["source"], row["id"], text


def _metrics(world: World) -> Iterator[Told]:
    """Months of payees who are credited under a coefficient, and no figure is known."""
    scaled = [version for version in world.rules.named.values() if version.plan.coefficients]
    if not scaled:
        return
    credited = paid_under(layer_credits(world), world, "opened_at").sort("layer")
    for version in scaled:
        mine = credited.filter(pl.col("plan") == version.plan.name)
        first = mine.with_columns(month=month(pl.col("opened_at"), version.plan.zone)).unique(
            ["payee", "month"], keep="first", maintain_order=True
        )
        for payee, at, layer in first.select("payee", "month", "layer").iter_rows():
            for part in version.plan.coefficients:
                yield from _metric(world, version, part, (payee, at, layer))


def _metric(
    world: World, version: Version, part: Coefficient, of: tuple[str, int, int]
) -> Iterator[Told]:
    payee, at, layer = of
    figures = world.people.figures.get((payee, part.metric), ())
    if figure_of_month(figures, at, version.plan.zone) is None:
        source, id_ = world.names.select("source", "id").row(layer)
        text = f"no {part.metric} of {payee} is reported for that month; {part.missing} holds"
        yield "metric-missing", f"payee/{payee}", source, id_, text


def _targets(world: World) -> Iterator[Told]:
    """Targets set for something that no plan has a quota of, or in another unit."""
    quotas = [quota for version in world.rules.named.values() for quota in version.plan.quotas]
    for (payee, measure), targets in world.people.targets.items():
        units = [_unit(quota) for quota in quotas if quota.measure == measure]
        for target in targets:
            if quotas and target.currency not in units:
                source, id_ = world.names.select("source", "id").row(target.fact)
                why = "in that unit" if units else "at all"
                text = f"no plan has a quota of {measure} {why}; it has no effect"
                yield "quota-without-effect", f"payee/{payee}", source, id_, text


def _unit(quota: Quota) -> str | None:
    return None if quota.amount is None else quota.amount.currency


def _managers(world: World) -> Iterator[Told]:
    """Managers whom nobody enrolled, and people who report to themselves in the end."""
    people = world.people
    known = {*people.joined, *people.assigned}
    for payee, positions in people.positions.items():
        for position in positions:
            source, id_ = world.names.select("source", "id").row(position.fact)
            if position.manager is not None and position.manager not in known:
                text = f"the manager {position.manager} is neither enrolled nor assigned"
                yield "manager-unknown", f"payee/{payee}", source, id_, text
            if _reports_to_self(world, payee, position.starts):
                text = f"{payee} reports to themselves in the end; the ladder ends there"
                yield "manager-cycle", f"payee/{payee}", source, id_, text


def _reports_to_self(world: World, payee: str, at: int) -> bool:
    climbed = [payee]
    while True:
        deciding = deciding_at(world.people.positions.get(climbed[-1], ()), at)
        if deciding is None or deciding.manager is None:
            return False
        if deciding.manager in climbed:
            return deciding.manager == payee
        climbed.append(deciding.manager)
