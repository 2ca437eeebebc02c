"""The only place where money is rounded.

A product of an amount and an exact rate is rounded once, by the plan's mode; a rounded whole is
divided by largest remainder, so that the parts sum to it. Everything is integers: in 64 bits where
the bound is proven on the data, else in 128 where that is, else refused.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Final, Literal

import polars as pl

from engine.groups import first_of, place_in, summed
from schemas.errors import Refused
from schemas.values import MINOR_MAX

Rounding = Literal["half-even", "half-up", "half-down"]

INT64_BOUND: Final = 2**62
INT128_BOUND: Final = 2**126


class AmountTooLarge(Refused):
    """A product that would not fit into 128 bits, or a payout that is no amount of money."""

    code = "amount-too-large"

    def __init__(self, bound: int) -> None:
        self.bound = bound
        super().__init__(
            f"An amount of {len(str(bound))} digits was to be computed. Evenhand multiplies "
            "exactly up to 38 digits and pays lines of up to 15. Publish a rate with fewer digits, "
            "or correct the rate or the value."
        )


def rounded(whole: Fraction, mode: Rounding) -> int:
    """A fraction rounded to an integer; halves go to even, away from zero, or towards zero.

    >>> rounded(Fraction(5, 2), "half-even"), rounded(Fraction(-5, 2), "half-up")
    (2, -3)
    """
    quotient, rest = divmod(abs(whole.numerator), whole.denominator)
    twice = 2 * rest
    up = twice > whole.denominator or (
        twice == whole.denominator
        and (mode == "half-up" or (mode == "half-even" and quotient % 2 == 1))
    )
    return (quotient + up) * (-1 if whole < 0 else 1)


def allocate(whole: int, shares: Sequence[Fraction], names: Sequence[str]) -> list[int]:
    """The parts of a whole by largest remainder; they sum to it.

    Ties go to the larger share, then to the name that is smaller by bytes. Shares sum to 1.
    """
    floors = [whole * share // 1 for share in shares]
    remainders = [whole * share - floor for share, floor in zip(shares, floors, strict=True)]
    by_claim = sorted(
        range(len(shares)), key=lambda i: (-remainders[i], -shares[i], names[i].encode())
    )
    lucky = set(by_claim[: whole - sum(floors)])
    return [floor + (i in lucky) for i, floor in enumerate(floors)]


def product_dtype(*bounds: int) -> pl.DataType:
    """Int64 when the product of the bounds provably fits, Int128 when that does, else refused.

    Raises `AmountTooLarge`.
    """
    product = 1
    for bound in bounds:
        product *= max(1, abs(bound))
    if product < INT64_BOUND:
        return pl.Int64()
    if product < INT128_BOUND:
        return pl.Int128()
    raise AmountTooLarge(product)


def largest(column: pl.Series) -> int:
    """The largest absolute value in an integer column, 0 when it has none."""
    low, high = column.min(), column.max()
    return max(abs(int(str(low))), abs(int(str(high)))) if low is not None else 0


def wholes_of(dens: pl.Series) -> pl.DataFrame:
    """Lists of denominators with the one they have in common: `dens, whole`, a row a pattern.

    Few patterns stand for many rows. Raises `AmountTooLarge` where one does not fit in 64 bits.
    """
    patterns = dens.unique().to_list()
    wholes = [lcm(*pattern) for pattern in patterns]
    if max(wholes, default=0) >= INT64_BOUND:
        raise AmountTooLarge(max(wholes))
    schema = {"dens": pl.List(pl.Int64()), "whole": pl.Int64()}
    return pl.DataFrame({"dens": patterns, "whole": wholes}, schema=schema)


def rounded_products(frame: pl.DataFrame, amount: str, num: str, den: str) -> pl.Series:
    """`amount * num / den` row by row, rounded by the mode in the column `rounding`; Int64.

    Amounts are not negative here: layers have values, and differences are never rounded. `num` and
    `den` are Int128 columns, `den` above zero. Raises `AmountTooLarge`.
    """
    dtype = product_dtype(largest(frame[amount]), largest(frame[num]), 4)
    dtype = pl.Int128() if largest(frame[den]) >= INT64_BOUND // 4 else dtype
    product = pl.col(amount).cast(dtype) * pl.col(num).cast(dtype)
    divisor = pl.col(den).cast(dtype)
    parts = frame.select(
        quotient=product // divisor, twice=(product % divisor) * 2, den=divisor, mode="rounding"
    )
    return _paid(parts.select(_to_nearest()))


def rounded_quotients(frame: pl.DataFrame, num: str, den: str) -> pl.Series:
    """`num / den` row by row, of either sign, rounded by the mode in the column `rounding`; Int64.

    Both are Int128 columns, `den` above zero; their doubles fit. Raises `AmountTooLarge`.
    """
    size, divisor = pl.col(num).abs(), pl.col(den)
    parts = frame.select(
        quotient=size // divisor, twice=(size % divisor) * 2, den=divisor, mode="rounding",
        sign=pl.col(num).sign(),
    )  # fmt: skip
    return _paid(parts.select(_to_nearest() * pl.col("sign")))


def _to_nearest() -> pl.Expr:
    """`quotient`, or one more: by `twice` the remainder, `den` and `mode`."""
    half = pl.col("twice") == pl.col("den")
    odd = pl.col("quotient") % 2 == 1
    up = (
        (pl.col("twice") > pl.col("den"))
        | (half & (pl.col("mode") == "half-up"))
        | (half & odd & (pl.col("mode") == "half-even"))
    )
    return pl.col("quotient") + up.cast(pl.Int8)


def _paid(payouts: pl.DataFrame) -> pl.Series:
    """Payouts that are amounts of money. Raises `AmountTooLarge`."""
    amounts = payouts.to_series()
    if (most := largest(amounts)) >= MINOR_MAX:
        raise AmountTooLarge(most)
    return amounts.cast(pl.Int64)


def divided(
    frame: pl.DataFrame, whole: str, weight: str, total: str, group: Sequence[str]
) -> pl.DataFrame:
    """The frame with `part`: each group's whole divided by weight over total, largest remainder.

    Rows of a group share `whole` and `total`, their weights sum to the total, and the column
    `payee` breaks the last ties by bytes. `whole` is not negative. Rows come back in another order.
    """
    dtype = product_dtype(largest(frame[whole]), largest(frame[total]), 2)
    product = pl.col(whole).cast(dtype) * pl.col(weight).cast(dtype)
    divisor = pl.col(total).cast(dtype)
    split = frame.with_columns(
        part=(product // divisor).cast(pl.Int64), _rest=(product % divisor).cast(pl.Int64)
    )
    alone = split.filter(pl.col(weight) == pl.col(total))
    shared = split.filter(pl.col(weight) != pl.col(total)).sort(
        *group, pl.col("_rest"), pl.col(weight), "payee",
        descending=[False] * len(group) + [True, True, False],
    )  # fmt: skip
    first = pl.col("_first")
    left = pl.col(whole) - summed(pl.col("part"), first)
    dealt = shared.with_columns(_first=first_of(group)).with_columns(
        part=pl.col("part") + (place_in(first) < left).cast(pl.Int64)
    )
    return pl.concat([alone, dealt.drop("_first")]).drop("_rest")
