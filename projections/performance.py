"""What each payee did in a period, and what they earned by it: a table with ranks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from engine.attribution import signers
from engine.earned import earned
from engine.ground import layer_credits, paid_under
from engine.world import World
from engine.zones import month
from schemas.calendar import PayoutPeriod
from schemas.plans import Points

Key = tuple[str, str]
"""A payee and a currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What a payee did in a period, and earned in one currency.

    Attributes:
        rank: by what was earned in the currency, from 1; who earned alike shares the better rank.
        leads: that they found in the period.
        qualified: of the leads that they found, how many were first found valid in the period.
        signed: of the leads that they found, how many first decided a deal signed in the period.
        deals: signed in the period with them among the signers.
        points: for the leads that were qualified.
        value: of what was signed or added in the period, their shares, exact, in minor units. Both
            sides of a deal are credited, so the sum over payees is more than was signed.
        by_kind: earned in the period, minor units, by kind of component.
        earned: all of it.
    """

    rank: int
    payee: str
    currency: str
    leads: int
    qualified: int
    signed: int
    deals: int
    points: int
    value: Fraction
    by_kind: Mapping[str, int]
    earned: int

    @property
    def conversion(self) -> Fraction | None:
        """Signed of qualified, both of the period; None where nothing was qualified."""
        return Fraction(self.signed, self.qualified) if self.qualified else None


def performance(world: World, period: PayoutPeriod) -> list[Performance]:
    """What payees did in a period of the zone of the plans, as known: by currency and rank."""
    counts = {name: _counts(rows, world, period) for name, rows in _done(world).items()}
    points, values = _points(world, period), _values(world, period)
    by_kind = _earned(world, period)
    payees = {payee for each in (*counts.values(), points) for payee in each}
    keys = {*values, *by_kind}
    keys |= _without_money(payees, keys, world)
    totals = {key: sum(by_kind.get(key, {}).values()) for key in keys}
    return [
        Performance(
            rank=_rank(key, totals),
            payee=key[0],
            currency=key[1],
            **{name: each.get(key[0], 0) for name, each in counts.items()},
            points=points.get(key[0], 0),
            value=values.get(key, Fraction(0)),
            by_kind=by_kind.get(key, {}),
            earned=totals[key],
        )
        for key in sorted(keys, key=lambda key: (key[1], -totals[key], key[0].encode()))
    ]


def _rank(key: Key, totals: Mapping[Key, int]) -> int:
    """One more than those who earned more in the same currency."""
    return 1 + sum(
        total > totals[key] for (_, currency), total in totals.items() if currency == key[1]
    )


def _without_money(payees: set[str], paid: set[Key], world: World) -> set[Key]:
    """Who did something and neither earned nor was credited: in the currency of the first plan."""
    plans = [version.plan for version in world.rules.named.values()]
    idle = payees - {payee for payee, _ in paid}
    return {(payee, plan.currency) for plan in plans[:1] for payee in idle}


def _done(world: World) -> dict[str, pl.DataFrame]:
    """What is counted, each with whose it is and when it was: `payee, at`."""
    leads = world.leads.select("lead", "payee", at="opened_at")
    signings = world.signings.select("deal", at="signed_at")
    decided = (
        world.sources.drop_nulls("claimed_lead")
        .group_by(lead="claimed_lead")
        .agg(at=pl.col("signed_at").min())
        .join(leads.drop("at"), on="lead")
    )
    return {
        "leads": leads,
        "qualified": world.qualifications,
        "signed": decided,
        "deals": signers(world.signings).join(signings, on="deal"),
    }


def _counts(rows: pl.DataFrame, world: World, period: PayoutPeriod) -> dict[str, int]:
    """Payees to the number of rows in a period."""
    counted = _within(rows, "at", world, period).drop_nulls("payee").group_by("payee").len()
    return dict(counted.iter_rows())


def _points(world: World, period: PayoutPeriod) -> dict[str, int]:
    """Payees to their points for leads qualified in a period."""
    terms = pl.DataFrame(
        [
            (name, part.credits, part.points)
            for name, version in world.rules.named.items()
            for part in version.plan.components
            if isinstance(part, Points)
        ],
        schema={"plan": pl.String(), "role": pl.String(), "points": pl.Int64()},
        orient="row",
    )
    qualified = _within(world.qualifications, "at", world, period).drop_nulls("payee")
    told = paid_under(qualified, world, "at").join(terms, on=["plan", "role"])
    return dict(told.group_by("payee").agg(pl.col("points").sum()).iter_rows())


def _values(world: World, period: PayoutPeriod) -> dict[Key, Fraction]:
    """Payees and currencies to their exact shares of what was signed or added in a period."""
    opening = world.states.unique("layer", keep="first", maintain_order=True)
    rows = (
        _within(layer_credits(world), "opened_at", world, period)
        .join(opening.select("layer", "value"), on="layer")
        .group_by("payee", "currency", "whole")
        .agg((pl.col("value").cast(pl.Int128) * pl.col("weight")).sum())
    )
    found: dict[Key, Fraction] = {}
    for payee, currency, whole, value in rows.iter_rows():
        found[payee, currency] = found.get((payee, currency), Fraction(0)) + Fraction(value, whole)
    return found


def _earned(world: World, period: PayoutPeriod) -> dict[Key, dict[str, int]]:
    """Payees and currencies to what they earned in a period, by kind of component."""
    kinds = pl.DataFrame(
        list(_kinds(world)),
        schema={"plan": pl.String(), "component": pl.String(), "kind": pl.String()},
        orient="row",
    )
    lines = earned(world, through=period.number).filter(pl.col("period") == period.number)
    summed = (
        lines.join(kinds, on=["plan", "component"], how="left")
        .group_by("payee", "currency", pl.col("kind").fill_null("other"))
        .agg(pl.col("amount").sum())
        .sort("kind")
    )
    found: dict[Key, dict[str, int]] = {}
    for payee, currency, kind, amount in summed.iter_rows():
        found.setdefault((payee, currency), {})[kind] = amount
    return found


def _kinds(world: World) -> Iterator[tuple[str, str, str]]:
    """Plan versions and their components with the kind of each."""
    for name, version in world.rules.named.items():
        for part in version.plan.components:
            yield name, part.id, part.kind


def _within(rows: pl.DataFrame, at: str, world: World, period: PayoutPeriod) -> pl.DataFrame:
    """Rows whose instant in a column lies in a period, in the zone of the plans."""
    return rows.filter(month(pl.col(at), world.rules.zone) == period.number)
