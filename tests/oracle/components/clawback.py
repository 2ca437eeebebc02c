"""What a payee keeps of a commission when the contract shrinks: by when, or by time served."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor

from tests.oracle.components.commission import priced
from tests.oracle.components.matrix import by_itself, depends_on_payee, rate_of
from tests.oracle.credited import Credited, credited
from tests.oracle.lines import Component, Entitled
from tests.oracle.months import day_of, same_day_later
from tests.oracle.numbers import exact
from tests.oracle.world import World


def entitled(world: World, month: str) -> Iterator[Entitled]:
    """The commission's line on the kept value: its rate, class, role, division."""
    for item in credited(world, month):
        clawbacks = [c for c in item.terms.version.components if c["kind"] == "clawback"]
        for kind in ("commission", "matrix") if item.exchange is not None else ():
            for rule in item.components(kind):
                for component in clawbacks:
                    if rule["id"] in component["applies_to"]:
                        yield from kept_lines(item, component, rule)


def kept_lines(item: Credited, component: Component, rule: Component) -> Iterator[Entitled]:
    """The line of what is kept; of a matrix without a rate there is none."""
    kept = kept_value(item, component)
    rate = exact(rule["rate"]) if rule["kind"] == "commission" else rate_of(item, rule)
    if rate is None:
        return
    if rule["kind"] == "matrix" and depends_on_payee(item, rule):
        amount = by_itself(item, rule, rate, kept)
    else:
        amount = priced(item, rule["id"], rate, kept)
    line = item.entitled(component, amount, base=floor(kept), rate=rate, share=item.share)
    at, fact, source, _ = item.order
    yield Entitled(
        line=line.line,
        terms=line.terms,
        rule=rule,
        order=(at, fact, source, 1),  # right after the commission's own line
        earned_at=line.earned_at,
        deal=line.deal,
    )


def kept_value(item: Credited, component: Component) -> Fraction:
    """K = sum over the layer's decreases of dv x keep(t)."""
    zone = item.terms.version.zone
    dated = day_of(item.layer.opened.at, zone)
    return sum(
        (
            taken * keep(component, item, dated, day_of(step.at, zone))
            for step, taken in item.layer.decreases
        ),
        Fraction(0),
    )


def keep(component: Component, item: Credited, dated: date, day: date) -> Fraction:
    """unserved: min(1, served/term); all: 0 if served < term, else 1; no term: nothing."""
    of_deal = item.deal.signing.data.get("term_months")
    in_days = component["unit"] == "days"
    if component.get("within") is not None:
        term = component["within"]
    elif of_deal is None:
        return Fraction(0)
    else:
        term = (same_day_later(dated, of_deal) - dated).days if in_days else of_deal
    if in_days:
        served = (day - dated).days + (component["first_day"] == "counts")
    else:
        served = completed_months(dated, day)
    if component["takes"] == "all":
        return Fraction(served >= term)
    return min(Fraction(1), Fraction(served, term))


def completed_months(dated: date, day: date) -> int:
    """The same day of a later month, or its last day, completes a month."""
    months = 0
    while same_day_later(dated, months + 1) <= day:
        months += 1
    return months
