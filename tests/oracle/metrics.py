"""Reported figures of payees, and the coefficients that are read from them."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from tests.oracle.facts import Fact
from tests.oracle.months import end_of, month_of
from tests.oracle.numbers import UNITS, exact
from tests.oracle.plans import Version
from tests.oracle.tables import row_of
from tests.oracle.world import Terms, World


def figure(facts: Sequence[Fact], month: str, version: Version) -> Fraction | None:
    """The last figure reported for a month, or else without a period in force at its end."""
    end = end_of(month, version.zone)
    of_month = [f for f in facts if f.data.get("period") == month]
    lasting = [f for f in facts if f.data.get("period") is None and f.at < end]
    for found in (of_month, lasting):
        if found:
            return Fraction(found[-1].data["value"])
    return None


def reported(world: World, payee: str, metric: str) -> list[Fact]:
    """What was reported of a payee's metric, in order of effect."""
    return [f for f in world.of("metric-reported", payee) if f.data["metric"] == metric]


def own_amount(
    world: World, payee: str, version: Version, month: str, metric: str | None
) -> Fraction | None:
    """A payee's own amount in a month, in minor units; None: none is reported."""
    facts = [] if metric is None else reported(world, payee, metric)
    own = figure(facts, month, version)
    return None if own is None else max(Fraction(0), own) * UNITS[version.currency]


def coefficient(world: World, terms: Terms, component: str) -> Fraction | None:
    """The product of the coefficients that apply, in the month of the date; None: none applies."""
    month = month_of(terms.dated, terms.version.zone)
    applying = [p for p in terms.version.parts("coefficients") if component in p["applies_to"]]
    factors = []
    for part in applying:
        facts = reported(world, terms.payee, part["metric"])
        reached = figure(facts, month, terms.version)
        row = row_of(part["rows"], exact(part["missing"]) if reached is None else reached)
        factors.append(exact(row["times"]))
    return prod(factors, start=Fraction(1)) if factors else None
