"""At most so much for several components together, per payee and window; the rest is lost."""

from collections.abc import Iterator

from tests.oracle.components.windowed import due, earned_in
from tests.oracle.lines import Entitled, Line
from tests.oracle.numbers import minor, rounded
from tests.oracle.world import World


def lines(world: World, month: str, others: list[Entitled]) -> Iterator[Line]:
    """-max(0, S - round(amount x part)) for each window with S > 0."""
    for each in due(world, month, "ceiling"):
        most = minor(each.component["amount"]) * each.part()
        earned = earned_in(each, others)
        excess = earned - rounded(most, each.terms.version.rounding) if earned > 0 else 0
        yield each.plain_line(-max(0, excess))
