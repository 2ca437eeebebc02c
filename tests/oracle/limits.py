"""What is done to entitlements, in this order: leaving, gates, caps, instalments."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tests.oracle.gates import gates_open
from tests.oracle.instalments import reached
from tests.oracle.lines import Component, Entitled
from tests.oracle.numbers import minor, rounded
from tests.oracle.people import is_away
from tests.oracle.windows import window_at
from tests.oracle.world import World

Run = tuple[Any, ...]


def limited(world: World, entitled: Iterable[Entitled]) -> Iterator[Entitled]:
    """Entitlements after everything that bounds them one by one."""
    kept = [each for each in entitled if stayed(world, each)]
    gated = [each if is_gate_open(world, each) else of(each, 0) for each in kept]
    for each in capped(world, gated):
        yield released(world, each)


def of(entitled: Entitled, amount: int) -> Entitled:
    """The same with another amount."""
    return replace(entitled, line=replace(entitled.line, amount=amount))


def is_gate_open(world: World, entitled: Entitled) -> bool:
    """Gates go by the component whose line it is; a clawback's by its commission."""
    return gates_open(world, entitled.terms, entitled.rule["id"])


def run_of(world: World, entitled: Entitled, per: str) -> Run:
    """What totals run over: payee, plan, currency, component; and window, deal or all time."""
    version, line = entitled.terms.version, entitled.line
    run = (line.payee, version.plan, line.currency, entitled.rule["id"], per)
    if per == "deal":
        return *run, line.subject
    if per == "ever":
        return run
    window = window_at(world, version, per, entitled.terms.dated)
    return *run, window.starts, window.ends


def capped(world: World, entitled: Iterable[Entitled]) -> Iterator[Entitled]:
    """In order of effect: min(sum_i, cap) - min(sum_(i-1), cap), by the cap of the own version.

    The sums are over all versions of the plan, and decreases below zero are in them.
    """
    ordered = sorted(entitled, key=lambda x: x.order)
    for number, each in enumerate(ordered):
        cap = cap_of(each.rule)
        if cap is None:
            yield each
            continue
        run, most = run_of(world, each, cap["per"]), minor(cap["amount"])
        earlier = [x for x in ordered[:number] if run_of(world, x, cap["per"]) == run]
        before = sum(x.amount for x in earlier)
        yield of(each, min(before + each.amount, most) - min(before, most))


def cap_of(component: Component) -> Component | None:
    """A cap; `most` of a SPIFF is one over the whole time."""
    if component.get("most") is not None and component["kind"] == "spiff":
        return {"per": "ever", "amount": component["most"]}
    cap: Component | None = component.get("cap")
    return cap


def released(world: World, entitled: Entitled) -> Entitled:
    """Line = round(entitlement x the shares of the instalments reached)."""
    version = entitled.terms.version
    for plan in version.parts("instalments"):
        if entitled.rule["id"] in plan["applies_to"] and entitled.deal:
            share = reached(world, entitled, plan)
            return of(entitled, rounded(entitled.amount * share, version.rounding))
    return entitled


def stayed(world: World, entitled: Entitled) -> bool:
    """`later_deals: lost`: what is dated at or after leaving entitles the payee to nothing.

    A decrease of two layers, of which one is lost, is a decrease of the other.
    """
    leaving = entitled.terms.version.document.get("leaving") or {}
    if entitled.earned_at is None or leaving.get("later_deals") != "lost":
        return True
    return not is_away(world, entitled.terms.payee, entitled.earned_at)
