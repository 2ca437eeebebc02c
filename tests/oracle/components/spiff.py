"""Extra pay for deals signed between two days: an amount for each, or a rate."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.oracle.components.commission import priced
from tests.oracle.components.flat import part
from tests.oracle.credited import Credited, credited
from tests.oracle.lines import Component, Entitled
from tests.oracle.months import day_of
from tests.oracle.numbers import exact
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """Signing layers dated in [from, to) with a value as at T; `first: n` of a payee only."""
    counted: dict[tuple[Any, ...], list[str]] = {}
    for item in credited(world, month):
        for component in item.components("spiff") if is_signing(item) else ():
            if not is_in_time(item, component) or (component.get("rate") and not item.exchange):
                continue
            version = item.terms.version
            run = (item.terms.payee, version.plan, version.currency, component["id"])
            paid = counted.setdefault(run, [])
            if item.value and item.deal.id not in paid:
                paid.append(item.deal.id)
            most = component.get("first")
            late = most is not None and item.deal.id not in paid[:most]
            rate = exact(component["rate"]) if component.get("rate") else None
            yield item.entitled(component, 0 if late else worth(item, component), rate=rate)


def is_signing(item: Credited) -> bool:
    """Whether it is the layer of the signing, no upsell or renewal."""
    return item.layer.opened.kind == "signing"


def is_in_time(item: Credited, component: Component) -> bool:
    """Whether its local day is in [from, to)."""
    day = day_of(item.terms.dated, item.terms.version.zone)
    starts, ends = (date.fromisoformat(str(component[end])) for end in ("from", "to"))
    return starts <= day < ends


def worth(item: Credited, component: Component) -> int:
    """An amount as flat's for a deal; a rate as a commission."""
    if component.get("amount") is not None:
        return part(item, component)
    return priced(item, component["id"], exact(component["rate"]), item.value)
