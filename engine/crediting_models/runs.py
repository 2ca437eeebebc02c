"""Runs of touches: rows that follow each other and name one journey, which is looked up once."""

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a column of names.

    Attributes:
        names: of each run, its name; two runs next to each other have two.
        numbers: of each row, the number of its run, from 0 (UInt32).
    """

    names: pl.Series
    numbers: pl.Series

    @classmethod
    def of(cls, names: pl.Series) -> "Runs":
        """The runs of names; one run a name where all its rows stand together."""
        found = names.rle().struct.unnest()
        numbers = np.repeat(np.arange(found.height, dtype=np.uint32), found["len"].to_numpy())
        return cls(found["value"], pl.Series("run", numbers))

    def places_in(self, names: pl.Series) -> pl.Series:
        """Of each row, where among distinct names its own is (UInt32); null where it is not.

        Where the runs have just these names in the same order, nothing is looked up.
        """
        if self.names.equals(names):
            return self.numbers
        known = names.to_frame("name").with_row_index("place")
        runs = self.names.to_frame("name")
        found = runs.join(known, on="name", how="left", maintain_order="left")["place"]
        return self.spread(found)

    def spread(self, values: pl.Series) -> pl.Series:
        """A value of each run, for each of its rows."""
        return values.gather(self.numbers)


def in_order(rows: pl.DataFrame, run: str) -> bool:
    """Whether rows ascend by a number of their run and then by `place`, and none stands twice."""
    number, place = pl.col(run), pl.col("place")
    same_run = (number == number.shift(1)) & (place > place.shift(1))
    return bool(rows.select(((number > number.shift(1)) | same_run).all()).item())
