"""Systems of linear equations in whole numbers, solved without a rounding."""

from collections.abc import Sequence

Matrix = Sequence[Sequence[int]]


def solved(matrix: Matrix, right: Matrix) -> tuple[list[list[int]], int]:
    """`X` and `d` with `matrix @ X == d * right`, all whole numbers; d is the determinant.

    Fraction-free Gauss-Jordan elimination (Bareiss 1968): every division is exact, so numbers stay
    as short as determinants are. The leading minors of the matrix must not be 0, which holds for
    what a chain that always ends leads to (a nonsingular M-matrix), so that no row is exchanged.

    >>> solved([[2, -1], [-1, 2]], [[1], [0]])
    ([[2], [1]], 3)
    """
    rows = [[*left, *sought] for left, sought in zip(matrix, right, strict=True)]
    before = 1
    for k in range(len(rows)):
        pivot, *others = rows[k]
        for i, (factor, *row) in enumerate(rows):
            if i != k:
                rows[i] = [
                    (pivot * x - factor * y) // before for x, y in zip(row, others, strict=True)
                ]
        rows[k] = others
        before = pivot
    return rows, before
