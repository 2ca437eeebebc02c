"""Shapley values and removal effects by their definitions: every set, every removal, fractions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations, pairwise
from math import factorial


@dataclass(frozen=True, slots=True)
class Path:
    """Journeys that ran alike: the channels touched, in order; how many; what one was worth."""

    channels: tuple[str, ...]
    converted: bool
    count: int = 1
    value: int = 1

    @property
    def won(self) -> int:
        return self.count * self.value if self.converted else 0


Paths = Sequence[Path]
Game = Callable[[frozenset[str]], Fraction]
State = tuple[str, ...]


def channels_of(paths: Paths) -> list[str]:
    return sorted({channel for path in paths for channel in path.channels})


def touched(paths: Paths) -> list[Path]:
    """Journeys without touches tell nothing about channels."""
    return [path for path in paths if path.channels]


def closure(paths: Paths) -> Game:
    return lambda inside: Fraction(sum(p.won for p in touched(paths) if set(p.channels) <= inside))


def exact_set(paths: Paths) -> Game:
    return lambda inside: Fraction(sum(p.won for p in touched(paths) if set(p.channels) == inside))


def closure_rate(paths: Paths) -> Game:
    return lambda inside: _rate([p for p in touched(paths) if set(p.channels) <= inside])


def exact_rate(paths: Paths) -> Game:
    return lambda inside: _rate([p for p in touched(paths) if set(p.channels) == inside])


def _rate(paths: Paths) -> Fraction:
    every = sum(path.count for path in paths)
    return Fraction(sum(path.won for path in paths), every) if every else Fraction(0)


def shapley(players: Sequence[str], game: Game) -> dict[str, Fraction]:
    """The mean of what a player adds, over all orders in which all come in."""
    n = len(players)
    return {
        player: sum(
            (
                Fraction(factorial(len(others)) * factorial(n - len(others) - 1), factorial(n))
                * (game(others | {player}) - game(others))
                for others in subsets(set(players) - {player})
            ),
            Fraction(0),
        )
        for player in players
    }


def dividends(players: Sequence[str], game: Game) -> dict[str, Fraction]:
    """The same by Harsanyi: what each set adds over all sets inside it, shared equally in it."""
    added: dict[frozenset[str], Fraction] = {}
    for inside in subsets(players):
        below = (added[smaller] for smaller in subsets(inside) if smaller != inside)
        added[inside] = game(inside) - sum(below, Fraction(0))
    return {
        player: sum(
            (of / len(inside) for inside, of in added.items() if player in inside), Fraction(0)
        )
        for player in players
    }


def subsets(players: Iterable[str]) -> list[frozenset[str]]:
    """Every set, the smaller ones first."""
    named = sorted(players)
    sizes = range(len(named) + 1)
    return [frozenset(s) for s in chain.from_iterable(combinations(named, k) for k in sizes)]


def ordered(paths: Paths) -> dict[tuple[str, int], Fraction]:
    """A conversion is split over its channels, and a channel's part over its places."""
    worth: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for path in paths:
        for place, channel in enumerate(path.channels):
            if path.converted:
                among = len(set(path.channels)) * path.channels.count(channel)
                worth[channel, place] += Fraction(path.won, among)
    return dict(worth)


def removal_effects(paths: Paths, order: int) -> dict[str, Fraction]:
    """One chain solved for each channel, in which every step into it leads nowhere."""
    whole = expected(paths, order, None)
    return {
        channel: 1 - expected(paths, order, channel) / whole if whole else Fraction(0)
        for channel in channels_of(paths)
    }


def expected(paths: Paths, order: int, removed: str | None) -> Fraction:
    """What a journey is expected to win, from its start."""
    states, steps, reward = _chain(paths, order)
    kept = [state for state in states if removed not in state]
    matrix = [[Fraction(i == j) - steps.get((i, j), Fraction(0)) for j in kept] for i in kept]
    found = solved(matrix, [reward[state] for state in kept])
    return dict(zip(kept, found, strict=True)).get((), Fraction(0))


def visits(paths: Paths, state: State) -> Fraction:
    """How often a journey is expected to come to a state: N[s, k] of the fundamental matrix."""
    states, steps, _ = _chain(paths, 1)
    matrix = [[Fraction(i == j) - steps.get((i, j), Fraction(0)) for j in states] for i in states]
    found = solved(matrix, [Fraction(other == state) for other in states])
    return dict(zip(states, found, strict=True))[()]


def _chain(
    paths: Paths, order: int
) -> tuple[list[State], dict[tuple[State, State], Fraction], dict[State, Fraction]]:
    """States (the start is empty), probabilities of steps, and what is won right after a state."""
    left: defaultdict[State, int] = defaultdict(int)
    steps: defaultdict[tuple[State, State], int] = defaultdict(int)
    won: defaultdict[State, int] = defaultdict(int)
    for path in touched(paths):
        ends = range(len(path.channels) + 1)
        run = [path.channels[max(0, end - order) : end] for end in ends]
        for step in pairwise(run):
            steps[step] += path.count
        for state in run:
            left[state] += path.count
        won[run[-1]] += path.won
    return (
        sorted(left),
        {step: Fraction(count, left[step[0]]) for step, count in steps.items()},
        {state: Fraction(won[state], count) for state, count in left.items()},
    )


def solved(matrix: list[list[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """Gaussian elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i, row in enumerate(rows):
            if i != k:
                rows[i] = [x - row[k] * y for x, y in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows]
