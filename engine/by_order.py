"""Rows by order: what another frame says of the same fact.

Orders are places in a log prefix, so a table of them is addressed instead of searched: for frames
of a million rows that costs a tenth of a join.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]


def beside(rows: pl.DataFrame, told: pl.DataFrame, on: str) -> pl.DataFrame:
    """Rows in their order, each with the columns of `told` of the same order, null without any.

    `on` is a column of both: orders, in `told` each once.
    """
    return rows.with_columns(_gathered(told.drop(on), places(rows[on], told[on])))


def listed(*orders: str) -> pl.Expr:
    """Columns of orders as one of lists; arrays first, as lists are put together row by row."""
    return pl.concat_arr(*orders).arr.to_list()


def places(orders: pl.Series, among: pl.Series) -> pl.Series:
    """Where orders stand among others, of which each is there once: row numbers, or null."""
    asked, known = orders.to_numpy(), among.to_numpy()
    low, size = _reach(asked, known)
    table = np.full(size, -1, dtype=np.int32)
    table[known - low] = np.arange(len(known), dtype=np.int32)
    found = table[asked - low]
    return pl.Series(found).set(pl.Series(found < 0), None)


def differing(orders: pl.Series, values: pl.Series) -> pl.Series:
    """Whether an order has more than one value in its rows."""
    order, value = orders.to_numpy(), values.to_numpy()
    low, size = _reach(order)
    some = np.zeros(size, dtype=value.dtype)
    some[order - low] = value
    differs = np.zeros(size, dtype=np.bool_)
    differs[order[some[order - low] != value] - low] = True
    return pl.Series(differs[order - low])


def _gathered(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Rows by their numbers; of a frame in one piece, as pieces make each row a search."""
    return frame.rechunk().select(pl.all().gather(rows))


def _reach(*orders: Places) -> tuple[int, int]:
    """The least of all orders, and how many there are from it to the greatest."""
    told = [each for each in orders if len(each)]
    low = min((int(each.min()) for each in told), default=0)
    return low, max((int(each.max()) for each in told), default=-1) - low + 1
