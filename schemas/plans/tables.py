"""Tables of a plan: what a figure is worth, in half-open rows `[from, to)` that leave no gap.

A rate table reads a rate (or an amount per deal) by what has been credited so far; a payout table
reads a share of a target by attainment; a matrix reads a rate by two figures at once.
"""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.plans.parts import Part
from schemas.rates import Figure, Rate, rate_text
from schemas.values import Amount, Text

_FROM: Final = "from this figure on, it included"
_TO: Final = "up to this figure, it excluded; the last row may have none"


class RateRow(Part):
    """Between two figures, a rate of what is credited, or an amount per deal."""

    starts: Annotated[Figure, Field(alias="from", description=_FROM)]
    ends: Annotated[Figure | None, Field(default=None, alias="to", description=_TO)]
    rate: Annotated[Rate | None, Field(default=None, description="of the amount credited")]
    amount: Annotated[Amount | None, Field(default=None, description="for each deal")]

    @model_validator(mode="after")
    def _pays_in_one_way(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise PydanticCustomError(
                "bad-table", "a row of a rate table has a rate or an amount, and not both"
            )
        return self


class RateTable(Part):
    """A rate by what a payee has been credited so far in a window."""

    by: Annotated[
        Literal["amount", "deals", "attainment"],
        Field(
            description="what the rows are read by: the amount credited in units of the plan's "
            "currency (1000000 is a million), the number of deals, or the attainment of a quota"
        ),
    ]
    mode: Annotated[
        Literal["marginal", "retroactive"],
        Field(
            description="marginal: each row's rate pays for what lies in the row; retroactive: the "
            "rate of the row reached pays for everything in the window"
        ),
    ]
    rows: Annotated[
        list[RateRow], Field(min_length=1, max_length=100, description="half-open, without gap")
    ]
    falling: Annotated[
        bool, Field(default=False, description="says that a later row may pay less, on purpose")
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _half_open([(row.starts, row.ends) for row in self.rows])
        if self.rows[-1].ends is not None:
            raise PydanticCustomError("bad-table", "the last row of a rate table has no `to`")
        ways = {row.rate is None for row in self.rows}
        if len(ways) > 1:
            raise PydanticCustomError("bad-table", "all rows have a rate, or all an amount")
        if ways == {True} and self.by != "deals":
            raise PydanticCustomError("bad-table", "amounts per deal are read by deals")
        _rises([_paid(row) for row in self.rows], falling=self.falling)
        return self


def _paid(row: RateRow) -> Fraction:
    return row.rate if row.rate is not None else Fraction(row.amount.minor if row.amount else 0)


class PayoutRow(Part):
    """Between two attainments, a multiplier of what is reached, or a share of the target."""

    starts: Annotated[Figure, Field(alias="from", description=_FROM)]
    ends: Annotated[Figure | None, Field(default=None, alias="to", description=_TO)]
    times: Annotated[
        Rate | None,
        Field(default=None, description="marginal and retroactive: the multiplier of attainment"),
    ]
    pays: Annotated[
        Rate | None,
        Field(default=None, description="interpolated and highest: the share of the target"),
    ]


class PayoutTable(Part):
    """A share of a target amount by attainment."""

    mode: Annotated[
        Literal["marginal", "retroactive", "interpolated", "highest"],
        Field(
            description="marginal: each slice of attainment times its row's multiplier; "
            "retroactive: all attainment times the multiplier of the row reached; interpolated: "
            "rows below are paid whole, the row reached in proportion; highest: the share of the "
            "row reached alone"
        ),
    ]
    rows: Annotated[
        list[PayoutRow], Field(min_length=1, max_length=100, description="half-open, without gap")
    ]
    falling: Annotated[
        bool, Field(default=False, description="says that a later row may pay less, on purpose")
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _half_open([(row.starts, row.ends) for row in self.rows])
        multiplies = self.mode in ("marginal", "retroactive")
        wanted = "times" if multiplies else "pays"
        for row in self.rows:
            if (row.times is None) == multiplies or (row.pays is None) != multiplies:
                raise PydanticCustomError(
                    "bad-table",
                    "each row of a table that is {mode} has `{wanted}`, and nothing else",
                    {"mode": self.mode, "wanted": wanted},
                )
        last = self.rows[-1].ends
        if (last is None) == (self.mode == "interpolated"):
            raise PydanticCustomError(
                "bad-table",
                "the last row of an interpolated table has a `to`; of the others it has none",
            )
        if self.mode != "interpolated":
            _rises(
                [row.times or row.pays or Fraction(0) for row in self.rows], falling=self.falling
            )
        return self


class Axis(Part):
    """One side of a matrix: rows of figures, or words."""

    by: Annotated[
        Text,
        Field(
            description="what is looked up: amount, term, product, customer type, attainment, or a "
            "declared attribute"
        ),
    ]
    starts: Annotated[
        list[Figure] | None,
        Field(default=None, alias="from", description="figures: each row goes up to the next"),
    ]
    words: Annotated[
        list[Text] | None,
        Field(default=None, alias="of", description='words: each a row, "*" for all others'),
    ]

    @model_validator(mode="after")
    def _has_one_kind_of_rows(self) -> Self:
        if (self.starts is None) == (self.words is None):
            raise PydanticCustomError("bad-table", "an axis has `from` figures or `of` words")
        if self.starts is not None and self.starts[0] != 0:
            raise PydanticCustomError("bad-table", "the figures of an axis start from 0")
        if self.starts is not None and any(
            later <= earlier for earlier, later in zip(self.starts, self.starts[1:], strict=False)
        ):
            raise PydanticCustomError("bad-table", "the figures of an axis rise")
        if self.words is not None and len(set(self.words)) < len(self.words):
            raise PydanticCustomError("bad-table", "each word of an axis stands once")
        return self

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.starts if self.starts is not None else self.words or ())


class Matrix(Part):
    """A rate by two figures or words: a row for each of `rows`, a rate for each of `columns`."""

    rows: Annotated[Axis, Field(description="what the rows are looked up by")]
    columns: Annotated[Axis, Field(description="what the columns are looked up by")]
    rates: Annotated[
        list[list[Rate]],
        Field(min_length=1, max_length=100, description="of each row, the rate of each column"),
    ]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if len(self.rates) != self.rows.size or any(
            len(row) != self.columns.size for row in self.rates
        ):
            raise PydanticCustomError(
                "bad-table",
                "a matrix has a rate for each of its {rows} rows and {columns} columns",
                {"rows": self.rows.size, "columns": self.columns.size},
            )
        return self


class Deduction(Part):
    """Between two figures of a metric, what a component is multiplied by."""

    starts: Annotated[Figure, Field(alias="from", description=_FROM)]
    ends: Annotated[Figure | None, Field(default=None, alias="to", description=_TO)]
    times: Annotated[Rate, Field(description="what the component is multiplied by")]


def half_open(rows: Sequence[Deduction]) -> None:
    """Refuse rows with a gap or an overlap. Raises `PydanticCustomError`, code `bad-table`."""
    _half_open([(row.starts, row.ends) for row in rows])


def _half_open(bounds: Sequence[tuple[Fraction, Fraction | None]]) -> None:
    if bounds[0][0] != 0:
        raise PydanticCustomError("bad-table", "the first row starts from 0")
    for (starts, ends), (following, _) in itertools.pairwise(bounds):
        if ends is None or ends != following:
            raise PydanticCustomError(
                "bad-table",
                "rows are half-open [from, to) and follow on each other: one ends {ends}, the next "
                "starts {following}",
                {
                    "ends": "nowhere" if ends is None else f"at {ends}",
                    "following": f"at {following}",
                },
            )
        if ends <= starts:
            raise PydanticCustomError("bad-table", "a row ends above its start")
    starts, ends = bounds[-1]
    if ends is not None and ends <= starts:
        raise PydanticCustomError("bad-table", "a row ends above its start")


def _rises(values: Sequence[Fraction], *, falling: bool) -> None:
    for below, above in itertools.pairwise(values):
        if above < below and not falling:
            raise PydanticCustomError(
                "pays-less-for-more",
                "a row pays {above} above one that pays {below}; if less for more is meant, say "
                "falling: true",
                {"above": rate_text(above), "below": rate_text(below)},
            )
