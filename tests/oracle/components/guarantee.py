"""An amount that a payee has for a window whatever they earn: a draw that is not owed back."""

from collections.abc import Iterator

from tests.oracle.components.windowed import Due, due, earned_in
from tests.oracle.lines import Entitled, Line
from tests.oracle.months import month_of, months_later
from tests.oracle.numbers import rounded
from tests.oracle.people import start
from tests.oracle.world import World


def lines(world: World, month: str, others: list[Entitled]) -> Iterator[Line]:
    """top-up: max(0, level - S); on-top: level; level = round(amount x part)."""
    for each in due(world, month, "guarantee"):
        if is_in_first_months(each):
            exactly = each.amount("amount") * each.part()
            level = rounded(exactly, each.terms.version.rounding)
            if each.component["basis"] == "top-up":
                level = max(0, level - earned_in(each, others))
            yield each.plain_line(level)


def is_in_first_months(each: Due) -> bool:
    """`months: n`: windows that begin before n calendar months after the start's month."""
    months, terms = each.component.get("months"), each.terms
    if months is None:
        return True
    started = start(each.world, terms.payee, terms.version)
    assert started is not None
    first = month_of(started, terms.version.zone)
    return each.window.months[0] < months_later(first, months)
