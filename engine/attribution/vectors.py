"""Share vectors: the exact shares of classes in a deal, written as a text while they are columns.

Deals share few vectors, so a vector is read once, however many deals have it.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from schemas.frames import CLASSES
from schemas.plans.parts import SourceClass

CLASS_OF_SIDE: Final[Mapping[str, SourceClass]] = {
    "marketing": "marketing",
    "sales": "self",
    "partner": "partner",
}
PRECEDENCE: Final[tuple[SourceClass, ...]] = ("marketing", "self", "account", "partner", "house")
"""Which class of equal shares a deal is called by."""


def written(shares: Mapping[SourceClass, Fraction]) -> str:
    """A vector as a text, the classes in order of precedence and none of nothing.

    >>> written({"self": Fraction(1, 2), "marketing": Fraction(1, 2), "house": Fraction(0)})
    'marketing 1/2, self 1/2'
    """
    return ", ".join(f"{name} {shares[name]}" for name in PRECEDENCE if shares.get(name))


def whole(name: SourceClass) -> str:
    """The vector of a deal that is of one class alone."""
    return written({name: Fraction(1)})


def equal(names: Iterable[SourceClass]) -> str:
    """The vector of classes that share equally."""
    told = set(names)
    return written(dict.fromkeys(told, Fraction(1, len(told))))


def read(vector: str) -> dict[SourceClass, Fraction]:
    """The shares that a text tells, as `written`."""
    told = dict(part.split(" ") for part in vector.split(", "))
    return {name: Fraction(told[name]) for name in PRECEDENCE if name in told}


def greatest(vector: str) -> SourceClass:
    """The class with the greatest share, of equal ones the first in order of precedence."""
    shares = read(vector)
    return max(shares, key=lambda name: shares[name])


def of_classes(deals: pl.DataFrame) -> pl.DataFrame:
    """The classes (CLASSES) of deals with their `vector`."""
    told = {vector: read(vector) for vector in deals["vector"].unique().sort()}
    alone = {vector: next(iter(shares)) for vector, shares in told.items() if len(shares) == 1}
    one = pl.lit(1, dtype=pl.Int64)
    source = pl.col("vector").replace_strict(alone, default=None, return_dtype=pl.String)
    classes = deals.select("deal", "vector", source=source, num=one, den=one)
    if len(alone) == len(told):
        return classes.drop("vector")
    mixed = classes.filter(pl.col("source").is_null()).select("deal", "vector")
    shared = mixed.join(_shares(told), on="vector", maintain_order="left")
    whole = classes.filter(pl.col("source").is_not_null())
    return pl.concat([whole.select(*CLASSES), shared.select(*CLASSES)])


def _shares(told: Mapping[str, Mapping[SourceClass, Fraction]]) -> pl.DataFrame:
    """Vectors as rows: `vector, source, num, den`."""
    rows: list[tuple[str, str, int, int]] = []
    for vector, shares in told.items():
        den = lcm(*(share.denominator for share in shares.values()))
        rows += [(vector, name, int(share * den), den) for name, share in shares.items()]
    schema = {"vector": pl.String(), "source": pl.String(), "num": pl.Int64(), "den": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")
