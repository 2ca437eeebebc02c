"""Gates: a conversion or an attainment to be reached before components pay anything."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.facts import Fact
from tests.oracle.months import (
    MONTHS_IN,
    day_of,
    end_of,
    midnight,
    month_of,
    months_later,
    window_of,
)
from tests.oracle.numbers import exact
from tests.oracle.targets import Aim
from tests.oracle.windows import window_at
from tests.oracle.world import Terms, World


def gates_open(world: World, terms: Terms, component: str) -> bool:
    """Whether every gate of a component is open."""
    gates = [gate for gate in terms.version.gates if component in gate["applies_to"]]
    return all(is_open(world, terms, gate) for gate in gates)


def is_open(world: World, terms: Terms, gate: Mapping[str, Any]) -> bool:
    """Lost: only the window of the date counts. Deferred: a later one, up to now, opens it too.

    A later window does so by what it reached, not by having nothing to reach.
    """
    if gate["count"] == "attainment":
        return attains(world, terms, gate)
    kind, first = gate["window"], terms.version.year_starts
    own = window_of(month_of(terms.dated, terms.version.zone), kind, first)
    last = window_of(terms.month, kind, first) if gate["missed"] == "deferred" else own
    windows = [own]
    while windows[-1] < last:
        windows.append(months_later(windows[-1], MONTHS_IN[kind]))
    strict = {**gate, "zero_qualified": "closed"}
    return is_met(world, terms, gate, own) or any(
        is_met(world, terms, strict, window) for window in windows[1:]
    )


def attains(world: World, terms: Terms, gate: Mapping[str, Any]) -> bool:
    """The quota's attainment in the window of the date; deferred: or in a later one up to T's.

    A later one opens it only if its quota is not zero, and no split lies between them.
    """
    version = terms.version
    splits = world.rules.splits_of(version.plan)
    window = window_at(world, version, gate["window"], terms.dated)
    aim = Aim(world, terms.payee, version, window, terms.month)
    if reaches(aim.attainment(gate["quota"]), gate):
        return True
    while gate["missed"] == "deferred" and window.ends < terms.end and window.ends not in splits:
        window = window_at(world, version, gate["window"], window.ends)
        aim = Aim(world, terms.payee, version, window, terms.month)
        if aim.quota(gate["quota"]) and reaches(aim.attainment(gate["quota"]), gate):
            return True
    return False


def reaches(figure: Fraction, gate: Mapping[str, Any]) -> bool:
    """Whether a figure is above the threshold, or exactly on one that is inclusive."""
    threshold = exact(gate["threshold"])
    return figure > threshold or (bool(gate["inclusive"]) and figure == threshold)


def is_met(world: World, terms: Terms, gate: Mapping[str, Any], window: str) -> bool:
    """The conversion of a window, as at the end of the month.

    Flow: leads first signed in the window over leads qualified in it. Cohort: of those qualified
    in it, the ones first signed before its end + so many days.
    """
    zone = terms.version.zone
    end = end_of(months_later(window, MONTHS_IN[gate["window"]] - 1), zone)
    if gate["count"] == "cohort":
        end = midnight(day_of(end, zone) + timedelta(days=gate["days"]), zone)

    def is_known(fact: Fact) -> bool:
        return world.rules.windows_from(terms.version) <= fact.at < end_of(terms.month, zone)

    def lies_in(fact: Fact) -> bool:
        month = month_of(fact.at, zone)
        return window_of(month, gate["window"], terms.version.year_starts) == window

    def was_signed(signing: Fact | None, qualification: Fact | None) -> bool:
        if signing is None or not is_known(signing):
            return False
        if gate["count"] == "flow":
            return lies_in(signing)
        return was_qualified(qualification) and signing.at < end

    def was_qualified(fact: Fact | None) -> bool:
        return fact is not None and is_known(fact) and lies_in(fact)

    own = [x for x in world.leads.values() if x.payee == terms.payee and x.side == "marketing"]
    qualified = sum(was_qualified(lead.qualification) for lead in own)
    signed = sum(was_signed(world.first_signing(lead), lead.qualification) for lead in own)
    if qualified == 0:
        return bool(gate["zero_qualified"] == "open")
    return reaches(Fraction(signed, qualified), gate)
