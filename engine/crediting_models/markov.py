"""Markov removal effects by null-redirect, exact (Anderl, Becker, von Wangenheim, Schumann 2016).

A journey runs from state to state until it converts or not. Removing a channel sends every step
into it to no conversion; its effect is the part of all conversions that is lost. With G the inverse
of `visits - moves`, and c the conversions right after each state, a chain of order 1 loses

    RE(k) = (G c)[k] / (G[k, k] * sum(c))

when channel k goes. It is N[s, k] / N[k, k] * h[k] / h[s] in the usual letters, with visits[k] over
journeys for N[s, k], conversions over journeys for h[s], and N[i, j] = G[i, j] * visits[j]. A chain
of higher order loses every state in which the channel occurs, and is solved without them. Up to
`EXACT_STATES` states everything is in whole numbers; above, `engine.crediting_models.certified`
finds effects to the nearest 1/10**12.
"""

from fractions import Fraction
from typing import Final

from engine.crediting_models import certified
from engine.crediting_models.chains import Chain, chain
from engine.crediting_models.elimination import solved
from engine.crediting_models.pools import Pool
from engine.crediting_models.worth import Worth

EXACT_STATES: Final = 64
"""Up to here the exact solution takes about a second."""


def removal_effects(pool: Pool, order: int = 1) -> Worth:
    """The part of all conversions that is lost without each channel: from 0 to 1.

    What conversions weigh in the pool decides: by number, or by value. All are 0 where nothing is
    won. Raises `TooManyStates`, and `ChainTooLong` when a large chain cannot be solved surely.
    """
    journeys = chain(pool, order)
    if sum(journeys.won) == 0:
        return dict.fromkeys(journeys.channels, Fraction(0))
    small = len(journeys.states) <= EXACT_STATES
    if order == 1:
        return of_visits(journeys) if small else certified.of_visits(journeys)
    return by_removal(journeys) if small else certified.by_removal(journeys)


def of_visits(journeys: Chain) -> Worth:
    """Order 1: all effects from one elimination."""
    n = len(journeys.states)
    won = sum(journeys.won)
    right = [[int(i == j) for j in range(n)] + [journeys.won[i]] for i in range(n)]
    inverse, _ = solved(balance(journeys), right)
    effects = dict.fromkeys(journeys.channels, Fraction(0))
    for i, (state, row) in enumerate(zip(journeys.states, inverse, strict=True)):
        effects[journeys.channels[state[0]]] = Fraction(row[n], row[i] * won)
    return effects


def by_removal(journeys: Chain) -> Worth:
    """Any order: a channel after the other is taken out, and the rest solved again."""
    matrix, won = balance(journeys), sum(journeys.won)
    effects: dict[str, Fraction] = {}
    for code, channel in enumerate(journeys.channels):
        kept = [i for i, state in enumerate(journeys.states) if code not in state]
        rest = [[matrix[i][j] for j in kept] for i in kept]
        reached, whole = solved(rest, [[journeys.won[i]] for i in kept])
        left = sum(journeys.starts[i] * x for i, (x,) in zip(kept, reached, strict=True))
        effects[channel] = 1 - Fraction(left, whole * won)
    return effects


def balance(journeys: Chain) -> list[list[int]]:
    """Visits on the diagonal, less the moves: row by row what leaves a state for good."""
    n = len(journeys.states)
    matrix = [[0] * n for _ in range(n)]
    for i, visits in enumerate(journeys.visits):
        matrix[i][i] = visits
    for i, j, count in journeys.moves.iter_rows():
        matrix[i][j] -= count
    return matrix
