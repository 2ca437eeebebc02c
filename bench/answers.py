"""Whether contenders answer alike: every line, whatever its order and however it was written."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

COMPARED = (
    *("payee", "period", "subject", "deal", "lead", "fact_source", "fact_id", "component"),
    *("source", "plan", "currency", "role", "rate", "base", "base_currency", "amount"),
)
_SEEDS = (1, 2)
Digest = tuple[int, ...]


class DifferentError(Exception):
    """Two contenders answered differently, so none of their times means anything."""


def compare(answers: Mapping[str, Path]) -> int:
    """How many lines all answers have, each a folder of Parquet. Raises `DifferentError`."""
    digests = {name: digest(folder) for name, folder in answers.items()}
    (first, expected), *others = digests.items()
    for name, found in others:
        if found != expected:
            unlike = _unlike(answers[first], answers[name])
            raise DifferentError(f"{first} and {name} answer differently, as in {unlike}")
    return expected[0]


def digest(folder: Path) -> Digest:
    """How many lines, and the sum of the hashes of all lines, twice: the same in any order."""
    hashes = [_line().hash(seed).sum().alias(str(seed)) for seed in _SEEDS]
    told = pl.scan_parquet(folder / "*.parquet").select(pl.len(), *hashes)
    return tuple(told.collect().row(0))


def _unlike(one: Path, other: Path) -> str | None:
    """The first line, sorted as texts, that only one of two answers has."""
    lines = [_lines(folder).with_columns(of=pl.lit(folder.name)) for folder in (one, other)]
    alone = pl.concat(lines).group_by("line").agg(pl.len(), pl.col("of").first()).filter(len=1)
    found = alone.sort("line").head(1).select("of", "line").collect().rows()
    return ": ".join(found[0]) if found else None


def _lines(folder: Path) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "*.parquet").select(line=_line())


def _line() -> pl.Expr:
    """A line as one text: shares reduced, reasons in their order."""
    name = pl.element().struct
    because = pl.concat_str(name.field("source"), pl.lit(" "), name.field("id"))
    share = pl.col("share_num") * (5_040 // pl.col("share_den"))
    told = [pl.col(each).cast(pl.String).fill_null("-") for each in COMPARED]
    reasons = pl.col("because").list.eval(because).list.join(",")
    return pl.concat_str(*told, share.cast(pl.String).fill_null("-"), reasons, separator="|")
