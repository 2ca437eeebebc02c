"""A rate on the value of deals that is looked up by two figures or words."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tests.oracle.components.commission import priced
from tests.oracle.credited import Credited, credited
from tests.oracle.lines import Component, Entitled
from tests.oracle.metrics import coefficient
from tests.oracle.numbers import exact, rounded
from tests.oracle.targets import Aim
from tests.oracle.windows import window_at
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """Priced and divided like a commission; with attainment each line is rounded by itself."""
    for item in credited(world, month):
        for component in item.components("matrix") if item.exchange is not None else ():
            rate = rate_of(item, component)
            if rate is None:
                continue
            if depends_on_payee(item, component):
                amount = by_itself(item, component, rate, item.value)
            else:
                amount = priced(item, component["id"], rate, item.value)
            yield item.entitled(component, amount, rate=rate, share=item.share)


def depends_on_payee(_: Credited, component: Component) -> bool:
    """Whether an axis is the attainment of each payee."""
    return "attainment" in {component["table"][axis]["by"] for axis in ("rows", "columns")}


def by_itself(item: Credited, component: Component, rate: Fraction, value: Fraction | int) -> int:
    """round(rate x coefficient x credited amount)."""
    scaled = coefficient(item.world, item.terms, component["id"])
    exactly = rate * (1 if scaled is None else scaled) * item.in_plan_currency(1) * value
    return rounded(exactly * item.share, item.terms.version.rounding)


def rate_of(item: Credited, component: Component) -> Fraction | None:
    """The rate where row and column meet; none when a word is of no row."""
    table = component["table"]
    row = place(item, component, table["rows"])
    column = place(item, component, table["columns"])
    if row is None or column is None:
        return None
    return exact(table["rates"][row][column])


def place(item: Credited, component: Component, axis: Mapping[str, Any]) -> int | None:
    """Which row of an axis a layer belongs to."""
    if axis.get("from") is not None:
        return place_of_figure(figure_of(item, component, axis["by"]), axis["from"])
    seen = item.sight[axis["by"]]
    words = seen if isinstance(seen, list) else [seen]
    named = [n for n, word in enumerate(axis["of"]) if word != "*" and word in words]
    others = [n for n, word in enumerate(axis["of"]) if word == "*"]
    return next(iter(named + others), None)


def place_of_figure(figure: Fraction | int | None, starts: list[str]) -> int:
    """The last row at or below it; missing or below zero belongs to the first."""
    return [n for n, start in enumerate(starts) if exact(start) <= max(0, figure or 0)][-1]


def figure_of(item: Credited, component: Component, name: str) -> Fraction | int | None:
    """A figure of the signing; the attainment is that of the quota in the layer's window."""
    if name != "attainment":
        figure: Fraction | int | None = item.sight[name]
        return figure
    version, world = item.terms.version, item.world
    quota = next(q for q in version.parts("quotas") if q["id"] == component["quota"])
    window = window_at(world, version, quota["per"], item.terms.dated)
    return Aim(world, item.terms.payee, version, window, item.terms.month).attainment(quota["id"])
