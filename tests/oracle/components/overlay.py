"""A pool for those who helped with a deal: a rate of its value, beside all other credit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.attribution.crediting import Credit
from tests.oracle.credited import Credited, layers_of
from tests.oracle.deals import Deal
from tests.oracle.facts import Fact
from tests.oracle.lines import Component, Entitled, by_bytes, references
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import divided, exact, minor, rounded
from tests.oracle.windows import window_at
from tests.oracle.world import World, terms_of


@dataclass(frozen=True, eq=False)
class Share:
    """A participant's part in the pool of a layer."""

    item: Credited
    component: Component
    participants: dict[str, Fact]  # payee -> their declaration

    @property
    def pool(self) -> int:
        """round(rate x value x exchange), not by class share."""
        value = self.item.in_plan_currency(self.item.value)
        return rounded(exact(self.component["rate"]) * value, self.item.terms.version.rounding)


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """Each layer of each deal: the pool, capped, divided equally among the participants."""
    runs: dict[tuple[Any, ...], list[Share]] = {}
    for deal in world.deals.values():
        for share in shares(world, month, deal):
            runs.setdefault(run_of(share), []).append(share)
    for run in runs.values():
        pools = capped(sorted(run, key=lambda share: share.item.order))
        for share in run:
            yield line(share, pools[share.item.fact.ref])


def participants(world: World, deal: Deal, component: Component, end: datetime) -> dict[str, Fact]:
    """The payees who declared they took part, each once, the first in order of effect of each."""
    first: dict[str, Fact] = {}
    for fact in world.of("participation-declared"):
        its = fact.data["deal"] == deal.id and fact.at < end
        if its and component.get("part") in {None, fact.data.get("part")}:
            first.setdefault(fact.data["payee"], fact)
    return first


def shares(world: World, month: str, deal: Deal) -> Iterator[Share]:
    """A payee takes the part that their own plan's component gives."""
    declared = {f.data["payee"] for f in world.of("participation-declared")}
    credit = Credit("", world.source_of(deal).greatest, Fraction(1), {})
    for opened in deal.steps:
        for payee in sorted(declared):
            terms = terms_of(world, payee, opened.at, month)
            for item in layers_of(world, deal, credit, terms, opened.fact) if terms else []:
                for component in overlays(item):
                    helped = participants(world, deal, component, item.terms.end)
                    if payee in helped:
                        yield Share(item, component, helped)


def overlays(item: Credited) -> Iterator[Component]:
    """The overlays of the payee's version that are for the deal; they credit no role."""
    for component in item.terms.version.components if item.exchange is not None else ():
        if component["kind"] == "overlay" and item.matches({**component, "credits": ""}):
            yield component


def run_of(share: Share) -> tuple[Any, ...]:
    """What pools are summed over: the deal, or the window of the signing's date."""
    version, cap = share.item.terms.version, share.component.get("pool")
    run = (version.plan, version.currency, share.component["id"])
    if cap is None or cap["per"] == "deal":
        return *run, "deal", share.item.deal.id, cap is None
    window = window_at(share.item.world, version, cap["per"], share.item.deal.signing.at)
    return *run, cap["per"], window.starts, window.ends


def capped(run: Sequence[Share]) -> dict[Any, int]:
    """Opening fact -> the pool of its layer, cut in order of effect by what the cap leaves."""
    pools: dict[Any, int] = {}
    before = 0
    for share in run:
        cap = share.component.get("pool")
        if share.item.fact.ref in pools:
            continue
        pool = share.pool
        if cap is None:
            pools[share.item.fact.ref] = pool
        else:
            most = minor(cap["amount"])
            pools[share.item.fact.ref] = min(before + pool, most) - min(before, most)
            before += pool
    return pools


def line(share: Share, pool: int) -> Entitled:
    """The payee's part; with a coefficient it is rounded by itself."""
    item, payee = share.item, share.item.terms.payee
    scaled = coefficient(item.world, item.terms, share.component["id"])
    equal = {name: Fraction(1, len(share.participants)) for name in share.participants}
    if scaled is None:
        amount = divided(pool, equal)[payee]
    else:
        amount = rounded(pool * equal[payee] * scaled, item.terms.version.rounding)
    because = {*item.because, *references(share.participants[payee])}
    attributes = {"source": None, "role": None, "because": by_bytes(because)}
    rate = exact(share.component["rate"])
    return item.entitled(share.component, amount, rate=rate, **attributes)
