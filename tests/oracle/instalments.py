"""Instalments: how much of an entitlement is earned by what was reached."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.deals import Deal
from tests.oracle.lines import Entitled
from tests.oracle.months import day_of, midnight, same_day_later
from tests.oracle.numbers import exact, minor
from tests.oracle.people import is_away
from tests.oracle.world import World

Part = Mapping[str, Any]


def reached(world: World, entitled: Entitled, plan: Part) -> Fraction:
    """The sum of the shares reached."""
    deal, end = entitled.deal, entitled.terms.end
    assert deal is not None
    total = Fraction(0)
    for part in plan["parts"]:
        if part["on"] == "cash":
            total += exact(part["share"]) * paid(world, entitled, plan["cash"])
        else:
            when = reached_at(world, entitled, deal, part)
            if when is not None and when < end and not is_lost(world, entitled, when):
                total += exact(part["share"])
    return total


def reached_at(world: World, entitled: Entitled, deal: Deal, part: Part) -> datetime | None:
    """When a part is reached: at once, by a milestone, or so many months after the layer's date."""
    dated = entitled.earned_at
    assert dated is not None
    if part["on"] == "milestone":
        facts = [
            fact.at
            for fact in world.of("milestone-reached")
            if fact.data["deal"] == deal.id and fact.data["milestone"] == part["milestone"]
        ]
        return facts[0] if facts else None
    if part["on"] == "months":
        zone = entitled.terms.version.zone
        return midnight(same_day_later(day_of(dated, zone), part["months"]), zone)
    return dated


def is_lost(world: World, entitled: Entitled, when: datetime) -> bool:
    """`instalments: lost`: what is reached at or after leaving does not count."""
    leaving = entitled.terms.version.document.get("leaving") or {}
    return leaving.get("instalments") == "lost" and is_away(world, entitled.terms.payee, when)


def paid(world: World, entitled: Entitled, way: str) -> Fraction:
    """in-proportion: min(1, max(0, net cash) / value); in-full: 1 if net cash >= value, else 0.

    Net cash = payments - refunds before the end of T in the deal's currency; what is paid after
    a payee left who loses instalments is not counted, what is refunded is. A deal worth 0: 1.
    """
    deal, end = entitled.deal, entitled.terms.end
    assert deal is not None
    net, value = 0, deal.value_at(end)
    for type_, sign in (("payment-received", 1), ("refund-issued", -1)):
        for fact in world.of(type_):
            own = fact.data["deal"] == deal.id and fact.at < end
            lost = sign > 0 and is_lost(world, entitled, fact.at)
            if own and not lost and fact.data["amount"]["currency"] == deal.currency:
                net += sign * minor(fact.data["amount"])
    if value == 0:
        return Fraction(1)
    if way == "in-full":
        return Fraction(net >= value)
    return min(Fraction(1), Fraction(max(0, net), value))
