"""Removal effects of large chains: guessed in floating point, then proven in whole numbers.

A solution in doubles is only a guess here. Put into the equations in exact integers it leaves a
residual, which gives both the correction of the guess and a bound on the error that is left,
whatever machine or library made the guess. Effects are rounded to the nearest 1/10**12, and refused
unless the bound before that is below 1/10**18.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.crediting_models.chains import Chain
from engine.crediting_models.worth import Worth
from schemas.errors import Refused

QUANTUM: Final = 10**12
BOUND: Final = 1e-18
_UNIT: Final = 2**128
"""Corrected solutions are whole numbers of this part of one."""
_ROUNDS: Final = 3
"""Each makes about 13 more digits right."""
_EXACT_BITS: Final = 52
"""Whole numbers below 2 to this are added without rounding in doubles, in any order."""
_VISITS_BITS: Final = 42
_UP: Final = 1 + 1e-9
"""Sums of doubles, rounded up."""
_FAR: Final = 1e-6
"""No guess that is worth correcting is further off."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Guess = Callable[[Floats], Floats]


class ChainTooLong(Refused):
    """Journeys are so long that a large chain of them cannot be solved surely."""

    code = "chain-too-long"

    def __init__(self, states: int) -> None:
        super().__init__(
            f"Removal effects in a chain of {states} states were asked for, and its journeys are "
            "too many or too long to prove 18 digits of them right. Group the rarest channels, or "
            "lower the order, so that the chain is solved in whole numbers."
        )


def of_visits(journeys: Chain) -> Worth:
    """Effects in a chain of order 1, by one inverse. Raises `ChainTooLong`."""
    system = _System.of(journeys)
    inverse = _inverse(system.rates())
    returns, norm, error = _returns(system, inverse)
    reached, rest = system.solution(journeys.won, lambda right: inverse @ right)
    won = sum(journeys.won)
    if not (error + norm * rest / won) * max(journeys.visits) < BOUND:
        raise ChainTooLong(len(journeys.states))
    effects = dict.fromkeys(journeys.channels, Fraction(0))
    for i, state in enumerate(journeys.states):
        effect = reached[i] * journeys.visits[i] / (returns[i] * won)
        effects[journeys.channels[state[0]]] = _rounded(effect)
    return effects


def by_removal(journeys: Chain) -> Worth:
    """Effects in a chain of any order, solved without each channel. Raises `ChainTooLong`.

    Without some states a journey is no longer than with them, so that one norm bounds all errors.
    """
    system = _System.of(journeys)
    inverse = _inverse(system.rates())
    _, norm, _ = _returns(system, inverse)
    won, began = sum(journeys.won), sum(journeys.starts)
    effects: dict[str, Fraction] = {}
    for code, channel in enumerate(journeys.channels):
        kept = [i for i, state in enumerate(journeys.states) if code not in state]
        right = [journeys.won[i] for i in kept]
        reached, rest = system.cut(kept).solution(right, _without(inverse, kept))
        if not norm * rest * began / won < BOUND:
            raise ChainTooLong(len(journeys.states))
        left = sum(journeys.starts[i] * x for i, x in zip(kept, reached, strict=True))
        effects[channel] = _rounded(1 - Fraction(left) / won)
    return effects


@dataclass(frozen=True)
class _System:
    """The equations `visits * x - moves @ x == right`: the matrix, whose diagonal may be lower."""

    whole: Integers
    visits: Integers

    @classmethod
    def of(cls, journeys: Chain) -> "_System":
        n = len(journeys.states)
        if sum(journeys.visits) >= 2**_VISITS_BITS:
            raise ChainTooLong(n)
        visits = np.array(journeys.visits, dtype=np.int64)
        whole = np.diag(visits)
        starts, ends, counts = (
            journeys.moves[name].cast(pl.Int64).to_numpy() for name in ("from", "to", "count")
        )
        whole[starts, ends] -= counts
        return cls(whole, visits)

    def cut(self, kept: Sequence[int]) -> "_System":
        """The equations of some states alone."""
        return _System(self.whole[np.ix_(kept, kept)], self.visits[kept])

    def rates(self) -> Floats:
        """The matrix with every equation divided by its visits, in doubles."""
        return self.whole / self.visits[:, None]

    def solution(self, right: Sequence[int], guess: Guess) -> tuple[list[Fraction], float]:
        """A solution, and the largest residual in it over visits: its error, but for the norm."""
        rows, columns = self.whole.nonzero()
        heads = np.searchsorted(rows, np.arange(len(self.visits)))
        entries = self.whole[rows, columns].astype(object)
        sought = np.array([value * _UNIT for value in right], dtype=object)
        x, rest = np.zeros_like(sought), sought
        for _ in range(_ROUNDS):
            corrections = guess((rest / self.visits).astype(np.float64))
            x = x + np.array([int(part) for part in corrections.tolist()], dtype=object)
            rest = sought - np.add.reduceat(entries * x[columns], heads)
        error = float(np.abs(rest / self.visits).max(initial=0)) / _UNIT
        return [Fraction(part, _UNIT) for part in x.tolist()], error


def _without(inverse: Floats, kept: Sequence[int]) -> Guess:
    """The inverse of a matrix cut to some states, from the inverse of the whole (Schur)."""
    gone = sorted(set(range(len(inverse))) - set(kept))
    corner = _inverse(inverse[np.ix_(gone, gone)])
    into, out = inverse[:, kept], inverse[np.ix_(kept, gone)]

    def guess(right: Floats) -> Floats:
        through = into @ right
        solved: Floats = through[kept] - out @ (corner @ through[gone])
        return solved

    return guess


def _returns(system: _System, inverse: Floats) -> tuple[list[Fraction], float, float]:
    """The diagonal of the inverse, the norm of the inverse, and the error of the diagonal.

    With K the guess in whole numbers of 1/2**bits and F = 1 - rates @ K, the inverse is
    K + K F + inverse F F. The last term is the error; the norm is at most that of K over 1 - |F|.
    """
    n = len(system.visits)
    bits = 61 - int(np.ceil(np.log2(np.abs(inverse).max() + 1)))
    whole: Integers = np.rint(inverse * 2.0**bits).astype(np.int64)
    rest = _residual(system, whole, bits) / system.visits[:, None] / 2.0**bits
    far = float(np.abs(rest).sum(axis=1).max()) * _UP
    if not far < _FAR:
        raise ChainTooLong(n)
    norm = float(np.abs(inverse).sum(axis=1).max()) * _UP / (1 - far)
    corrections = np.einsum("ij,ji->i", inverse, rest)
    error = norm * far * far + n * 2.0**-_EXACT_BITS * norm * far
    diagonal = [
        Fraction(int(known), 2**bits) + Fraction(float(correction))
        for known, correction in zip(whole.diagonal(), corrections, strict=True)
    ]
    return diagonal, norm, error


def _residual(system: _System, whole: Integers, bits: int) -> Integers:
    """`2**bits * visits - matrix @ whole` without a rounding, by long division.

    The guess is cut into pieces so short that doubles add their products exactly.
    """
    width = _EXACT_BITS - int(np.abs(system.whole).sum(axis=1).max()).bit_length()
    matrix = system.whole.astype(np.float64)
    last, (place, shift) = 63 // width, divmod(bits, width)
    rest = np.zeros_like(whole)
    for piece in range(last, -1, -1):
        if np.abs(rest).max() >= 2 ** (62 - width):
            raise ChainTooLong(len(system.visits))
        digits = whole >> (piece * width)
        if piece < last:
            digits &= 2**width - 1
        rest = (rest << width) - (matrix @ digits.astype(np.float64)).astype(np.int64)
        if piece == place:
            rest += np.diag(system.visits << shift)
    return rest


def _inverse(matrix: Floats) -> Floats:
    return np.linalg.inv(matrix).astype(np.float64, copy=False)


def _rounded(effect: Fraction) -> Fraction:
    return Fraction(round(effect * QUANTUM), QUANTUM)
