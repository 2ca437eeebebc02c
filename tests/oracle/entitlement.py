"""What each line would be if every contract had always stood as at the end of one month."""

from collections.abc import Iterator
from dataclasses import replace

from tests.oracle.components import OVER_LINES, PAYING
from tests.oracle.limits import limited
from tests.oracle.lines import Key, Line, by_bytes
from tests.oracle.world import World

__all__ = ["Key", "Line", "entitlements"]


def entitlements(world: World, month: str) -> Iterator[Line]:
    """Every line as at the end of a month, those of nothing too; one for each key."""
    entitled = [each for component in PAYING for each in component(world, month)]
    bounded = list(limited(world, entitled))
    lines = [each.line for each in bounded]
    for over_lines in OVER_LINES:
        lines += over_lines(world, month, bounded)
    whole: dict[Key, Line] = {}
    for line in lines:
        whole[line.key] = together(whole[line.key], line) if line.key in whole else line
    yield from whole.values()


def together(one: Line, other: Line) -> Line:
    """Two lines of one key are one: a decrease of two layers, a clawback of two commissions."""
    base = None if one.base is None else one.base + (other.base or 0)
    because = by_bytes({*one.because, *other.because})
    return replace(one, amount=one.amount + other.amount, base=base, because=because)
