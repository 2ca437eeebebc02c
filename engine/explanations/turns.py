"""Whose turn it is, where only the first so many of a payee are paid."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.reasons import Reason


@dataclass(frozen=True, slots=True)
class Taker:
    """What may take a turn: its fact, the window it is counted in, whether it stands."""

    fact: int
    window: tuple[int, int]
    stands: bool


def turn(fact: int, window: tuple[int, int], all_: Iterable[Taker]) -> int:
    """The number, from 1, of a fact among those of its window that stand; each fact once."""
    before = {each.fact for each in all_ if each.window == window and each.stands}
    return sum(other <= fact for other in before)


def turn_reason(number: int, most: int, per: str) -> Reason:
    """Which of the first so many it is."""
    stands = "it is paid" if number <= most else "it is not paid, the limit is reached"
    return Reason(f"Number {number} of at most {most} {per}: {stands}")
